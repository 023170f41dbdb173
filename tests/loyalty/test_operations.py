"""What happens to points at the till, told as cases; and what the database refuses when the code does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from tests.builders import run
from tests.loyalty.world import Refusal, World

from huitou.loyalty import service as loyalty
from huitou.loyalty.errors import HoldEnded
from huitou.loyalty.rules import lots
from huitou.loyalty.store import state
from huitou.loyalty.terms import GivenBack, Moment, Share, SoldQuantity

pytestmark = pytest.mark.django_db

NOW = datetime(2020, 3, 1, 9, tzinfo=UTC)
PACK = [SoldQuantity(1, 2000, 2000)]


class Shop:
    """One member and their sales; a day is counted from the first."""

    def __init__(self) -> None:
        self.world = World(1)
        (self.member,) = self.world.members
        self.day = 0

    @property
    def moment(self) -> Moment:
        now = NOW + timedelta(days=self.day)
        return Moment(now, now.date())

    def sell(self, earned: int = 0, *, spent: int = 0, lives: int | None = None, hold: str | None = None,
             honour: bool = False) -> int:  # fmt: skip
        sale = self.world.new_receipt("sale", self.moment.today)
        expires_on = None if lives is None else self.moment.today + timedelta(days=lives)
        self.told = self.world.sell(
            sale, self.member, self.moment, self.moment.today, earned, spent, earned_at=self.moment.now,
            expires_on=expires_on, hold=hold, honour=honour,
        )  # fmt: skip
        return sale

    def give_back(self, sale: int, *quantities: int, on: date | None = None) -> tuple[int, int, int]:
        """Come back with the parts of a sale, one return each; what the last one moved."""
        back = []
        for quantity in quantities:
            receipt = self.world.new_receipt("return", on or self.moment.today)
            back.append(GivenBack(1, receipt, quantity))
            moved = self.world.give_back(
                receipt, sale, self.member, self.moment, on or self.moment.today, PACK, list(back)
            )
        return moved

    def hold(self, points: int, key: str = "basket", minutes: int = 15) -> str:
        return self.world.hold(key, self.member, self.moment, points, self.moment.now + timedelta(minutes=minutes))

    def stands(self) -> tuple[int, int, int]:
        """Balance, debt and held."""
        return self.world.seen()["accounts"].get(self.member, (0, 0, 0))

    def lots(self) -> list[tuple[int, date | None]]:
        return [(left, last) for left, _, last in self.world.seen()["lots"].values()]


@pytest.fixture
def shop(db) -> Shop:
    shop = Shop()
    yield shop
    assert shop.world.broken_promises() == []


def test_a_sale_earns_and_another_spends(shop: Shop):
    shop.sell(30)
    shop.sell(5, spent=20)
    assert shop.told == (20, 0)
    assert shop.stands() == (15, 0, 0)


def test_nobody_spends_more_than_they_have(shop: Shop):
    shop.sell(30)
    with pytest.raises(Refusal, match="not_enough_points"):
        shop.sell(9, spent=31)
    assert shop.stands() == (30, 0, 0), "and nothing moved"


def test_a_sale_that_happened_offline_is_honoured(shop: Shop):
    shop.sell(30)
    shop.sell(spent=50, honour=True)
    assert shop.told == (30, 20)
    assert shop.stands() == (0, 0, 0)
    assert shop.world.seen()["programme"] == {"issued": -30, "redeemed": 50, "honoured": -20}


def test_spent_points_that_are_taken_back_are_owed_and_repaid_by_the_next_sale(shop: Shop):
    sale = shop.sell(30)
    shop.sell(spent=25)
    assert shop.give_back(sale, 2000) == (30, 0, 25)
    assert shop.stands() == (-25, 25, 0)
    shop.sell(10)
    assert shop.stands() == (-15, 15, 0)
    shop.sell(20)
    assert shop.stands() == (5, 0, 0)


def test_a_debtor_spends_what_is_left_when_the_debt_is_counted(shop: Shop):
    sale = shop.sell(30)
    shop.sell(spent=30)
    shop.sell(50)
    shop.give_back(sale, 2000)
    assert shop.stands() == (20, 30, 0)
    with pytest.raises(Refusal, match="not_enough_points"):
        shop.sell(spent=21)
    shop.sell(spent=20)
    assert shop.stands() == (0, 30, 0)


def test_everything_back_leaves_nothing_whichever_comes_first(shop: Shop):
    """Points of the first sale pay for the second; both come back, the first one first."""
    first = shop.sell(30)
    second = shop.sell(spent=30)
    assert shop.give_back(first, 2000) == (30, 0, 30)
    assert shop.give_back(second, 2000) == (0, 30, 0)
    assert shop.stands() == (0, 0, 0)


def test_parts_that_come_back_sum_to_the_whole(shop: Shop):
    shop.sell(30)
    sale = shop.sell(7, spent=11)
    assert shop.give_back(sale, 700, 700, 600) == (3, 4, 0), "the last one takes the rest: 2 + 2 + 3 and 3 + 4 + 4"
    assert shop.stands() == (30, 0, 0)


def test_points_that_expired_meanwhile_come_back_for_a_week(shop: Shop):
    shop.sell(30, lives=2)
    sale = shop.sell(spent=30)
    shop.day = 10
    shop.give_back(sale, 2000)
    assert shop.lots() == [(30, date(2020, 3, 18))]
    shop.day = 17
    loyalty.expire_due(shop.moment)
    assert shop.stands() == (30, 0, 0), "its last day"
    shop.day = 18
    loyalty.expire_due(shop.moment)
    assert shop.stands() == (0, 0, 0)


def test_a_return_that_comes_in_late_ends_as_if_it_had_come_in_time(shop: Shop):
    shop.sell(30, lives=2)
    sale = shop.sell(spent=10)
    shop.day = 5
    loyalty.expire_due(shop.moment)
    shop.give_back(sale, 2000, on=date(2020, 3, 2))
    loyalty.expire_due(shop.moment)
    assert shop.stands() == (0, 0, 0), "on the second of March the lot was alive, and its points died with it"


def test_what_expired_is_not_owed_when_its_sale_comes_back(shop: Shop):
    sale = shop.sell(30, lives=2)
    shop.day = 5
    assert shop.give_back(sale, 2000) == (30, 0, 0)
    assert shop.stands() == (0, 0, 0)


def test_a_held_lot_waits_for_the_end_of_the_hold(shop: Shop):
    shop.sell(30, lives=0)
    shop.hold(10, minutes=24 * 60 + 30)
    shop.day = 1
    loyalty.expire_due(shop.moment)
    assert shop.stands() == (30, 0, 10), "half an hour of the hold is left"
    shop.day = 2
    loyalty.time_out_holds(shop.moment)
    loyalty.expire_due(shop.moment)
    assert shop.stands() == (0, 0, 0)


def test_a_hold_is_spent_by_its_sale_and_the_rest_is_free(shop: Shop):
    shop.sell(30)
    assert shop.hold(20) == "open"
    assert shop.stands() == (30, 0, 20)
    with pytest.raises(Refusal, match="not_enough_points"):
        shop.hold(11, key="another basket")
    shop.sell(spent=15, hold="basket")
    assert shop.stands() == (15, 0, 0)
    with pytest.raises(Refusal, match="hold_ended"):
        shop.world.release("basket", shop.member, shop.moment)


def test_the_same_hold_again_is_the_same_hold(shop: Shop):
    shop.sell(30)
    assert [shop.hold(20), shop.hold(20)] == ["open", "open"]
    assert shop.stands() == (30, 0, 20)
    with pytest.raises(Refusal, match="hold_differs"):
        shop.hold(19)
    assert shop.world.release("basket", shop.member, shop.moment) == "released"
    assert shop.world.release("basket", shop.member, shop.moment) == "released", "again: the same answer"
    with pytest.raises(Refusal, match="hold_ended"):
        shop.hold(20)
    said = HoldEnded(key="basket", state="released")
    assert (said.facts["state"], "(" in said.message) == ("released", False), "machines read the state, people words"
    with pytest.raises(Refusal, match="hold_unknown"):
        shop.world.release("no basket", shop.member, shop.moment)


# The code's half of each promise is taken away: the database alone refuses.


def test_the_database_refuses_to_take_more_than_a_lot_holds(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    shop.sell(30)
    monkeypatch.setattr(lots, "spendable", lambda account: 10**6)
    monkeypatch.setattr(lots, "spread", lambda points, found: [Share(found[0].id, points)])
    with pytest.raises(IntegrityError, match="check constraint"):
        shop.sell(spent=31)
    with pytest.raises(IntegrityError, match="check constraint"):
        shop.hold(31)
    assert shop.stands() == (30, 0, 0)


def test_the_database_refuses_a_debtor_more_than_there_is(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    """The lots hold fifty and thirty are owed: only a trigger can tell a burn from a return here."""
    sale = shop.sell(30)
    shop.sell(spent=30)
    shop.sell(50)
    shop.give_back(sale, 2000)
    monkeypatch.setattr(lots, "spendable", lambda account: 10**6)
    with pytest.raises(IntegrityError, match="spends more than it has"):
        shop.sell(spent=21)
    with pytest.raises(IntegrityError, match="holds more than it has"):
        shop.hold(21)
    assert shop.stands() == (20, 30, 0)


def test_the_database_refuses_a_second_end_of_a_hold(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    shop.sell(30)
    shop.hold(20)
    shop.sell(spent=15, hold="basket")
    posted = state.hold_state
    monkeypatch.setattr(state, "hold_state", lambda answer: replace(posted(answer), state="open"))
    with pytest.raises(DatabaseError, match="hold basket has ended"):
        shop.world.release("basket", shop.member, shop.moment)
    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        run("DELETE FROM loyalty_hold")
    assert shop.stands() == (15, 0, 0)


def test_the_database_refuses_a_second_posting_under_the_same_key(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    shop.sell(30)
    sale = shop.sell(spent=10)
    monkeypatch.setattr(state, "ask_posted", lambda trip, keys: trip.ask("SELECT WHERE false"))
    with pytest.raises(IntegrityError, match="loyalty_transaction_key_key"):
        shop.world.sell(sale, shop.member, shop.moment, shop.moment.today, 0, 10, earned_at=NOW, expires_on=None,
                        hold=None, honour=False)  # fmt: skip
    assert shop.stands() == (20, 0, 0)


@pytest.mark.parametrize("table", ["loyalty_entry", "loyalty_transaction"])
def test_the_books_cannot_be_emptied(shop: Shop, table: str):
    shop.sell(30)
    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        run(f"TRUNCATE {table} CASCADE")


def test_lots_are_counted_up_to_a_number_that_says_there_are_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loyalty, "MOST_LOTS_COUNTED", 3)
    shop = Shop()
    counted = []
    for _ in range(6):
        shop.sell(10)
        lots_shown, count = loyalty.lots_of(shop.member, 2)
        counted.append((len(lots_shown), count))
    assert counted == [(1, 1), (2, 2), (2, 3), (2, 4), (2, 4), (2, 4)]
