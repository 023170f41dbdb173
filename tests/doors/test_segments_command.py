"""`huitou segments sentence`: from a file, with no database; what is wrong is said in the person's language."""

from __future__ import annotations

import json
from contextlib import nullcontext
from datetime import datetime
from types import SimpleNamespace

import pytest
import typer
from typer.testing import CliRunner

from huitou.doors.cli import app
from huitou.doors.cli.segments import _at, register
from huitou.segments.errors import MomentAhead
from huitou.usecases import segment_snapshots

RUNTIME = SimpleNamespace(version="0")
SEGMENT = {"language": 1, "where": {"leaf": "bought", "at_least": 3, "of": {"categories": ["生鲜"]}}}


@pytest.fixture
def said(tmp_path, capsys, monkeypatch):
    def run(segment, *more, language="en"):
        monkeypatch.setenv("HUITOU_LANGUAGE", language)
        file = tmp_path / "segment.json"
        file.write_text(segment if isinstance(segment, str) else json.dumps(segment), encoding="utf-8-sig")
        code = app.run(RUNTIME, ["segments", "sentence", str(file), *more])
        return code, *capsys.readouterr()

    return run


def test_a_segment_is_read_back(said):
    assert said(SEGMENT)[:2] == (0, "Members who bought 生鲜 at least 3 times at any time.\n")
    assert said(SEGMENT, language="zh")[1] == "历史上购买生鲜至少 3 次的会员。\n"
    both = json.loads(said(SEGMENT, "--json")[1])
    assert both == {
        "en": "Members who bought 生鲜 at least 3 times at any time.",
        "zh-Hans": "历史上购买生鲜至少 3 次的会员。",
    }


def test_nobody_is_counted_as_of_a_moment_that_is_yet_to_come():
    """It answered 0, as windows ended after the newest receipt."""
    assert _at(datetime.fromisoformat("2026-01-01")) == datetime.fromisoformat("2026-01-01")
    with pytest.raises(MomentAhead, match="2999-01-01 00:00 is yet to come"):
        _at(datetime.fromisoformat("2999-01-01"))


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "At where.at_least should stand a whole number from 0 to 1000000000."),
        ("zh", "where.at_least 处应为 0 到 1000000000 之间的整数。"),
    ],
)
def test_what_cannot_be_read_is_named_in_both_languages(said, language, told):
    wrong = {"language": 1, "where": {"leaf": "bought", "at_least": True}}
    code, out, err = said(wrong, "--json", language=language)
    assert (code, json.loads(out)["code"]) == (app.REFUSED, "segment_unreadable")
    assert told in err


@pytest.mark.parametrize(
    ("leaf", "told"),
    [
        ({"leaf": "household", "at_least": 5, "at_most": 2}, "nothing lies between 5 and 2"),
        (
            {"leaf": "bought", "count": "days", "at_least": 9, "window": {"last_days": 7}},
            "do not fit into a window of 7",
        ),
        ({"leaf": "attribute", "of": "age", "is_one_of": ["30"]}, "and not by one of some words (is_one_of)."),
    ],
)
def test_what_cannot_be_in_any_chain_has_no_sentence(said, leaf, told):
    code, out, err = said({"language": 1, "where": leaf})
    assert (code, out) == (app.REFUSED, "")
    assert told in err
    assert "[segment_impossible]" in err


def test_what_another_chain_may_know_is_not_looked_up(said):
    assert said({"language": 1, "where": {"leaf": "tag", "tag": "regular"}})[0] == 0


def test_a_file_that_is_not_there_is_refused(tmp_path, capsys):
    assert app.run(RUNTIME, ["segments", "sentence", str(tmp_path / "none.json")]) == app.REFUSED
    assert "segment_file_unreadable" in capsys.readouterr().err


def test_a_word_that_is_no_member_number_is_named_as_it_was_typed(tmp_path):
    file = tmp_path / "everyone.json"
    file.write_text('{"language": 1, "where": {"leaf": "everyone"}}')
    commands = typer.Typer()
    register(commands, SimpleNamespace(open_database=nullcontext))
    failed = CliRunner().invoke(commands, ["segments", "why", str(file), "xyz"]).exception
    assert (failed.code, failed.facts) == ("segment_member_unknown", {"number": "xyz"})


def test_a_snapshot_that_failed_says_why_and_ends_so(tmp_path, capsys, monkeypatch):
    """It said "7: failed, 0", and ended as if all was well."""
    problems = iter(("segment_took_too_long", "ZeroDivisionError: 13800138000"))
    seen = {"snapshot": 7, "state": "failed", "members": None}
    monkeypatch.setattr(segment_snapshots, "take_snapshot", lambda *_, **__: seen | {"problem": next(problems)})
    monkeypatch.setenv("HUITOU_LANGUAGE", "en")
    runtime = SimpleNamespace(version="0", open_database=nullcontext)
    assert app.run(runtime, ["segments", "snapshot", "regulars"]) == 1
    assert "Snapshot 7 failed: counting it took longer than it may. Nobody is in it." in capsys.readouterr().err
    assert app.run(runtime, ["segments", "snapshot", "regulars"]) == 1
    assert "a fault of the program" in capsys.readouterr().err
