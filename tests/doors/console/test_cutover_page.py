"""The cut-over's page: totals typed or brought, each comparison kept, one's own name under it, and who may do what."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.builders import rows, store_ids
from tests.doors.console.test_import_trip import text_of
from tests.usecases import test_cut_over as cut_over

pytestmark = pytest.mark.django_db

TWO = [
    {"card": "V1", "points": "100", "expires_on": "2027-06-30"},
    {"card": "V2", "points": "50", "expires_on": "2027-12-31"},
]


@pytest.fixture
def opened(tmp_path) -> None:
    cut_over.balances(tmp_path, TWO)


def check(client, text: str = "", **more) -> str:
    answer = client.post("/cut-over/check", {"pasted": text, **more})
    assert answer.status_code == 302, text_of(answer)[:900]
    return answer["Location"]


def signing(client, there: str) -> str:
    return re.search(r'action="(/cut-over/\d+/sign)"', client.get(there).content.decode())[1]


def test_before_any_balance_is_opened_there_is_nothing_to_compare(as_role, settings):
    settings.LAKE_PATH.mkdir(parents=True)
    client = as_role("administrator")
    assert "还没有导入旧系统的期初积分" in text_of(client.get("/cut-over"))
    answer = client.post("/cut-over/check", {"pasted": "figure,value\npoints,1\n"})
    assert answer.status_code >= 400
    assert "nothing_opened" in answer.content.decode()
    assert rows("SELECT count(*) FROM loyalty_reconciliation") == [(0,)]


def test_totals_are_typed_or_brought_and_each_comparison_stays(opened, as_role):
    client = as_role("marketer")
    first = check(client, "figure\tgroup\tvalue\npoints\t\t150\nlots\t2027-06\t100\nlots\t2027-12\t50\n")
    same = text_of(client.get(first))
    assert "未使用积分 150 150" in same
    assert "旧系统给出的各项与本系统一致" in same or "一致" in same
    brought = SimpleUploadedFile("合计.csv", "指标,分组,数值\n积分余额,,170\n按到期月,2027-06,120\n".encode("gb18030"))
    second = client.post("/cut-over/check", {"totals": brought})["Location"]
    assert second != first
    said = text_of(client.get(second))
    assert "−20" in said
    assert "2027-12" in said, "of a figure that is given by group, our other groups too"
    nothing = text_of(client.get(check(client)))
    assert "150" in nothing, "without totals our own figures stand alone"
    assert text_of(client.get(first)) != said
    assert "未使用积分 150 150" in text_of(client.get(first)), "an older comparison is looked at again"
    assert text_of(client.get("/cut-over")).count("marketer") == 0
    assert client.get("/cut-over?number=999999").status_code == 200, "one that is not there shows none"


def test_the_old_balances_beside_the_totals_name_the_members_that_differ(opened, as_role):
    client = as_role("marketer")
    old = SimpleUploadedFile("积分.csv", "会员卡号,积分余额\nV1,100\nV2,70\nV9,5\n".encode())
    said = text_of(client.get(check(client, "figure\tvalue\npoints\t175\n", balances=old)))
    assert "有差异的会员" in said
    members = said.partition("有差异的会员 会员 旧系统 本系统 原因")[2].partition("签字确认")[0]
    assert " 70 50 " in members
    assert " 5 0 " in members, "whom nobody knows here"
    assert " 100 100 " not in members, "only those that differ"
    half = SimpleUploadedFile("积分.csv", "会员卡号,积分余额\nV1,12.5\nV2,50\n".encode())
    said = text_of(client.get(check(client, "figure\tvalue\npoints\t175\n", balances=half)))
    assert " 12.5 100 " in said, "what cannot be read is no zero"
    assert "第 2 行" in said
    assert "小数" in said, "and why it cannot be taken"
    shape = SimpleUploadedFile("积分.csv", "名字,心情\n王芳,好\n".encode())
    answer = client.post("/cut-over/check", {"pasted": "", "balances": shape})
    assert answer.status_code == 400


def test_what_cannot_be_read_compares_nothing_and_names_the_row(opened, as_role):
    client = as_role("marketer")
    for totals, code, because in [
        ("figure\tvalue\npoints\t1,5.0x\n", "figure_unreadable", "no number"),
        ("figure\tvalue\nmood\t3\n", "figure_unknown", "no figure of a programme"),
        ("a\tb\n1\t2\n", "column_unclear", "no header that says anything"),
    ]:
        answer = client.post("/cut-over/check", {"pasted": totals})
        assert (answer.status_code // 100, code in answer.content.decode()) == (4, True), because
    huge = SimpleUploadedFile("big.csv", b"figure,value\n" + b"points,1\n" * 300_000)
    assert client.post("/cut-over/check", {"totals": huge}).status_code >= 400
    assert rows("SELECT count(*) FROM loyalty_reconciliation") == [(0,)]


def test_an_administrator_signs_once_and_knowingly(opened, as_role):
    marketer, administrator = as_role("marketer"), as_role("administrator")
    there = check(marketer, "figure\tvalue\npoints\t170\n")
    assert "/sign" not in marketer.get(there).content.decode(), "who may compare does not stand for it"
    sign = signing(administrator, there)
    assert marketer.post(sign, {"note": "x", "with_differences": "on"}).status_code == 403
    for missing, because in [
        ({"note": "20 分不带"}, "the tick is missing"),
        ({"note": "  ", "with_differences": "on"}, "the reason is missing"),
    ]:
        refused = administrator.post(sign, missing)
        assert "differences_unsigned" in refused.content.decode(), because
        assert "未使用积分 170 150" in text_of(refused), "what is to be signed is still there"
    assert rows("SELECT signed_by FROM loyalty_reconciliation") == [(None,)]
    administrator.post(sign, {"note": "20 分不带", "with_differences": "on"})
    said = text_of(marketer.get(there))
    assert "administrator" in said
    assert "20 分不带" in said
    again = administrator.post(sign, {"note": "anders", "with_differences": "on"})
    assert again.status_code >= 400
    assert rows("SELECT note FROM loyalty_reconciliation") == [("20 分不带",)], "it never changes"
    assert administrator.post("/cut-over/999999/sign", {"note": "x"}).status_code == 404
    noted = [what for (what,) in rows("SELECT action FROM access_auditentry WHERE action LIKE 'cutover%' ORDER BY id")]
    assert noted == ["cutover_checked", "cutover_signed"]


def test_who_does_not_see_the_chain_does_not_see_it(lasting_chain, as_role):
    for role in ("store_manager", "cashier"):
        client = as_role(role, store=next(iter(store_ids())))
        assert client.get("/cut-over").status_code == 403, role
        assert client.post("/cut-over/check", {"pasted": "figure\tvalue\npoints\t1\n"}).status_code == 403, role
