"""The tables of `huitou analyse` cut nothing, however narrow what they are printed on."""

from __future__ import annotations

from datetime import date

import pytest

from huitou.doors.cli.analysed import Answered, tell
from huitou.usecases.analyse import Asked, Span
from huitou.usecases.chosen_members import Chosen

SPAN = Span(date(2026, 8, 30), date(2026, 11, 28))
ROW = {"category": "个护母婴/婴儿奶粉与辅食", "fen": 29194496, "buyers": 1876, "everybody_fen": 129194496,
       "everybody_buyers": 20000, "lift": 1.18312, "low": 1.1611, "high": 1.2056}  # fmt: skip


def printed(capsys: pytest.CaptureFixture[str], chosen: Chosen | None, row: dict) -> str:
    tell(Asked(chosen, None, 13, None, 60), Answered(SPAN, [row]), as_json=False)
    return capsys.readouterr().out


def test_names_go_on_in_the_next_line_and_amounts_are_whole(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    shown = printed(capsys, Chosen([1], "VIP", 1, "2026-11-28T12:00:00+08:00"), ROW)
    assert "…" not in shown
    for told in ("291944.96", "1291944.96", "20000", "1.18", "1.16", "1.21"):
        assert told in shown, told
    named = "".join(line.split("│")[1].strip() for line in shown.splitlines() if line.startswith("│"))
    assert named == ROW["category"]


def test_of_everybody_no_figure_is_said_twice_and_no_column_is_empty(capsys):
    shown = printed(capsys, None, ROW | {"everybody_fen": 29194496, "lift": None, "low": None, "high": None})
    assert shown.count("291944.96") == 1
    assert "–" not in shown.split("\n", 1)[1], "what is not reckoned has no column"
