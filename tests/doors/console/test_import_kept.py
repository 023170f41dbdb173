"""What is kept of a source's files is used on the page and said where it changed; old programmes' files leave again."""

from __future__ import annotations

import pytest
from django.utils import timezone

from huitou.config import wiring
from huitou.inbox import service as inbox
from huitou.inbox.errors import DropUnreachable
from huitou.usecases import run_jobs, take_drops
from tests.builders import rows
from tests.doors.console.test_import_more import taken, tried
from tests.doors.console.test_import_trip import PLAIN, chosen, looked, text_of

pytestmark = pytest.mark.django_db(transaction=True)
OLD = {"first_day": "2026-06-01", "make_members": "on"}


def keep(headers: list[str]) -> None:
    columns = {"receipt": "小票号", "at": "时间", "sku": "商品编码", "quantity": "数量", "amount": "实付金额",
               "channel": "备注"}  # fmt: skip
    inbox.save_mapping("till", "receipts", columns, reading={"member_kind": "card"}, headers=headers, actor="anna")


def test_a_new_column_is_named_and_a_missing_one_is_said(as_role):
    client = as_role("marketer")
    headers = PLAIN.splitlines()[0].split(",")
    keep([one for one in headers if one != "卡号"])
    answer = client.get(looked(client))
    assert chosen(answer)["channel"] == "备注", "what somebody once said of this source stands"
    assert chosen(answer)["member"] == "", "and of what is new nothing is guessed"
    assert "此后新增的列（未读取）：卡号" in text_of(answer)
    renamed = PLAIN.replace("备注", "摘要")
    said = text_of(client.get(looked(client, renamed, name="七月.csv")))
    assert "备注" in said, "what is missing is said"
    assert "不符" in said or "对不上" in said or "不适用" in said, said[:600]


def test_dates_and_prices_of_other_files_are_read_as_they_were_said(as_role):
    client = as_role("administrator")
    text = "会员卡号,入会日期\n" + "".join(f"V{day},{day:02}/06/2026\n" for day in range(1, 4))
    page = looked(client, text, name="会员.csv")
    assert "还缺少： 日期格式" in text_of(client.get(page))
    client.post(page + "/match", {"kind": "members", "date_format": "%d/%m/%Y"})
    assert "通不过检查" not in text_of(client.get(page))
    tried(client, page, date_format="%d/%m/%Y")
    taken(client, page)
    assert rows("SELECT max(joined_on)::text FROM members_member") == [("2026-06-03",)]
    goods = looked(client, "商品编码,品名,是否称重,零售价\n1,五花肉,是,14.90\n", name="商品.csv")
    client.post(goods + "/match", {"kind": "products"})
    assert "1 行通不过检查" in text_of(client.get(goods)), "nothing says what the price is for"
    client.post(goods + "/match", {"kind": "products", "weighed_unit": "jin"})
    assert "通不过检查" not in text_of(client.get(goods))
    tried(client, goods, weighed_unit="jin")
    taken(client, goods)
    assert rows("SELECT price_fen FROM catalogue_product") == [(2980,)]


@pytest.mark.parametrize(
    ("text", "kind", "there", "gone"),
    [
        ("会员卡号,会员等级,生效日期\nV1,金卡,2026-01-01\nV2,银卡,2026-01-01\n", "tiers",
         "SELECT count(*) FROM loyalty_tierentry WHERE undone_at IS NULL", "撤回等级的会员 2"),
        ("券码,券名称,面值,会员卡号\nQ1,满88减10,10,V1\nQ2,满88减10,10,V2\n", "coupons",
         "SELECT count(*) FROM offers_coupon", "撤回的优惠券 2"),
    ],
)  # fmt: skip
def test_tiers_and_coupons_come_in_by_the_pages_and_leave_again(as_role, text, kind, there, gone):
    client = as_role("administrator")
    page = looked(client, text, name="旧系统.csv")
    client.post(page + "/match", {"kind": kind})
    client.post(page + "/try", {"kind": kind})
    assert "在本系统的首个营业日" in text_of(client.get(page)), "it is asked for, and not guessed"
    assert "2" in text_of(tried(client, page, kind=kind, **OLD))
    number = taken(client, page)
    assert rows(there) == [(2,)]
    again = looked(client, text, name="旧系统.csv")
    assert "所有行都已导入过" in text_of(tried(client, again, kind=kind, **OLD)), "nothing comes in twice"
    would = client.post(f"/imports/{number}/undo")["Location"]
    run_jobs.run_waiting(timezone.now)
    assert rows(there) == [(2,)], "to look changes nothing"
    assert gone in text_of(client.get(would))
    client.post(f"/imports/{number}/undo/go")
    run_jobs.run_waiting(timezone.now)
    assert "撤销" in text_of(client.get(f"/imports/{number}"))
    assert rows(there) == [(0,)]


def test_what_a_drop_refused_is_seen_where_imports_are_looked_at(as_role, tmp_path):
    wiring.wire()
    client = as_role("marketer")
    folder = tmp_path / "drop"
    folder.mkdir()
    take_drops.add_drop("night", place=str(folder), pattern="*.csv", kind="receipts", source="till", actor="anna")
    assert "还没有保存 till 的字段对应" in text_of(client.get("/mappings")), "before its first file comes"
    keep(PLAIN.splitlines()[0].split(","))
    (folder / "good.csv").write_text(PLAIN)
    (folder / "odd.csv").write_text(PLAIN.replace("小票号", "单子"))
    take_drops.look_at_drops(timezone.now, at_once=True)
    for page in ("/mappings", "/imports"):
        said = text_of(client.get(page))
        assert "odd.csv" in said, page
        assert "小票号" in said, "what is missing"
        assert "单子" in said, "and what is new"
    ((number,),) = rows("SELECT id FROM receipts_import")
    assert f'href="/imports/{number}"' in client.get("/mappings").content.decode()
    inbox.note_look(inbox.all_drops()[0].id, inbox.told(DropUnreachable(place=str(folder), reason="x")))
    assert "无法访问" in text_of(client.get("/mappings"))
