"""Imports by the command line: kept mappings are used without asking; whatever came in is taken back, asked first."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest
import typer
from typer.testing import CliRunner, Result

from huitou.config import wiring
from huitou.doors.cli import drops, import_files, imports
from tests.builders import rows

pytestmark = pytest.mark.django_db
wiring.wire()

MEMBERS = "会员卡号,姓名,手机号\nV1,王芳,13800138000\nV2,李强,13900139000\n"
ODD = "编号甲,称呼,联系\nV3,赵六,13700137000\n"
MADE = "Things that leave: this import made them"
MAPPED = ("--map", "card=编号甲", "--map", "name=称呼", "--map", "phone=联系")


@pytest.fixture
def huitou(monkeypatch):
    """The command, with a database that is there already."""
    monkeypatch.setenv("HUITOU_LANGUAGE", "en")
    monkeypatch.setenv("COLUMNS", "200")
    app = typer.Typer()
    runtime = SimpleNamespace(version="0", open_database=nullcontext)
    for commands in (import_files, imports, drops):
        commands.register(app, runtime)

    def ask(*words: object, answer: str | None = None) -> Result:
        return CliRunner().invoke(app, [str(word) for word in words], input=answer)

    return ask


def written(folder: Path, text: str, name: str = "members.csv") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_the_next_file_of_a_source_needs_no_typing_and_a_changed_header_is_said(huitou, tmp_path):
    first = huitou("import", "members", written(tmp_path, ODD), *MAPPED, "--source", "crm", "--json")
    assert json.loads(first.stdout)["new"] == 1, first.output
    again = huitou(
        "import", "members", written(tmp_path, "编号甲,称呼,联系\nV4,孙八,13500135000\n", "b.csv"), "--source", "crm"
    )
    assert "Columns as in the last file of crm." in again.stderr, again.output
    assert "card is 编号甲: kept from last time" in again.stderr
    assert "you said so" not in again.stderr, "nobody has said anything this time"
    assert "New members 1" in " ".join(again.stdout.split())
    more = huitou("import", "members", written(tmp_path, "编号甲,称呼,联系,性别\nV5,钱七,13600136000,女\n"),
                  "--source", "crm")  # fmt: skip
    assert "New, and not read: 性别" in more.stderr
    changed = huitou("import", "members", written(tmp_path, ODD.replace("编号甲", "编号乙")), "--source", "crm")
    assert changed.exit_code != 0, "nobody is there to be asked, and nothing is guessed"
    assert "do not fit. Missing: 编号甲. New: 编号乙" in changed.stderr
    assert rows("SELECT count(*) FROM members_member") == [(3,)]


def test_dates_of_members_are_read_as_somebody_said(huitou, tmp_path):
    text = "会员卡号,入会日期\n" + "".join(f"V{day},{day:02}/06/2026\n" for day in range(1, 4))
    asked = huitou("import", "members", written(tmp_path, text), "--json")
    assert asked.exit_code != 0, "day and month can be mistaken for each other"
    said = huitou("import", "members", written(tmp_path, text), "--date-format", "%d/%m/%Y", "--json")
    assert json.loads(said.stdout)["rows_refused"] == 0, said.output
    assert rows("SELECT max(joined_on)::text FROM members_member") == [("2026-06-03",)]


@pytest.mark.parametrize(
    ("kind", "text", "table", "told"),
    [
        ("members", MEMBERS, "members_member", MADE),
        ("products", "商品编码,品名\n1,牛奶\n2,茶\n", "catalogue_product", MADE),
        ("stores", "门店编码,门店名称\nA,东店\nB,西店\n", "catalogue_store", MADE),
        ("balances", "会员卡号,积分余额,到期日期\nV1,10,2027-12-31\nV2,20,2027-12-31\n",
         "loyalty_account WHERE balance > 0 AND member_id IS NOT NULL", "Balances taken back"),
    ],
)  # fmt: skip
def test_whatever_came_in_is_shown_asked_about_and_taken_back(huitou, tmp_path, kind, text, table, told):
    more = ("--cut-over", "2026-06-01", "--make-members") if kind == "balances" else ()
    came = huitou("import", kind, written(tmp_path, text), "--json", *more)
    number = json.loads(came.stdout)["import_id"]
    there = f"SELECT count(*) FROM {table}"
    asked = huitou("import", "undo", number, answer="n\n")
    assert (told in asked.output, asked.exit_code, rows(there)) == (True, 1, [(2,)]), asked.output
    would = json.loads(huitou("import", "undo", number, "--dry-run", "--json").stdout)
    assert would["dry_run"] is True
    assert rows(there) == [(2,)]
    did = huitou("import", "undo", number, "--yes")
    assert (told in did.output, rows(there)) == (True, [(0,)]), did.output
    assert type(huitou("import", "undo", number, "--yes").exception).__name__ == "ImportUndone"
    begun, undone = noted()
    assert (begun[1], undone) == ("import_started", ("command line", "import_undo_started", f"import:{number}")), (
        "each once: what was only shown, and what was refused, leaves no line"
    )


def noted() -> list[tuple[str, str, str]]:
    """What the audit trail keeps: who, what, of which."""
    return rows("SELECT actor, action, subject FROM access_auditentry ORDER BY id")


def test_what_is_done_to_refused_rows_stands_in_the_audit_trail(huitou, tmp_path):
    text = "会员卡号,姓名,生日\nV1,王芳,1990-01-02\nV2,李强,昨天\nV3,赵六,前天\nV4,孙八,大前天\n"
    came = huitou("import", "members", written(tmp_path, text), "--map", "birthday=生日", "--json")
    number = json.loads(came.stdout)["import_id"]
    huitou("import", "members", written(tmp_path, text), "--map", "birthday=生日", "--dry-run", "--json")
    assert [one[:2] for one in noted()] == [("command line", "import_started")], came.output
    waits = [one["row_number"] for one in json.loads(huitou("import", "refused", number, "--json").stdout)]
    assert len(waits) == 3, came.output
    did = [
        huitou("import", "fix", number, "--row", waits[0], "--set", "birthday=1991-02-03"),
        huitou("import", "fix", number, "--field", "birthday", "--from", "前天", "--to", "1992-03-04"),
        huitou("import", "dismiss", number, "--row", waits[2], "--because", "a joke"),
        huitou("import", "take", number, "--dry-run"),
        huitou("import", "take", number),
    ]
    assert [one.exit_code for one in did] == [0] * 5, [one.output for one in did]
    assert noted()[1:] == [
        ("command line", action, f"import:{number}")
        for action in ("refused_row_mended", "refused_rows_replaced", "refused_rows_dismissed", "import_mend_started")
    ]


def test_what_stays_is_named_with_its_reason(huitou, tmp_path):
    number = json.loads(huitou("import", "members", written(tmp_path, MEMBERS), "--json").stdout)["import_id"]
    huitou("import", "members", written(tmp_path, "会员卡号,姓名\nV1,王小芳\n", "b.csv"))
    said = huitou("import", "undo", number, "--yes").stdout
    assert "stays: somebody added to it or changed it since" in said
    assert rows("SELECT name FROM members_member") == [("王小芳",)]


def test_a_drop_is_checked_before_it_is_trusted(huitou, tmp_path):
    folder = tmp_path / "drop"
    folder.mkdir()
    refused = huitou("drops", "add", "night", folder, "--source", "crm", "--kind", "balances")
    assert refused.exit_code != 0, "an old programme's files need more than a mapping"
    huitou("drops", "add", "night", folder, "--source", "crm", "--kind", "members")
    assert "No mapping is kept for crm (members)." in huitou("drops", "check", "night").stderr
    huitou("import", "members", written(tmp_path, MEMBERS), "--source", "crm")
    written(folder, MEMBERS, "a.csv")
    written(folder, "not ours", "b.txt")
    said = huitou("drops", "check", "night")
    assert "1 files to take, 1 others" in said.stderr
    assert "a.csv can be read by the mapping that is kept." in said.stderr
    written(folder, MEMBERS.replace("会员卡号", "旧卡号"), "a.csv")
    assert "Missing: 会员卡号" in huitou("drops", "check", "night").stderr
    assert sorted(path.name for path in folder.iterdir()) == ["a.csv", "b.txt"], "nothing was taken or moved"
