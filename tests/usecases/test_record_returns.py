"""What comes back mirrors its own sale, in whatever order the two arrive."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.builders import rows
from tests.usecases.tills import Till, card, open_store

from huitou.members import service as members
from huitou.members.terms import MemberRef
from huitou.receipts.errors import ReceiptClaimed, ReturnedMoreThanSold, ReturnOfReturn, SaleLineUnknown
from huitou.usecases import record_receipts
from huitou.usecases.audit import audit
from huitou.usecases.recording.errors import ClaimCodeUnknown
from huitou.usecases.till_terms import Return, SaleNamed

pytestmark = pytest.mark.django_db

LEFT = (
    "SELECT (SELECT coalesce(sum(balance), 0) FROM loyalty_account), (SELECT count(*) FROM receipts_receipt), "
    "(SELECT count(*) FROM receipts_returnmatch), (SELECT coalesce(sum(net_fen), 0)::bigint FROM receipts_line)"
)


@pytest.fixture(autouse=True)
def store() -> int:
    return open_store("S1")


@pytest.fixture
def till() -> Till:
    return Till()


def broken() -> list[str]:
    return [f"{verdict.name}: {verdict.first_broken}" for verdict in audit() if not verdict.holds]


def test_a_return_takes_back_what_its_goods_earned(till: Till) -> None:
    sale = till.sale(3000, 2000, member=card("C1"))
    till.record(sale)
    answer = till.record(till.back(sale, (2, 1000, 2000)))
    assert (answer["state"], answer["points_taken_back"], answer["balance"]) == ("applied", 20, 30)
    assert broken() == []


def test_everything_back_leaves_nothing(till: Till) -> None:
    sale = till.sale(3333, 2222, 1111, member=card("C1"))
    till.record(sale)
    for line, amount in ((1, 3333), (3, 1111), (2, 2222)):
        till.record(till.back(sale, (line, 1000, amount)))
    assert rows(LEFT) == [(0, 4, 3, 0)]
    assert broken() == []


def test_a_return_before_its_sale_waits_and_ends_the_same(till: Till) -> None:
    sale = till.sale(3000, 2000, member=card("C1"))
    back = till.back(sale, (2, 1000, 2000))
    parked = till.tell(back)
    assert '"state":"parked"' in parked
    till.record(sale)
    assert rows(LEFT) == [(30, 2, 1, 3000)]
    assert till.tell(back) == parked, "asked again, it hears what it heard"
    assert broken() == []


def test_the_same_return_twice_counts_once(till: Till) -> None:
    sale = till.sale(3000, member=card("C1"))
    till.record(sale)
    back = till.back(sale, (1, 400, 1200))
    assert till.tell(back) == till.tell(back)
    assert rows("SELECT balance FROM loyalty_account WHERE member_id IS NOT NULL") == [(18,)]


def test_more_than_was_sold_is_refused_and_moves_nothing(till: Till) -> None:
    sale = till.sale(3000, member=card("C1"))
    till.record(sale)
    till.record(till.back(sale, (1, 600, 1800)))
    before = rows(LEFT)
    for back in (till.back(sale, (1, 401, 1200)), till.back(sale, (1, 200, 600), (1, 201, 600))):
        with pytest.raises(ReturnedMoreThanSold):
            till.record(back)
    with pytest.raises(SaleLineUnknown):
        till.record(till.back(sale, (2, 1000, 1)))
    assert rows(LEFT) == before


def test_a_return_of_a_return_is_refused(till: Till) -> None:
    sale = till.sale(3000, member=card("C1"))
    till.record(sale)
    back = till.back(sale, (1, 1000, 3000))
    till.record(back)
    again = till.back(sale, (1, 1000, 3000))
    with pytest.raises(ReturnOfReturn):
        till.record(replace(again, sale=replace(again.sale, number=back.number)))


def day_of(back: Return) -> date:
    return (back.at + timedelta(hours=8)).date()


def test_a_return_that_was_too_much_offline_is_put_aside(till: Till) -> None:
    sale = till.sale(3000, member=card("C1"))
    found = till.upload(sale, till.back(sale, (1, 1000, 3000)), till.back(sale, (1, 1000, 3000)))
    assert [one["status"] for one in found] == ["recorded", "recorded", "quarantined"]
    assert rows("SELECT count(*) FROM receipts_conflict") == [(1,)]
    assert broken() == []


def test_parked_returns_that_are_too_much_are_listed_one_by_one(till: Till) -> None:
    sale = till.sale(3000, member=card("C1"))
    for _ in range(3):
        till.record(till.back(sale, (1, 600, 1800)))
    till.record(sale)
    assert rows("SELECT count(*) FROM receipts_returnmatch") == [(1,)], "the first one fits"
    assert rows("SELECT kind, count(*) FROM receipts_conflict GROUP BY 1") == [("returned_more_than_sold", 2)]
    assert broken() == []


def test_a_sale_tells_the_balance_after_the_return_that_waited_for_it(till: Till) -> None:
    sale = till.sale(3000, 2000, member=card("C1"))
    till.record(till.back(sale, (2, 500, 1000)))
    till.record(till.back(sale, (2, 500, 1000)))
    told = till.record(sale)
    assert (told["points_earned"], told["balance"], told["available"]) == (50, 30, 30), "both have taken theirs back"
    assert rows("SELECT balance FROM loyalty_account WHERE role = 'member'") == [(30,)]
    assert json.loads(till.tell(sale)) == told
    assert broken() == []


def test_sales_of_one_batch_tell_their_balances_as_if_one_came_after_the_other(till: Till) -> None:
    first, second, third = (till.sale(amount, member=card("C1")) for amount in (1000, 2000, 3000))
    till.record(till.back(second, (1, 1000, 2000)))
    assert [one["balance"] for one in till.upload(first, second, third)] == [10, 10, 40]
    assert broken() == []


def test_a_return_of_a_return_that_came_before_it_is_listed(till: Till) -> None:
    sale = till.sale(3000, member=card("C1"))
    first = till.back(sale, (1, 1000, 3000))
    again = replace(till.back(sale, (1, 1000, 3000)), sale=SaleNamed("S1", "1", day_of(first), first.number))
    assert till.record(again)["state"] == "parked", "nobody can know yet"
    till.record(sale)
    till.record(first)
    listed = "SELECT kind, (SELECT number FROM receipts_identity i WHERE i.id = identity_id) FROM receipts_conflict"
    assert rows(listed) == [("return_of_return", again.number)]
    till.record(first)
    assert len(rows(listed)) == 1
    assert rows("SELECT balance FROM loyalty_account WHERE role = 'member'") == [(0,)]
    assert broken() == []


def test_a_return_that_is_numbered_like_its_sale_is_nobodys_sale(till: Till) -> None:
    sale = till.sale(3000, member=card("C1"))
    like = till.back(sale, (1, 300, 900), number=sale.number)
    other = till.back(sale, (1, 300, 900))
    assert [till.record(back)["state"] for back in (other, like)] == ["parked", "parked"]
    assert rows("SELECT count(*) FROM receipts_conflict") == [(0,)], "the sale of that number may still come"
    assert till.record(till.back(sale, (1, 400, 1200)))["state"] == "parked"
    assert till.record(sale)["balance"] == 0
    assert broken() == []


def test_a_claim_that_is_sent_again_is_told_the_same(till: Till) -> None:
    code = till.record(till.sale(3000))["claim_code"]
    till.record(till.sale(100, member=card("C1")))
    (member,) = rows("SELECT member_id FROM members_identity WHERE value = 'C1'")[0]
    by_code = MemberRef("code", members.dynamic_code(member, at=till.now))
    told = record_receipts.claim(till.caller, code, by_code, now=till.now)
    till.record(till.sale(5000, member=card("C1")))
    late = till.now + timedelta(days=400)
    assert record_receipts.claim(till.caller, code, by_code, now=late) == told, "its answer was lost on the way"
    assert record_receipts.claim(till.caller, code, card("C1"), now=late) == told, "the same member by another name"
    assert rows("SELECT balance FROM loyalty_account WHERE role = 'member'") == [(81,)]
    assert broken() == []


def test_a_receipt_without_a_member_is_claimed_once(till: Till) -> None:
    sale = till.sale(3000, 2000)
    code = till.record(sale)["claim_code"]
    till.record(till.back(sale, (2, 1000, 2000)))
    till.record(till.sale(100, member=card("C1")))
    till.record(till.sale(100, member=card("C2")))
    claimed = json.loads(record_receipts.claim(till.caller, code, card("C1"), now=till.now))
    assert (claimed["points_earned"], claimed["balance"]) == (30, 31), "the 20 yuan that came back earn nothing"
    with pytest.raises(ReceiptClaimed):
        record_receipts.claim(till.caller, code, card("C2"), now=till.now)
    assert broken() == []


@pytest.mark.parametrize("code", ["", "1", "1-AAAAAAAAAAAAA", "99999999999999999999-A", "x-y"])
def test_a_claim_code_that_we_never_made_claims_nothing(till: Till, code: str) -> None:
    till.record(till.sale(3000))
    with pytest.raises(ClaimCodeUnknown):
        record_receipts.claim(till.caller, code, card("C1"), now=till.now)


def test_a_return_of_a_return_that_was_kept_offline_is_listed_as_what_it_is(till: Till) -> None:
    sale = till.sale(1000, member=card("C1"))
    back = till.back(sale, (1, 1000, 1000))
    again = replace(till.back(sale, (1, 1000, 1000)), sale=SaleNamed("S1", "1", date(2026, 11, 20), back.number))
    told = till.upload(sale, back, again)
    assert (told[2]["status"], told[2]["code"]) == ("quarantined", "return_of_return")
    assert rows("SELECT kind FROM receipts_conflict") == [("return_of_return",)]
