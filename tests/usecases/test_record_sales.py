"""A sale counts once, whoever sends it how often."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.builders import rows
from tests.usecases.tills import Till, card, key, open_store

from huitou.access.errors import StoreNotOfKey
from huitou.catalogue.errors import StoreUnknown
from huitou.members import service as members
from huitou.members.errors import SpendingNeedsCode
from huitou.members.terms import MemberRef
from huitou.receipts.errors import ReceiptDiffers
from huitou.usecases.audit import audit
from huitou.usecases.recording.errors import DayImpossible

pytestmark = pytest.mark.django_db

BOOKS = (
    "SELECT (SELECT count(*) FROM receipts_identity), (SELECT count(*) FROM receipts_receipt), "
    "(SELECT count(*) FROM receipts_line), (SELECT coalesce(sum(balance), 0) FROM loyalty_account), "
    "(SELECT count(*) FROM loyalty_entry), (SELECT count(*) FROM outbox_fact), (SELECT count(*) FROM members_member)"
)


@pytest.fixture(autouse=True)
def store() -> int:
    return open_store("S1")


@pytest.fixture
def till() -> Till:
    return Till()


def broken() -> list[str]:
    return [f"{verdict.name}: {verdict.first_broken}" for verdict in audit() if not verdict.holds]


def test_a_sale_earns_a_point_for_each_whole_yuan(till: Till) -> None:
    answer = till.record(till.sale(1280, 1099, member=card("C1")))
    assert (answer["points_earned"], answer["balance"], answer["available"]) == (23, 23, 23), "23.79 yuan"
    assert answer["claim_code"] is None, "it has its member"
    assert broken() == []


def test_the_same_again_is_told_the_same_word_for_word(till: Till) -> None:
    sale = till.sale(5000, member=card("C1"))
    first = till.tell(sale)
    till.record(till.sale(7000, member=card("C1")))
    before = rows(BOOKS)
    assert till.tell(sale) == first, "the balance of that moment, not of now"
    assert rows(BOOKS) == before


@pytest.mark.parametrize(
    "change",
    [
        {"channel": "mini"},
        {"member": card("C2")},
        {"member": None},
        {"at": Till().now + timedelta(seconds=1)},
        {"points_used": 1},
    ],
)
def test_another_body_under_the_same_number_is_refused_and_moves_nothing(till: Till, change: dict) -> None:
    sale = till.sale(5000, member=card("C1"))
    till.record(sale)
    before = rows(BOOKS)
    with pytest.raises(ReceiptDiffers):
        till.record(replace(sale, **change))
    assert rows(BOOKS) == before


def test_other_lines_under_the_same_number_are_refused(till: Till) -> None:
    sale = till.sale(5000)
    till.record(sale)
    with pytest.raises(ReceiptDiffers):
        till.record(replace(sale, lines=(sale.lines[0]._replace(quantity_milli=1001),)))


def test_the_same_number_on_another_day_till_or_store_is_another_sale(till: Till) -> None:
    open_store("S2")
    sale = till.sale(5000, member=card("C1"))
    others = [replace(sale, till="2"), replace(sale, store="S2"), replace(sale, at=sale.at - timedelta(days=1))]
    assert len({till.record(word)["receipt"] for word in [sale, *others]}) == 4


def test_a_till_clock_two_days_off_is_data(till: Till) -> None:
    for hours in (-48, 48):
        answer = till.record(till.sale(1000, member=card("C1"), at=till.now + timedelta(hours=hours)))
        assert answer["points_earned"] == 10
    assert broken() == []


def test_a_day_that_cannot_be_is_refused(till: Till) -> None:
    with pytest.raises(DayImpossible):
        till.record(till.sale(1000, at=till.now + timedelta(days=40)))


def test_a_sale_of_years_ago_finds_its_month(till: Till) -> None:
    assert till.record(till.sale(1000, at=till.now - timedelta(days=2000)))["points_earned"] == 0
    assert broken() == []


def test_a_store_that_nobody_knows_and_one_that_the_key_does_not_reach(till: Till, store: int) -> None:
    open_store("S2")
    before = rows(BOOKS)
    with pytest.raises(StoreUnknown):
        till.record(replace(till.sale(1000), store="S9"))
    bound = Till(caller=key("pos", store))
    with pytest.raises(StoreNotOfKey):
        bound.record(replace(bound.sale(1000), store="S2"))
    assert rows(BOOKS) == before


def test_a_card_earns_and_does_not_spend(till: Till) -> None:
    till.record(till.sale(10000, member=card("C1")))
    before = rows(BOOKS)
    with pytest.raises(SpendingNeedsCode):
        till.record(till.sale(1000, member=card("C1"), points_used=10))
    assert rows(BOOKS) == before


def test_a_batch_counts_each_sale_once_and_goes_on_after_a_bad_line(store: int) -> None:
    open_store("S2")
    bound = Till(caller=key("pos", store))
    sales = [bound.sale(1000 + place, member=card(f"C{place % 7}")) for place in range(120)]
    foreign = replace(bound.sale(1000), store="S2")
    found = bound.upload(*sales[:60], foreign, *sales[60:], sales[0], replace(sales[1], channel="mini"))
    statuses = [one["status"] if isinstance(one, dict) else one.code for one in found]
    assert statuses == ["recorded"] * 60 + ["store_not_of_key"] + ["recorded"] * 60 + ["replayed", "quarantined"]
    assert rows("SELECT kind FROM receipts_conflict") == [("number_used_twice",)]
    assert rows("SELECT count(*) FROM receipts_receipt") == [(120,)]
    assert broken() == []


def test_one_member_many_sales_in_a_batch_hears_a_rising_balance(till: Till) -> None:
    found = till.upload(*(till.sale(1000, member=card("C1")) for _ in range(5)))
    assert [one["balance"] for one in found] == [10, 20, 30, 40, 50]
    assert rows("SELECT balance FROM loyalty_account WHERE member_id IS NOT NULL") == [(50,)]


LISTED = "SELECT kind FROM receipts_conflict ORDER BY kind"


def test_points_spent_offline_beyond_the_balance_are_honoured_and_listed(till: Till) -> None:
    till.record(till.sale(10000, member=card("C1")))
    ((member,),) = rows("SELECT member_id FROM members_identity")
    code = MemberRef("code", members.dynamic_code(member, at=till.now))
    (found,) = till.upload(till.sale(1000, member=code, points_used=130))
    assert (found["points_used"], found["points_honoured"], found["balance"]) == (130, 30, 10)
    assert rows(LISTED) == [("points_honoured",)]
    assert broken() == []


def test_points_beyond_the_balance_that_a_card_alone_spent_offline_are_listed_as_both(till: Till) -> None:
    till.record(till.sale(10000, member=card("C1")))
    (found,) = till.upload(sale := till.sale(1000, member=card("C1"), points_used=130))
    assert (found["points_honoured"], found["balance"]) == (30, 10)
    both = [("points_honoured",), ("points_unproven",)]
    assert rows(LISTED) == both, "100 points of somebody went without proof, and 30 are the chain's"
    assert till.upload(sale)[0]["status"] == "replayed"
    assert rows(LISTED) == both
    assert broken() == []


def test_points_spent_offline_by_a_card_alone_are_listed(till: Till) -> None:
    till.record(till.sale(10000, member=card("C1")))
    (found,) = till.upload(till.sale(1000, member=card("C1"), points_used=30))
    assert (found["points_used"], found["points_honoured"], found["balance"]) == (30, 0, 80)
    assert rows(LISTED) == [("points_unproven",)], "nobody showed a code"
    assert broken() == []
