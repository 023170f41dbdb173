"""Refused rows of every other kind of file are mended on the same page, tried and taken in; by whoever may."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from huitou.receipts.service import import_life
from huitou.usecases import run_jobs
from tests.builders import rows
from tests.doors.console.test_import_more import taken, tried
from tests.doors.console.test_import_trip import looked, text_of
from tests.doors.console.test_mending import HTMX, states

pytestmark = pytest.mark.django_db(transaction=True)

OLD = {"first_day": "2026-06-01", "make_members": "on"}
MEMBERS = "会员卡号,姓名,手机号,性别\nV1,王芳,13800138000,女\n,李强,不是电话,男\nV3,赵六,13700137000,未知性\n"


def imported(client, text: str, **said) -> int:
    page = looked(client, text, name="文件.csv")
    client.post(page + "/match", said)
    tried(client, page, **said)
    return taken(client, page)


def cell(page: str, row: int, field: str) -> str:
    return re.search(rf'id="cell-{row}-{field}"[^>]*value="([^"]*)"', page)[1]


def test_members_show_what_is_wrong_and_hide_the_rest(as_role):
    client = as_role("administrator")
    number = imported(client, MEMBERS)
    page = client.get(f"/imports/{number}/rows").content.decode()
    assert states(page) == {3: "phone_unfit", 4: "sex_unreadable"}
    assert cell(page, 3, "phone") == "不是电话", "no phone stands in it, so it is shown to whoever mends it"
    assert (cell(page, 4, "phone"), cell(page, 4, "sex")) == ("137****7000", "未知性")
    assert re.search(r'id="cell-4-sex"[^>]*aria-invalid="true"', page), "the cell at fault is marked"
    assert "13700137000" not in page
    answer = client.post(f"/imports/{number}/rows/3/mend", {"cell-phone": "13900139000"}, headers=HTMX)
    said = answer.content.decode()
    assert states(said) == {3: "whole"}
    assert "重新检查" in text_of_part(said), "what the whole file says is told by a trial"
    assert cell(said, 3, "phone") == "139****9000"
    client.post(f"/imports/{number}/rows/replace", {"field": "sex", "old": "未知性", "new": "女"})
    there = client.post(f"/imports/{number}/rows/take")["Location"]
    run_jobs.run_waiting(timezone.now)
    assert "有 2 行可以导入" in text_of(client.get(there))
    client.post(f"/imports/{number}/rows/take/go")
    run_jobs.run_waiting(timezone.now)
    assert rows("SELECT count(*) FROM members_member") == [(3,)]
    assert import_life.refused_by_code(number) == {}
    ((latest,),) = rows("SELECT max(id) FROM receipts_import")
    assert f'href="/imports/{number}"' in client.get(f"/imports/{latest}").content.decode(), "it says which it mends"


def text_of_part(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize(
    ("text", "said", "code", "mend"),
    [
        ("商品编码,品名,条码\n1,牛奶,6901234567890\n2,茶,6901234567892\n", {"kind": "products"},
         "barcode_check_digit", {"cell-barcode": "6901234567885"}),
        ("门店编码,门店名称,营业时间\nHZ01,西湖店,早到晚\n", {"kind": "stores"},
         "hours_unreadable", {"cell-hours": "08:00-22:00"}),
        ("会员卡号,积分余额,到期日期\nV1,一百,2027-12-31\n" + "".join(f"V{n},5,2027-12-31\n" for n in range(2, 9)),
         {"kind": "balances", "column-points": "积分余额", **OLD}, "points_unreadable",
         {"cell-points": "100"}),
        ("会员卡号,会员等级,生效日期\nV1,金卡,以前\n" + "".join(f"V{n},金卡,2026-01-01\n" for n in range(2, 9)),
         {"kind": "tiers", "column-since": "生效日期", **OLD}, "day_unreadable",
         {"cell-since": "2026-01-01"}),
        ("券码,券名称,面值,会员卡号\nQ1,满88减10,十元,V1\n" + "".join(f"Q{n},满88减10,10,V{n}\n" for n in range(2, 9)),
         {"kind": "coupons", "column-worth": "面值", **OLD}, "worth_unreadable",
         {"cell-worth": "10"}),
    ],
    ids=["products", "stores", "balances", "tiers", "coupons"],
)  # fmt: skip
def test_rows_of_this_kind_are_mended_and_taken(as_role, text, said, code, mend):
    client = as_role("administrator")
    number = imported(client, text, **said)
    page = client.get(f"/imports/{number}/rows").content.decode()
    assert states(page) == {2: code}
    (name,) = mend
    assert re.search(rf'id="{name.replace("cell-", "cell-2-")}"[^>]*aria-invalid="true"', page)
    wrong = client.post(f"/imports/{number}/rows/2/mend", {name: "!"}, headers=HTMX).content.decode()
    assert set(states(wrong).values()) != {"whole"}
    assert states(client.post(f"/imports/{number}/rows/2/mend", mend, headers=HTMX).content.decode()) == {2: "whole"}
    client.post(f"/imports/{number}/rows/take/go")
    run_jobs.run_waiting(timezone.now)
    assert import_life.refused_by_code(number) == {}
    assert "已导入 1 行" in text_of(client.get(f"/imports/{rows('SELECT max(id) FROM receipts_import')[0][0]}"))
    assert "rows_unknown" not in client.get(f"/imports/{number}/rows").content.decode()
