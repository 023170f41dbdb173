"""Every golden file, sent through the page: each answers with a sentence and the next step, in both languages.

Every fifth, and those that have broken a page; each in one of the languages by turns. `HUITOU_FAULTS=long` looks at all
of them in both, and also tries each as an import, in the worker.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from huitou.usecases import run_jobs
from tests.builders import contents, rows, run
from tests.doors.console.test_import_trip import JSON, send, text_of
from tests.faults.forms import LONG
from tests.lake.golden import Golden
from tests.lake.test_golden_files import GOLDEN

WITHOUT = ("uploads_upload", "inbox_job", "django_session")
LANGUAGES = ("zh-hans", "en")
SOME = [
    one
    for place, one in enumerate(GOLDEN)
    if place % 5 == 0 or not one.content or one.error == "workbook_too_large" or "nul" in one.because.lower()
]
"""Quick enough for every day; the others are told apart by the tests of the lake, and here in the long form."""
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def in_language(client: Client, page: str, language: str):
    run(f"UPDATE access_user SET language = '{language}'")
    return client.get(page)


def page_says(client: Client, page: str, golden: Golden, languages: Sequence[str]) -> list[str]:
    """What is wrong with what the pages say of this file; nothing where all is well."""
    said = {name: value for name, value in golden.reading.items() if value is not None}
    looked = client.post(page + "/look", {part: str(value) for part, value in said.items()})
    if golden.error and looked.status_code != 302:
        return _refused(looked, golden)
    if looked.status_code != 302:
        return [f"look answers {looked.status_code}: {text_of(looked)[:200]}"]
    faults = []
    for language in languages:
        answer = in_language(client, page, language)
        if answer.status_code != 200:
            faults.append(f"{language}: {answer.status_code}")
        body = answer.content.decode()
        asks = any(mark in body for mark in ('type="radio"', "match-row open", 'class="note o"', 'class="note e"'))
        if golden.asked and not (asks or golden.given):
            faults.append(f"{language}: {golden.asked} is not asked: {text_of(answer)[:300]}")
        if language == "zh-hans" and not CHINESE.search(text_of(answer)):
            faults.append("no Chinese in it")
    return faults


def _refused(looked, golden: Golden) -> list[str]:
    body = looked.content.decode()
    faults = [] if golden.error in body else [f"{golden.error} is not in it: {text_of(looked)[:200]}"]
    note = re.search(r'class="note e".*?</div>', body, re.DOTALL)
    text = " ".join(re.sub(r"<[^>]+>", " ", unescape(note[0])).split()) if note else ""
    if not CHINESE.search(text):
        faults.append(f"no Chinese sentence: {text}")
    if looked.status_code >= 500:
        faults.append(f"{looked.status_code}")
    return faults


def tried(client: Client, page: str) -> list[str]:
    """The file goes the whole way in the worker; what failed for a reason of ours."""
    client.post(page + "/try")
    run_jobs.run_waiting(timezone.now)
    body = client.get(page).content.decode()
    return ["job_failed"] if "job_failed" in body else []


@pytest.mark.timeout(3600)
@pytest.mark.django_db(transaction=True)
def test_each_answers_with_a_sentence_and_the_next_step(as_role):
    client = as_role("administrator")
    before = contents(without=WITHOUT)
    faults: dict[str, list[str]] = {}
    for place, golden in enumerate(GOLDEN if LONG else SOME):
        run("UPDATE access_user SET language = 'zh-hans'")
        if not golden.content:
            refused = client.post("/imports/uploads", {"name": golden.name, "size": 0, "mark": ""}, headers=JSON).json()
            assert (refused["code"], refused["message"]) == ("upload_empty", "文件是空的。"), refused
            continue
        page = send(client, golden.content, golden.name)
        found = page_says(client, page, golden, LANGUAGES if LONG else LANGUAGES[place % 2 :][:1])
        if LONG:
            found += tried(client, page)
        if found:
            faults[f"{golden.name}: {golden.because}"] = found
        ((upload,),) = rows("SELECT max(id) FROM uploads_upload")
        client.post(f"/imports/uploads/{upload}/away")
    run("UPDATE access_user SET language = 'zh-hans'")
    assert faults == {}
    assert contents(without=WITHOUT) == before, "to look changes nothing"
