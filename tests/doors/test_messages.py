"""Every word of the product has its Chinese, and the compiled file says what the catalogue says. No database."""

from __future__ import annotations

import shutil

import pytest
from scripts import messages


def test_the_chinese_is_complete():
    assert messages.faults() == [], "run: python scripts/messages.py, and translate what it names"


@pytest.fixture
def planted(tmp_path):
    """A copy of the catalogue to break."""
    shutil.copytree(messages.FOLDER, tmp_path / "zh")
    return tmp_path / "zh"


def test_a_missing_translation_is_named(planted):
    path = planted / "django.po"
    path.write_text(path.read_text().replace('msgstr "退出登录"', 'msgstr ""'))
    assert "no Chinese for: Log out" in messages.faults(planted)


def test_a_translation_that_was_not_compiled_is_named(planted):
    path = planted / "django.po"
    path.write_text(path.read_text().replace('msgstr "退出登录"', 'msgstr "登出"'))
    assert messages.faults(planted) == ["django.mo is older than django.po: run python scripts/messages.py"]


def test_a_message_that_nobody_says_any_more_is_named(planted):
    path = planted / "django.po"
    path.write_text(path.read_text() + '\nmsgid "Said by nobody"\nmsgstr "没人说"\n')
    assert "in no file any more: Said by nobody" in messages.faults(planted)


def test_placeholders_survive_translation():
    """A translation that drops or invents a placeholder would fail when it is said."""
    import re

    wrong = []
    for message in messages.read_catalogue():
        if not message.id:
            continue
        sources = [message.id] if isinstance(message.id, str) else list(message.id)
        said = [message.string] if isinstance(message.string, str) else list(message.string)
        holes = [set(re.findall(r"%\(\w+\)s|(?<!%)\{\w+\}", text)) for text in (sources[-1], said[0])]
        if holes[0] != holes[1]:
            wrong.append(sources[0])
    assert wrong == []


def test_collecting_reads_code_and_templates():
    found = {m if isinstance(m, str) else m[0]: name for m, name, _ in messages.collected()}
    assert found["There is no such member in your stores."] == "members/errors.py"
    assert found["Skip to the page"] == "doors/console/templates/console/page.html"
    assert found["All %(count)s store"] == "doors/console/templates/console/overview.html"
