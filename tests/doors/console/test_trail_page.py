"""The audit trail on its page: each action has its words, each filter finds what it says, who takes it is noted."""

from __future__ import annotations

import ast
import csv
import io
import re
from pathlib import Path

import pytest
from django.utils import timezone

import huitou
from huitou.access import service as access
from huitou.access.terms import TrailAsked
from huitou.doors.console.trail_actions import ACTIONS
from huitou.kernel.ids import member_code
from huitou.usecases.merge_members import merge_members
from tests.builders import rows

SOURCE = Path(huitou.__file__).parent
WRITERS = {"access.note", "access.note_by", "store.write_audit", "_note"}


def _written() -> set[str]:
    """Every action that some line of the product writes: what stands behind the actor."""
    found = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in WRITERS and len(node.args) > 1:
                action = node.args[1]
                arms = (action.body, action.orelse) if isinstance(action, ast.IfExp) else (action,)
                found |= {arm.value for arm in arms if isinstance(arm, ast.Constant)}
    return found


def test_every_action_that_is_written_has_its_words_and_no_other_has():
    named = {action for _, actions in ACTIONS.values() for action in actions}
    begun = {f"import_{what}_started" for what in ("undo", "mend")}  # written as one template
    assert _written() | begun == named


def _entries(client, query=""):
    page = client.get(f"/trail{query}")
    assert page.status_code == 200
    return re.findall(r'id="entry-(\d+)"', page.content.decode()), page.content.decode()


def _note(client, action, subject, **detail):
    access.note_by(client, action, subject, **detail)


@pytest.fixture
def noted(lasting_chain):
    """Five entries by three hands, of two members and a segment."""
    (one,), (other,) = rows("SELECT id FROM members_member ORDER BY id LIMIT 2")
    merge_members(one, other, now=timezone.now(), actor="lina")
    _note("command line", "segment.export", "segment:钻石", version=1, members=7, as_of="2026-11-20T10:00:00+08:00")
    _note("lina", "user.change", "user:wang", role="cashier", store_ids=[], was={"role": "marketer", "store_ids": []})
    _note("anna", "tag.give", f"member:{other}", tag="VIP", strength=100, note="=cmd()")
    return one, other


@pytest.mark.django_db
def test_the_trail_says_in_words_who_did_what_to_whom(noted, as_role):
    one, other = noted
    _, page = _entries(as_role("administrator"))
    for text in (
        "合并会员", member_code(one), member_code(other), "导出人群会员", "「钻石」", "命令行",
        "更改角色或门店", "账号 wang", "收银员", "打标签",
    ):  # fmt: skip
        assert text in page, "because an administrator reads words and no codes"
    _, page = _entries(as_role("administrator", language="en"))
    for text in ("Merged two members", "Took the members of a segment out", "account wang", "Cashier"):
        assert text in page
    assert "None" not in page


@pytest.mark.django_db
def test_each_filter_finds_what_it_says_and_nothing_else(noted, as_role):
    one, other = noted
    admin = as_role("administrator")
    by = {}
    for number, action in rows("SELECT id, action FROM access_auditentry"):
        by[action] = str(number)
    for query, wanted, because in [
        ("?who=anna", {"tag.give"}, "one person"),
        ("?what=exports", {"segment.export"}, "a kind"),
        ("?what=user.change", {"user.change"}, "an action"),
        ("?what=nothing", set(), "what nobody knows is nothing, and not everything"),
        (f"?member={member_code(one)}", {"member.merge", "tag.give"}, "the part is the member"),
        (f"?member={member_code(other)}", {"member.merge", "tag.give"}, "named as the other of two"),
        ("?who=lina&what=members", {"member.merge"}, "two filters narrow each other"),
        ("?since=2100-01-01", set(), "nothing is of the future"),
        ("?until=2026-01-01", set(), "nothing is so old"),
    ]:
        assert set(_entries(admin, query)[0]) == {by[action] for action in wanted}, because


@pytest.mark.django_db
def test_a_member_is_named_by_card_too_and_the_address_holds_their_number_alone(noted, as_role):
    one, _ = noted
    admin = as_role("administrator")
    ((card,),) = rows("SELECT value FROM members_identity WHERE member_id = %s AND kind = 'card' LIMIT 1", one)
    answer = admin.post("/trail", {"member": card, "what": "members"})
    assert (answer.status_code, answer["Location"]) == (302, f"/trail?what=members&member={member_code(one)}")
    unknown = admin.post("/trail", {"member": "13800009999"})
    assert unknown.status_code == 404
    assert "[member_unknown]" in unknown.content.decode() or "member_unknown" in unknown.content.decode()


@pytest.mark.parametrize("day", ["2026-13-01", "gestern", "99999-01-01", "' OR 1=1"])
@pytest.mark.django_db
def test_days_that_are_none_are_named(noted, as_role, day):
    answer = as_role("administrator").get("/trail", {"since": day})
    assert answer.status_code == 422
    assert "trail_days_unreadable" in answer.content.decode()


@pytest.mark.django_db
def test_pages_show_each_entry_once_while_new_ones_come(noted, as_role):
    admin = as_role("administrator")
    for number in range(120):
        _note("anna", "member.code", f"member:{number + 1}")
    every = [str(number) for (number,) in rows("SELECT id FROM access_auditentry ORDER BY at DESC, id DESC")]
    first, page = _entries(admin)
    _note("anna", "refresh_started", "job:1")
    found, older = list(first), re.search(r'rel="next" href="[^"]*(\?[^"]*)"', page)
    while older:
        shown, page = _entries(admin, older[1].replace("&amp;", "&"))
        found += shown
        older = re.search(r'rel="next" href="[^"]*(\?[^"]*)"', page)
    assert found == every


@pytest.mark.django_db
def test_who_takes_the_trail_out_is_noted_and_no_cell_is_a_formula(noted, as_role):
    answer = as_role("administrator").post("/trail/export", {"who": "anna"})
    read = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["action"] for row in read] == ["tag.give"]
    assert not any(cell[:1] in "=+-@" for row in read for cell in row.values() if cell)
    last = rows(
        "SELECT action, detail->>'who', (detail->>'entries')::int FROM access_auditentry ORDER BY id DESC LIMIT 1"
    )
    assert last == [("trail.export", "anna", 1)]


@pytest.mark.parametrize("role", ["marketer", "service_agent"])
@pytest.mark.django_db
def test_whoever_sees_the_chain_but_has_not_the_right_reads_no_line(noted, as_role, role):
    client = as_role(role)
    assert client.get("/trail").status_code == 403
    before = rows("SELECT count(*) FROM access_auditentry")
    assert client.post("/trail/export").status_code == 403
    assert rows("SELECT count(*) FROM access_auditentry") == before, "and nothing says that they took it"
    assert 'href="/trail"' not in client.get("/members").content.decode()


@pytest.mark.django_db
def test_the_trail_has_everybody_who_wrote_in_it_once(noted):
    assert {"anna", "command line", "lina"} <= set(access.trail_actors())
    assert len(access.trail_actors()) == len(set(access.trail_actors()))
    assert access.trail(TrailAsked(subjects=("member:0",)), 5) == []
