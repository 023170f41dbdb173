"""Pairs by the command line: a merge shows what would come together and asks; who says no has changed nothing."""

from __future__ import annotations

import json
import re
from contextlib import nullcontext
from datetime import date
from types import SimpleNamespace

import pytest
import typer
from typer.testing import CliRunner

from huitou.config import wiring
from huitou.doors.cli import duplicates
from huitou.members import service as members
from huitou.members.terms import NewMember
from huitou.usecases.duplicates import find_duplicates, list_candidates
from tests.builders import rows, run, store_ids

pytestmark = pytest.mark.django_db
wiring.wire()

MERGES = "SELECT count(*) FROM members_merge"


@pytest.fixture
def asked(monkeypatch):
    """`huitou duplicates …` with a database that is there already; `said` is what the person types."""
    monkeypatch.setenv("HUITOU_LANGUAGE", "en")
    app = typer.Typer()
    duplicates.register(app, SimpleNamespace(version="0", open_database=nullcontext))
    return lambda *words, said="": CliRunner().invoke(app, ["duplicates", *words], input=said)


@pytest.fixture
def pair(db) -> str:
    born = date(1988, 5, 12)
    members.take_people(
        [
            NewMember("A", "张伟", date(2025, 1, 1), "13800138000", born),
            NewMember("B", "張偉", date(2026, 1, 1), "13800138001", born),
        ]
    )
    find_duplicates()
    (found,) = list_candidates()
    return str(found["pair"])


def test_who_says_no_has_changed_nothing(asked, pair):
    said = asked("merge", pair, said="n\n")
    assert said.exit_code == 1
    assert "Probability" in said.output, "because what speaks for it is shown before it is asked"
    assert rows(MERGES) == [(0,)]


def test_what_would_come_together_is_said_in_words(asked, pair):
    run("INSERT INTO catalogue_store (code, name) VALUES ('HZ01', 'East')") if not store_ids() else None
    run(f"UPDATE members_member SET home_store_id = {next(iter(store_ids().values()))}")
    run(
        "INSERT INTO members_profile (member_id, sex, consents_noted) "
        "SELECT id, 'male', '{\"sms\": true, \"email\": false}' FROM members_member"
    )
    said = asked("show", pair).output
    assert "home store\tHZ01\tHZ01\tHZ01" in said, "a store by its code, and not by a number of ours"
    assert "sms=yes, email=no" in said or "email=no, sms=yes" in said, said
    assert not re.search(r"[{}]|True|False|\('", said), said


@pytest.mark.parametrize(("words", "said"), [((), "y\n"), (("--yes",), "")])
def test_who_says_yes_has_merged(asked, pair, words, said):
    assert asked("merge", pair, *words, said=said).exit_code == 0
    assert rows(MERGES) == [(1,)]


def test_the_later_remains_where_that_is_asked(asked, pair):
    known = members.ids_of("card", "AB").to_pydict()
    card = dict(zip(known["value"], known["member_id"], strict=True))
    done = json.loads(asked("merge", pair, "--swap", "--yes", "--json").output)
    assert (done["member"], done["other"]) == (card["B"], card["A"])
