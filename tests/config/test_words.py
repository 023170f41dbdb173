"""The command line speaks before Django is there."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date

import pytest
import typer

from huitou.config.command import Installation
from huitou.config.errors import PortTaken
from huitou.doors.cli import app, users, words
from huitou.doors.cli.refresh import DayAhead, day_that_came


@pytest.mark.parametrize(
    ("variables", "language", "because"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh_Hans", "the shell is Chinese"),
        ({"LANG": "de_DE.UTF-8"}, "en", "we have no German"),
        ({}, "en", "the shell says nothing"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "en", "LC_ALL goes before LANG"),
        ({"LANG": "C.UTF-8", "HUITOU_LANGUAGE": "zh"}, "zh_Hans", "our own setting goes before all"),
    ],
)
def test_language(variables: dict[str, str], language: str, because: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HUITOU_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert words.language() == language, because


def test_a_prompt_that_is_left_is_an_interruption_and_no_traceback() -> None:
    def left() -> None:
        raise typer.Abort

    assert app.explained(left, ["user", "add"]) == app.INTERRUPTED


@pytest.mark.parametrize(("day", "comes"), [(None, True), (date(2026, 11, 20), True), (date(2026, 11, 21), False)])
def test_a_refresh_counts_up_to_no_day_that_has_not_come(day: date | None, comes: bool) -> None:
    if comes:
        assert day_that_came(day, date(2026, 11, 20)) == day
        return
    with pytest.raises(DayAhead):
        day_that_came(day, date(2026, 11, 20))


def test_a_refusal_gives_message_next_step_and_code(capsys: pytest.CaptureFixture[str]) -> None:
    def refused() -> None:
        raise PortTaken(host="127.0.0.1", port=8000, other=8001)

    assert app.explained(refused, ["serve"]) == 2
    said = capsys.readouterr()
    assert said.out == "", "because standard output belongs to answers"
    assert [line for line in said.err.splitlines() if line][-1] == "[port_taken]"

    assert app.explained(refused, ["serve", "--json"]) == 2
    answer = json.loads(capsys.readouterr().out)
    assert set(answer) == {"code", "message", "next_step"}
    assert answer["code"] == "port_taken"
    assert "8000" in answer["message"]
    assert "8001" in answer["next_step"]


def test_ctrl_c_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    assert app.explained(interrupted, ["import"]) == 130
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_help_needs_neither_django_nor_the_database() -> None:
    """Because help that takes seconds is not read."""
    looking = (
        "import sys\n"
        "from huitou.config.command import main\n"
        "sys.argv = ['huitou', '--help']\n"
        "code = main()\n"
        "heavy = {'django', 'psycopg', 'duckdb', 'deltalake', 'pyarrow'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else code)\n"
    )
    done = subprocess.run([sys.executable, "-c", looking], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "serve" in done.stdout


@pytest.mark.parametrize(
    ("typed", "code", "says", "says_in_chinese"),
    [
        (["bogus"], "command_unknown", "bogus", "没有这个命令"),
        (["serve", "--nope"], "option_unknown", "--nope", "没有选项"),
        (["import", "receipts"], "argument_missing", "FILE", "缺少"),
        (["user", "add", "li"], "argument_missing", "--role", "缺少"),
        (["serve", "--port", "99999999"], "value_unfit", "--port", "的值不能用"),
        (["members", "--layer", "gems"], "value_unfit", "--layer", "的值不能用"),
        (["labels", "S1", "--to", "labels.txt"], "value_unfit", "--to", "的值不能用"),
        (["labels", "S1", "--to", "no/such/folder/labels.csv"], "value_unfit", "--to", "的值不能用"),
        (["coupons", "void"], "command_mistyped", "CODE / --batch", "读不懂"),
        (["serve", "now"], "command_mistyped", "now", "读不懂"),
        (["serve", "--port"], "command_mistyped", "--port", "读不懂"),
    ],
)
def test_a_mistyped_command_is_refused_like_everything_else(typed, code, says, says_in_chinese, monkeypatch, capsys):
    for language in ("en", "zh"):
        monkeypatch.setenv("HUITOU_LANGUAGE", language)
        assert app.run(Installation(), typed) == 2
        message, next_step, shown = capsys.readouterr().err.splitlines()
        assert shown == f"[{code}]"
        assert says in message
        assert "None" not in message, "nobody said which option it is, and so no option is named"
        assert "--help" in next_step
        assert (says_in_chinese in message) is (language == "zh"), message


def test_a_command_that_nearly_exists_is_told_what_it_resembles_in_ones_own_language(monkeypatch, capsys):
    for language, message, next_step in (
        (
            "en",
            "There is no such command: impor.",
            "Perhaps you mean import, imports. `huitou --help` lists the commands.",
        ),
        ("zh", "没有这个命令：impor。", "您要的可能是 import, imports。`huitou --help` 列出全部命令。"),
    ):
        monkeypatch.setenv("HUITOU_LANGUAGE", language)
        assert app.run(Installation(), ["impor"]) == 2
        assert capsys.readouterr().err.splitlines() == [message, next_step, "[command_nearly_known]"]


def test_a_role_that_does_not_exist_is_told_before_a_password_is_asked(monkeypatch, capsys):
    monkeypatch.setenv("HUITOU_LANGUAGE", "en")
    monkeypatch.setattr(users, "_password", lambda **_: pytest.fail("it asked"))
    assert app.run(Installation(), ["user", "add", "li", "--role", "bogus"]) != 0
    assert "[role_unknown]" in capsys.readouterr().err


def test_help_promises_what_is_there(capsys):
    app.run(Installation(), ["--help"])
    assert "campaign" not in capsys.readouterr().out.lower(), "because there are none yet"
