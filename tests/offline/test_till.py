"""A till that is alone: who is found, what is spent once, what is kept, and what is refused because it is known."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from huitou.access.errors import StoreNotOfKey
from huitou.loyalty.errors import HoldEnded, NotEnoughPoints
from huitou.members.errors import CodeSpent, CodeUnknown, SpendingNeedsCode
from huitou.members.terms import MemberRef
from huitou.offers.errors import CouponHeld, CouponUsed, WeightMissing
from huitou.offers.service.quoting import shown
from huitou.offers.service.reckoning import Scanned
from huitou.offline import errors
from huitou.offline import service as offline
from huitou.offline.errors import SaleNotHere
from huitou.offline.rules import rows as bundle_rows
from huitou.offline.service.till import Basket, Till
from huitou.offline.store.folder import TillFolder
from huitou.offline.terms import CLOCK_SLACK
from huitou.privacy.without_database import public_key_of
from huitou.receipts.errors import (
    DayImpossible,
    ReceiptDiffers,
    ReturnedMoreThanPaid,
    ReturnedMoreThanSold,
    ReturnOfReturn,
    SaleLineUnknown,
)
from tests.offline.alone import (
    CARD_1,
    CARD_2,
    LATER,
    MINE,
    TILL_SECRET,
    again,
    alone,
    back,
    code_of,
    sale,
    shop_rows,
    till_in,
)
from tests.offline.made import NOW, TRUSTED, bundle_of


def ref(said: dict[str, str]) -> MemberRef:
    return MemberRef(said["kind"], said["value"])


def basket(*coupons: str, member: dict[str, str] | None = None, hold: str | None = None) -> Basket:
    lines = (Scanned(1, "6901234567892", 3000, None),)
    return Basket(lines, "store", ref(member) if member else None, coupons, hold, deadline_ms=2_000)


@pytest.fixture
def till(tmp_path: Path) -> Till:
    return alone(tmp_path)


# ---- who


def test_who_is_found(till: Till) -> None:
    found = till.identify("C1", None, now=NOW)["member"]
    assert (found["member"], found["tier"], found["balance"], found["may_spend"]) == ("M00000001", "gold", 100, False)
    assert (found["name"], found["phone"]) == ("", ""), "they are not here"
    shown = till.identify(code_of(9)["value"], None, now=NOW)["member"]
    assert (shown["member"], shown["tier"], shown["balance"], shown["may_spend"]) == ("M00000009", None, 0, True), (
        "somebody of another store proves themselves, and nothing is known of them"
    )
    assert till.identify("M2", None, now=NOW)["member"]["balance"] == 200


@pytest.mark.parametrize(
    ("query", "kind", "refusal"),
    [
        ("13800138000", "phone", errors.FoundByServerAlone),
        ("何素云", "search", errors.FoundByServerAlone),
        ("C9", "card", errors.MemberNotHere),
        ("99" + "0" * 18, None, errors.CodeNeedsServer),
        (code_of(1, NOW - timedelta(minutes=3))["value"], None, CodeUnknown),
        (code_of(1, NOW + timedelta(minutes=1))["value"], None, CodeUnknown),
        (code_of(1, secret=b"x" * 32)["value"], None, CodeUnknown),
        ("98" + "9" * 174, None, CodeUnknown),
    ],
)
def test_who_is_not_found(till: Till, query: str, kind: str | None, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        till.identify(query, kind, now=NOW)


def test_people_rest_when_the_bundle_has_ended_and_goods_do_not(till: Till) -> None:
    with pytest.raises(errors.BundleEnded):
        till.identify("C1", None, now=LATER)
    with pytest.raises(errors.BundleEnded):
        till.price(basket(member=CARD_1), now=LATER)
    told, refused = till.price(basket(MINE), now=LATER)
    assert (told["total"], refused[MINE].code) == ("19.20", "coupon_of_another")
    assert till.sell(sale(member=CARD_1), now=LATER)["member"] is None, "the server finds them by the card"
    with pytest.raises(errors.BundleFromFuture):
        till.identify("C1", None, now=NOW - CLOCK_SLACK - timedelta(days=2))


# ---- prices and coupons


def test_a_price_knows_tier_coupon_and_barcode(till: Till) -> None:
    told, refused = till.price(basket(MINE, "NOBODYS", member=CARD_1), now=NOW)
    assert (told["total_before"], told["total"]) == ("19.20", "7.28"), "a tenth for gold, then ten off"
    assert [(one["title"], one["used"]) for one in told["coupons"]] == [("满十减一券", True)]
    assert refused["NOBODYS"].code == "coupon_not_checked"
    plain, _ = till.price(basket(member=CARD_2), now=NOW)
    assert plain["total"] == "19.20"
    suggested, _ = till.price(basket(member=CARD_1), now=NOW)
    assert suggested["suggestions"][0]["saves"] == "10.00"


def test_a_personal_coupon_is_used_once_by_its_member_alone(till: Till) -> None:
    bought = {"coupons": [MINE], "quote": {"programme": 7, "at": NOW.isoformat()}}
    with pytest.raises(SpendingNeedsCode):
        till.sell(sale(member=CARD_1, **bought), now=NOW)
    assert till.price(basket(MINE, member=CARD_2), now=NOW)[1][MINE].code == "coupon_of_another"
    told = till.sell(sale(member=code_of(1), **bought), now=NOW)
    assert told["coupons_used"] == [shown(MINE)]
    with pytest.raises(CouponUsed):
        till.sell(sale("2", member=code_of(1, NOW + timedelta(minutes=1)), **bought), now=NOW + timedelta(minutes=1))
    assert till.price(basket(MINE, member=CARD_1), now=NOW)[1][MINE].code == "coupon_used"
    assert again(till).price(basket(MINE, member=CARD_1), now=NOW)[1][MINE].code == "coupon_used", "after a kill too"


def test_limits_of_offers_count_what_was_sold_here(till: Till, tmp_path: Path) -> None:
    rows = shop_rows(coupons=[(MINE, "TEN", 1, "", "", ""), ("OTHER", "TEN", 1, "", "", "")])
    till.folder.close()
    till = alone(tmp_path / "two", rows)
    assert till.price(basket("OTHER", member=CARD_1), now=NOW)[0]["total"] == "7.28"
    quoted = {"coupons": [MINE], "quote": {"programme": 7, "at": NOW.isoformat()}}
    line = {"line": 1, "sku": "milk", "quantity": "3.000", "discount": "11.92", "amount": "7.28"}
    told = till.sell(sale(member=code_of(1), lines=[line], **quoted), now=NOW)
    assert told["difference"] == "0.00"
    assert till.price(basket("OTHER", member=CARD_1), now=NOW)[0]["total"] == "17.28", "once a member"


def test_a_basket_holds_and_pays(till: Till) -> None:
    held = till.hold("b1", ref(code_of(1)), 60, [MINE], now=NOW)
    assert (held["state"], held["points"], held["coupons"], held["available"]) == ("open", 60, [shown(MINE)], 40)
    assert till.hold("b1", ref(code_of(1)), 60, [MINE], now=NOW) == held, "the same again"
    with pytest.raises(CouponHeld):
        till.hold("b2", ref(code_of(1, NOW + timedelta(minutes=1))), 0, [MINE], now=NOW + timedelta(minutes=1))
    with pytest.raises(CodeSpent):
        till.hold("b2", ref(code_of(1)), 10, [], now=NOW)
    with pytest.raises(NotEnoughPoints):
        till.hold("b3", ref(code_of(1, NOW + timedelta(minutes=1))), 41, [], now=NOW + timedelta(minutes=1))
    till = again(till)
    told = till.sell(sale(member=CARD_1, points_used=60, coupons=[MINE], hold="b1"), now=NOW + timedelta(minutes=9))
    assert (told["points_used"], told["balance"], told["coupons_used"]) == (60, 40, [shown(MINE)])
    ((_, line),) = till.to_send(10)
    assert line["offline"]["shown"] == code_of(1)["value"], "the server hears who showed it, and when"
    with pytest.raises(HoldEnded):
        till.release("b1", now=NOW)


def test_a_basket_that_asks_for_coupons_keeps_its_points(till: Till) -> None:
    till.hold("b1", ref(code_of(1)), 60, [], now=NOW)
    for member in (ref(CARD_1), None):
        held = till.hold("b1", member, 0, [MINE] if member else [], now=NOW)
        assert (held["member"], held["points"], held["available"]) == ("M00000001", 60, 40), member
    later = NOW + timedelta(minutes=1)
    till.hold("b2", ref(code_of(2, later)), 0, [], now=later)
    with pytest.raises(NotEnoughPoints):
        till.hold("b2", ref(code_of(2, later)), 201, [], now=later)


def test_a_hold_ends_by_itself_and_by_hand(till: Till) -> None:
    till.hold("b1", ref(code_of(2)), 200, [], now=NOW)
    assert till.release("b1", now=NOW)["state"] == "released"
    assert till.release("b1", now=NOW)["state"] == "released", "again"
    later = NOW + timedelta(minutes=1)
    till.hold("b2", ref(code_of(2, later)), 200, [], now=later)
    ended = later + timedelta(minutes=15)
    with pytest.raises(HoldEnded):
        till.sell(sale(member=CARD_2, points_used=200, hold="b2"), now=ended)
    assert till.identify("C2", None, now=ended)["member"]["balance"] == 200


def test_coupons_are_held_anew_and_points_once(till: Till) -> None:
    """Taken out and back by the cashier, or put aside with the basket; the member shows a new code for it."""
    for minute, end in enumerate((lambda at: till.release("b1", now=at), lambda at: None)):
        at = NOW + timedelta(minutes=20 * minute)
        assert till.hold("b1", ref(code_of(1, at)), 0, [MINE], now=at)["coupons"] == [shown(MINE)]
        end(at)
    later = NOW + timedelta(minutes=40)
    till.hold("b1", ref(code_of(1, later)), 60, [MINE], now=later)
    till.release("b1", now=later)
    with pytest.raises(HoldEnded):
        till.hold("b1", ref(code_of(1, later + timedelta(minutes=1))), 60, [], now=later + timedelta(minutes=1))


def test_what_the_server_promised_is_remembered(till: Till) -> None:
    ends = (NOW + timedelta(minutes=15)).isoformat()
    told = {"member": "M00000001", "points": 30, "coupons": [shown(MINE)], "ends_at": ends}
    till.note_hold("b1", {"member": code_of(1), "points": 30}, told, now=NOW)
    assert till.sell(sale(member=CARD_1, points_used=30, coupons=[MINE], hold="b1"), now=NOW)["points_used"] == 30


def test_what_the_server_gave_free_is_remembered(till: Till) -> None:
    ends = (NOW + timedelta(minutes=15)).isoformat()
    told = {"member": "M00000001", "points": 30, "coupons": [shown(MINE)], "ends_at": ends}
    till.note_hold("b1", {"member": code_of(1), "points": 30}, told, now=NOW)
    till.note_release("b1", now=NOW)
    till.note_release("b1", now=NOW)
    later = NOW + timedelta(minutes=1)
    assert till.hold("b2", ref(code_of(1, later)), 100, [MINE], now=later)["available"] == 0


# ---- points


def test_points_are_spent_by_code_alone_once_and_within_the_bound(till: Till) -> None:
    refused = [
        (SpendingNeedsCode, CARD_1, 10, "a card earns"),
        (NotEnoughPoints, code_of(1), 101, "there are a hundred"),
        (CodeUnknown, code_of(1, secret=b"x" * 32), 10, "nobody signed it"),
    ]
    for kind, member, points, because in refused:
        with pytest.raises(kind):
            till.sell(sale(member=member, points_used=points), now=NOW)
        assert till.identify("C1", None, now=NOW)["member"]["balance"] == 100, because
    assert till.memory.last == 0, "nothing was kept"
    assert till.sell(sale(member=code_of(1), points_used=70), now=NOW)["available"] == 30
    with pytest.raises(CodeSpent):
        till.sell(sale("2", member=code_of(1), points_used=1), now=NOW)
    later = NOW + timedelta(minutes=1)
    with pytest.raises(NotEnoughPoints):
        till.sell(sale("2", member=code_of(1, later), points_used=31), now=later)


def test_a_new_bundle_counts_what_was_sent_and_not_what_was_not(till: Till, tmp_path: Path) -> None:
    till.sell(sale(member=code_of(1), points_used=70), now=NOW)
    later = NOW + timedelta(minutes=10)
    knows = shop_rows(members=[(1, "gold", 0, 30, 0), (2, "", 0, 200, 0)])
    till.take_bundle(bundle_of(tmp_path / "x", shop_rows(), made_at=later), now=later, sent=0)
    assert till.identify("C1", None, now=later)["member"]["balance"] == 30, "the server had not heard of it"
    till.take_bundle(bundle_of(tmp_path / "x", knows, made_at=later), now=later, sent=1)
    assert till.identify("C1", None, now=later)["member"]["balance"] == 30, "and now it has"


def test_weighed_goods_without_a_weight_are_asked_for(till: Till) -> None:
    loose = Basket((Scanned(1, "apples", None, None),), "store", None, (), None, deadline_ms=2_000)
    with pytest.raises(WeightMissing):
        till.price(loose, now=NOW)


# ---- what happened


def test_the_same_sale_again_is_told_the_same(till: Till) -> None:
    told = till.sell(sale(member=CARD_1), now=NOW)
    assert (told["points_earned"], told["offline"], told["sequence"], told["receipt"]) == (6, True, 1, None)
    assert told["business_date"] == "2026-11-20"
    otherwise = sale(member=CARD_1, at="2026-11-20T20:00:00+08:00", points_used=0, hold=None, channel="store")
    assert till.sell(otherwise, now=NOW + timedelta(hours=1)) == told
    assert till.sell(sale(member=CARD_1, tenders=[]), now=NOW) == told, "no tender said, as the server reads it"
    with pytest.raises(ReceiptDiffers):
        till.sell(sale(amount="6.41", member=CARD_1), now=NOW)
    with pytest.raises(StoreNotOfKey):
        till.sell(sale("2", store="S2"), now=NOW)
    assert (till.memory.last, again(till).sell(sale(member=CARD_1), now=NOW)) == (1, told)


def test_a_day_that_the_server_would_not_take_is_refused_while_the_clock_can_be_set(till: Till) -> None:
    ahead = {"at": (NOW + timedelta(days=9)).isoformat()}
    for record in (lambda: till.sell(sale(**ahead), now=NOW), lambda: till.take_back(back(**ahead), now=NOW)):
        with pytest.raises(DayImpossible):
            record()
    assert till.memory.last == 0, "nothing was kept"
    assert till.sell(sale(at=(NOW + timedelta(days=2)).isoformat()), now=NOW)["clock_off_seconds"] == 2 * 86_400


def test_what_comes_back(till: Till) -> None:
    till.sell(sale(), now=NOW)
    told = till.take_back(back(quantity="0.400"), now=NOW)
    assert (told["state"], told["offline"]) == ("parked", True), "the server settles it"
    assert told["difference"] == "3.84", "0.400 of 6.40 are 2.56, and 6.40 was paid back"
    assert till.take_back(back(quantity="0.400"), now=NOW) == told
    till = again(till)
    for refusal, body in (
        (ReturnedMoreThanSold, back(number="R2", quantity="0.601")),
        (ReturnOfReturn, back(of="R1", number="R3")),
        (SaleLineUnknown, back(number="R4", lines=[{**back()["lines"][0], "sale_line": 2}])),
    ):
        with pytest.raises(refusal):
            till.take_back(body, now=NOW)
    elsewhere = till.take_back(back(of="of another day", number="R5"), now=NOW)
    assert (elsewhere["state"], "difference" in elsewhere) == ("parked", False), "only the server knows that sale"
    assert [line["kind"] for _, line in till.to_send(9)] == ["sale", "return", "return"]


def test_a_return_is_found_and_quoted_of_what_was_sold_here(till: Till) -> None:
    lines = [{"line": 1, "sku": "milk", "name": "牛奶", "quantity": "3.000", "amount": "10.00", "discount": "9.20"},
             {"line": 2, "sku": "apples", "quantity": "0.500", "amount": "4.99"}]  # fmt: skip
    paid = [{"kind": "cash", "amount": "4.99"}, {"kind": "wechat", "amount": "10.00"}]
    till.sell(sale("7", lines=lines, tenders=paid, member=CARD_1), now=NOW)
    till = again(till)
    for query in ("7", " HUITOU/S1/1/2026-11-20/7 "):
        (found,) = till.find_sales(query)["sales"]
        assert (found["number"], found["total"], found["member"]["member"]) == ("7", "14.99", "M00000001")
        assert [(one["name"], one["amount"], one["returned"]) for one in found["lines"]] == [
            ("牛奶", "10.00", "0.000"), ("苹果", "4.99", "0.000")]  # fmt: skip

    def quoted(quantity: str, line: int = 1) -> dict[str, Any]:
        asked = back("7", quantity=quantity)
        one = {"line": 1, "sale_line": line, "quantity": quantity}
        return till.quote_return({"store": "S1", "till": "1", "sale": asked["sale"], "lines": [one]})

    given = []
    for number, quantity in enumerate(("1.000", "1.000", "1.000"), 1):
        told = quoted(quantity)
        given.append((told["total"], [(one["kind"], one["amount"]) for one in told["tenders"]]))
        more = {"lines": told["lines"], "tenders": told["tenders"]}
        assert till.take_back(back("7", f"R{number}", **more), now=NOW)["difference"] == "0.00"
    assert given == [("3.33", [("wechat", "3.33")]), ("3.34", [("wechat", "3.34")]), ("3.33", [("wechat", "3.33")])], (
        "the parts of a line sum to what was paid for it, and go back the way that they came"
    )
    till = again(till)
    assert till.find_sales("7")["sales"][0]["tenders"][1] == {"kind": "wechat", "amount": "10.00", "refunded": "10.00"}
    with pytest.raises(ReturnedMoreThanSold):
        quoted("1.000")
    with pytest.raises(ReturnedMoreThanPaid):
        till.take_back(back("7", "R9", lines=[{"line": 1, "sale_line": 2, "quantity": "0.500", "amount": "5.00"}]),
                       now=NOW)  # fmt: skip
    assert quoted("0.500", 2)["tenders"] == [{"kind": "cash", "amount": "4.99"}]

    # What the server took back meanwhile counts, once.
    theirs = back("7", "at the server", lines=[{"line": 1, "sale_line": 2, "quantity": "0.300", "amount": "2.99"}])
    till.note_return(theirs, now=NOW)
    till.note_return(theirs, now=NOW)
    till = again(till)
    assert quoted("0.200", 2)["total"] == "2.00"
    with pytest.raises(ReturnedMoreThanSold):
        quoted("0.201", 2)
    assert [line["kind"] for _, line in till.to_send(9)] == ["sale", "return", "return", "return"]
    for query in ("8", "HUITOU/S2/1/2026-11-20/7", "R1"):
        with pytest.raises(SaleNotHere):
            till.find_sales(query)


def test_what_the_server_sold_through_the_process_comes_back_when_it_is_gone(till: Till) -> None:
    body = sale("S7", amount="10.00", member=CARD_1, points_used=20, coupons=[shown(MINE)],
                tenders=[{"kind": "wechat", "amount": "10.00"}])  # fmt: skip
    told = {"receipt": 99, "kind": "sale", "business_date": "2026-11-20", "member": "M00000001", "balance": 80,
            "available": 80, "points_used": 20, "coupons_used": [shown(MINE)]}  # fmt: skip
    till.note_sale(body, told, now=NOW)
    till.note_sale(body, told, now=NOW)
    assert (till.memory.last, till.waiting(), till.to_send(9)) == (1, 0, []), "once, and the server has it"
    till = again(till)
    (found,) = till.find_sales("S7")["sales"]
    assert (found["total"], found["member"]["member"]) == ("10.00", "M00000001")
    assert till.sell(body, now=NOW) == told, "sent again while the server is gone it is told what the server said"
    assert till.identify("C1", None, now=NOW)["member"]["balance"] == 80, "its points are spent"
    with pytest.raises(CouponUsed):
        till.sell(sale("8", member=code_of(1), coupons=[shown(MINE)]), now=NOW)
    asked = back("S7", quantity="0.500")
    one = {"line": 1, "sale_line": 1, "quantity": "0.500"}
    quoted = till.quote_return({"store": "S1", "till": "1", "sale": asked["sale"], "lines": [one]})
    assert (quoted["total"], quoted["tenders"]) == ("5.00", [{"kind": "wechat", "amount": "5.00"}])
    till.take_back(back("S7", quantity="0.500", lines=quoted["lines"]), now=NOW)
    with pytest.raises(ReturnedMoreThanSold):
        till.take_back(back("S7", "R2", quantity="0.501"), now=NOW)
    assert [line["kind"] for _, line in till.to_send(9)] == ["return"]
    till.folder.note_sent(2)
    assert till.known_to_server() == 2
    till.sell(sale("9"), now=NOW)
    assert till.known_to_server() == 2, "what is not sent yet the server does not know"


def test_the_price_list_is_that_of_the_bundle(till: Till) -> None:
    apples, milk = till.price_list()["goods"]
    assert {one["code"]: one["pieces"] for one in milk["codes"]} == {"6901234567892": 1, "16901234567899": 12}
    assert (milk["price"], milk["weighed"], apples["weighed"], apples["codes"]) == ("6.40", False, True, [])


def test_a_clock_that_is_two_days_off_is_told_and_the_sale_kept(till: Till) -> None:
    told = till.sell(sale("1", at=(NOW + timedelta(days=2)).isoformat()), now=NOW)
    assert (told["clock_off_seconds"], told["business_date"]) == (172_800, "2026-11-22")
    ((_, line),) = till.to_send(9)
    assert line["at"] == (NOW + timedelta(days=2)).isoformat(), "the till's claim"
    assert line["offline"]["sold_at"] == NOW.isoformat(), "and beside it, signed, the sensible time"
    assert "clock_off_seconds" not in till.sell(sale("2", at=(NOW + timedelta(minutes=4)).isoformat()), now=NOW)


def test_every_receipt_is_signed_over_its_words(till: Till) -> None:
    till.sell(sale(member=CARD_1), now=NOW)
    ((_, line),) = till.to_send(9)
    body = {field: value for field, value in line.items() if field not in ("kind", "offline")}
    mark = {field: value for field, value in line["offline"].items() if field != "signature"}
    ticket = offline.read_ticket(mark["ticket"], TRUSTED)
    assert ticket is not None
    assert ticket.till_key == public_key_of(TILL_SECRET)
    signature = line["offline"]["signature"]
    assert offline.is_receipt_signed(ticket, body, mark, signature)
    for changed in ({**body, "till": "2"}, {**body, "lines": []}):
        assert not offline.is_receipt_signed(ticket, changed, mark, signature)
    assert not offline.is_receipt_signed(ticket, body, {**mark, "sequence": 2}, signature)


def test_without_a_bundle_nothing_is_made_up(tmp_path: Path) -> None:
    till = till_in(tmp_path)
    for ask in (lambda: till.price(basket(), now=NOW), lambda: till.sell(sale(), now=NOW)):
        with pytest.raises(errors.BundleMissing):
            ask()


# ---- the folder


def test_two_processes_do_not_share_a_folder(till: Till) -> None:
    with pytest.raises(errors.TillFolderBusy) as refusal:
        TillFolder(till.folder.path)
    assert str(os.getpid()) in str(refusal.value)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(errors.TillFolderUnfit):
        TillFolder(tmp_path / "file" / "till")


def test_a_bundle_that_was_changed_on_the_disk_is_not_used(till: Till) -> None:
    path = till.folder.path / "bundle.htb"
    text = path.read_bytes()
    for spoiled in (text[:-9], text[:200], b"", text[:4] + bytes([text[4] ^ 1]) + text[5:]):
        path.write_bytes(spoiled)
        till = again(till)
        assert till.shop is None
        with pytest.raises(errors.BundleMissing):
            till.price(basket(), now=NOW)
    signed, rows, _ = _kept(text)
    with pytest.raises(errors.BundleTampered):
        offline.kept_bundle(signed, {**rows, "members": [(1, "gold", 0, 9_999)]}, trusted=TRUSTED, store="S1")
    path.write_bytes(text)
    assert again(till).shop is not None, "the control"


@pytest.mark.parametrize("kinds", [True, False], ids=["its columns are others", "its columns are the same"])
def test_a_bundle_that_an_earlier_version_kept_is_fetched_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kinds: bool
) -> None:
    rows = shop_rows() if kinds else shop_rows(kinds=[], coupons=[])
    with monkeypatch.context() as before:
        before.setattr(offline, "FORMAT", offline.FORMAT - 1)
        before.setitem(bundle_rows.COLUMNS, "kinds", ("kind", "personal", "transferable", "stores"))
        earlier = alone(tmp_path, {**rows, "kinds": [row[:4] for row in rows["kinds"]]})
        earlier.sell(sale(), now=NOW)
        earlier.folder.close()
    till = till_in(earlier.folder.path, trusted=None)
    assert (till.have(), till.trouble and till.trouble.code) == ("", "bundle_of_another_format")
    assert till.trusted == TRUSTED, "whom it trusted it trusts"
    for ask in (lambda: till.price(basket(), now=NOW), lambda: till.sell(sale("2"), now=NOW)):
        with pytest.raises(errors.BundleMissing):
            ask()
    assert till.waiting() == 1, "what was sold is sent all the same"
    till.take_bundle(bundle_of(tmp_path / "server", rows, till.have(), made_at=NOW), now=NOW, sent=till.folder.sent())
    assert till.trouble is None
    assert till.sell(sale("2"), now=NOW)["sequence"] == 2
    assert again(till).shop is not None


def _kept(text: bytes) -> Any:
    import json
    import zlib

    from huitou.offline.rules.rows import from_columns

    size = int.from_bytes(text[:4], "big")
    body = json.loads(zlib.decompress(text[4 + size :]))
    return text[4 : 4 + size], {part: from_columns(part, columns) for part, columns in body["rows"].items()}, 0
