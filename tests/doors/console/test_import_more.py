"""More of a file's trip: days beside the old report, files of an old programme, undo of members; and a refresh now."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from huitou.usecases import run_jobs
from tests.builders import rows
from tests.doors.console.test_import_trip import looked, text_of

SALES = """小票号,时间,门店,商品编码,品名,数量,实付金额,卡号
A1,2026-06-01 09:12,HZ01,690001,鲜牛奶,2,25.60,V1
A2,2026-06-01 09:15,HZ01,690002,豆腐,1,12.80,V2
A3,2026-06-02 10:00,HZ01,690001,鲜牛奶,1,12.80,V2
"""
BALANCES = "会员卡号,积分余额,到期日期\nV1,1200,2027-12-31\nV2,300,\nV9,50,2027-12-31\n"
MEMBERS = "会员卡号,姓名,手机号\nV1,王芳,13800138000\nV2,李强,13900139000\n"


def tried(client, page, **said):
    client.post(page + "/try", said)
    run_jobs.run_waiting(timezone.now)
    return client.get(page)


def taken(client, page):
    """The number of the import."""
    client.post(page + "/take")
    run_jobs.run_waiting(timezone.now)
    return int(client.get(page)["Location"].rpartition("/")[2])


@pytest.mark.django_db(transaction=True)
def test_a_trial_shows_its_days_beside_the_old_systems_report(as_role):
    client = as_role("marketer")
    page = looked(client, SALES)
    said = text_of(tried(client, page))
    assert "2026-06-01 HZ01 2 3 38.40" in said, "each day and store, before anybody brings a report"
    assert "690001 鲜牛奶" in said, "new products by name"
    report = "日期\t门店\t小票数\t金额\n2026-06-01\tHZ01\t2\t38.40\n2026-06-02\tHZ01\t2\t20.00\n"
    client.post(page + "/totals", {"pasted": report})
    run_jobs.run_waiting(timezone.now)
    said = text_of(client.get(page))
    assert "与旧系统日报一致 1 项（日期×门店），不一致 1 项" in said
    assert "2026-06-02 HZ01 1 2 12.80 20.00" in said
    refused = client.post(page + "/totals", {"pasted": "日期\t金额\nsoon\t12\n"})
    assert refused.status_code >= 400, "what is no daily report is refused, with what is wrong"
    assert rows("SELECT count(*) FROM receipts_receipt") == [(0,)]


@pytest.mark.django_db(transaction=True)
def test_balances_of_an_old_programme_come_in_by_the_pages_and_leave_again(as_role):
    client = as_role("administrator")
    wrong = looked(client, MEMBERS + ",周杰,不是电话\n", name="会员错.csv")
    assert "13800138000" in text_of(client.get(wrong)), "the first rows are shown"
    assert "1 行通不过检查" in text_of(client.get(wrong)), "and what would be refused is seen before it is tried"
    members = looked(client, MEMBERS, name="会员.csv")
    tried(client, members)
    taken(client, members)
    page = looked(client, BALANCES, name="积分.csv")
    assert "在本系统的首个营业日" in text_of(client.get(page)), "the kind is found, and what it needs is asked"
    refused = text_of(tried(client, page, kind="balances", first_day="2026-06-01"))
    assert "文件里有些积分没有到期日" in refused, "it is not guessed"
    said = text_of(tried(client, page, kind="balances", first_day="2026-06-01", expires="2027-06-30"))
    assert "未通过" in said, "V9 is nobody's card"
    number = taken(client, page)
    assert rows("SELECT sum(balance) FROM loyalty_account WHERE member_id IS NOT NULL") == [(1500,)]
    check_and_sign(client)
    client.post(f"/imports/{number}/undo")
    run_jobs.run_waiting(timezone.now)
    client.post(f"/imports/{number}/undo/go")
    run_jobs.run_waiting(timezone.now)
    assert rows("SELECT sum(balance) FROM loyalty_account WHERE member_id IS NOT NULL") == [(0,)]


def check_and_sign(client):
    """The old programme's totals beside ours: one figure differs, and is signed knowingly or not at all."""
    refused = client.post("/cut-over/check", {"pasted": "指标\t数值\n心情\t3\n"})
    assert (refused.status_code, "心情" in text_of(refused)) == (400, True)
    there = client.post("/cut-over/check", {"pasted": "指标\t数值\n积分余额\t1600\n"})["Location"]
    said = text_of(client.get(there))
    assert "未使用积分 1,600 1,500 −100" in said
    sign = re.search(r'action="(/cut-over/\d+/sign)"', client.get(there).content.decode())[1]
    assert client.post(sign, {"note": ""}).status_code >= 400
    assert rows("SELECT signed_by FROM loyalty_reconciliation") == [(None,)]
    client.post(sign, {"note": "V9 的 50 分不带", "with_differences": "on"})
    assert rows("SELECT signed_by IS NOT NULL, note FROM loyalty_reconciliation") == [(True, "V9 的 50 分不带")]
    assert "对账签字后不可更改" in text_of(client.get(there))


@pytest.mark.django_db(transaction=True)
def test_an_undo_of_members_says_who_stays_and_why(as_role):
    client = as_role("administrator")
    page = looked(client, MEMBERS, name="会员.csv")
    tried(client, page)
    number = taken(client, page)
    sales = looked(client, SALES)
    tried(client, sales)
    taken(client, sales)
    there = client.post(f"/imports/{number}/undo")["Location"]
    run_jobs.run_waiting(timezone.now)
    said = text_of(client.get(there))
    assert "保持不变的内容" in said
    assert "已有小票、积分、同意记录或其他数据引用" in said
    assert re.search(r"M0000\d{4}", said), "by the member's number"
    assert rows("SELECT count(*) FROM members_member") == [(2,)]


@pytest.mark.django_db(transaction=True)
def test_a_refresh_is_asked_for_once_and_shown(as_role):
    client = as_role("administrator")
    page = looked(client, SALES)
    tried(client, page)
    taken(client, page)
    asked = text_of(client.post("/refresh/now"))
    assert "一切保持原样" in asked, "what it does is said before"
    assert rows("SELECT count(*) FROM inbox_job WHERE what = 'refresh'") == [(0,)]
    client.post("/refresh/now", {"sure": "1"})
    assert "正在刷新" in text_of(client.get("/refresh"))
    again = client.post("/refresh/now", {"sure": "1"})
    assert (again.status_code, rows("SELECT count(*) FROM inbox_job WHERE what = 'refresh'")) == (409, [(1,)])
    run_jobs.run_waiting(timezone.now)
    assert rows("SELECT state FROM inbox_job WHERE what = 'refresh'") == [("done",)]
    assert rows("SELECT count(*) FROM insight_refresh WHERE ended_at IS NOT NULL") == [(1,)]
    assert "立即刷新" in text_of(client.get("/refresh"))


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["store_manager", "cashier"])
def test_only_who_may_refresh_does(as_role, role, chain):
    assert as_role(role, "east").post("/refresh/now", {"sure": "1"}).status_code in (302, 403)
    assert rows("SELECT count(*) FROM inbox_job") == [(0,)]
