"""Balances of an old programme in the books, and out of them again, on the real database."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.builders import run
from tests.loyalty.world import Refusal, World, ask

from huitou.kernel.errors import HuitouError
from huitou.loyalty import service as loyalty
from huitou.loyalty.rules import opening as rule
from huitou.loyalty.terms import GivenBack, Moment, SoldQuantity

pytestmark = [pytest.mark.database, pytest.mark.django_db]

FIRST_DAY = date(2020, 3, 10)
NOON = datetime(2020, 3, 10, 12, tzinfo=UTC)
LOTS = pa.schema(
    [("member_id", pa.int64()), ("points", pa.int64()), ("earned_at", pa.timestamp("us", "UTC")),
     ("expires_on", pa.date32())]
)  # fmt: skip
PEOPLE = pa.schema([("member_id", pa.int64()), ("owed", pa.int64()), ("digest", pa.string())])


class Shop:
    """A few members who sell, return and spend around a cut-over."""

    def __init__(self, members: int = 1) -> None:
        self.world = World(members)
        self.members = self.world.members
        self.batch = 0
        self.another_file()

    def another_file(self) -> None:
        ((self.batch,),) = ask(
            "INSERT INTO receipts_import (kind, source, file_name, file_digest, mapping, actor, report) "
            "VALUES ('balances', 'old', 'old.csv', 'd', '{}', 'test', '{}') RETURNING id"
        )

    def open(self, programme, *, difference: bool = False, asset: str = "points", now=NOON, source: str = "old"):
        """`programme`: for each member (lots of (points, last day), owed)."""
        lots, people = [], []
        for member, (of_member, owed) in zip(self.members, programme, strict=False):
            people.append({"member_id": member, "owed": owed, "digest": repr(of_member)})
            lots += [
                {"member_id": member, "points": points, "earned_at": datetime(2019, 5, 1, tzinfo=UTC), "expires_on": on}
                for points, on in of_member
            ]
        return loyalty.open_balances(
            pa.Table.from_pylist(lots, LOTS), pa.Table.from_pylist(people, PEOPLE), source=source,
            batch=self.batch, first_day=FIRST_DAY, moment=Moment(now, now.date()), actor="test", asset=asset,
            post_difference=difference,
        )  # fmt: skip

    def sell(self, on: date, earned: int, spent: int = 0, *, member: int = 0, honour: bool = False) -> int:
        receipt = self.world.new_receipt("sale", on)
        at = datetime.combine(on, NOON.timetz())
        self.world.sell(receipt, self.members[member], Moment(max(NOON, at), max(NOON, at).date()), on, earned, spent,
                        earned_at=at, expires_on=None, hold=None, honour=honour)  # fmt: skip
        return receipt

    def give_back(self, sale: int, on: date, *, member: int = 0) -> None:
        receipt = self.world.new_receipt("return", on)
        self.world.give_back(receipt, sale, self.members[member], Moment(NOON, NOON.date()), on,
                             [SoldQuantity(1, 1000, 1000)], [GivenBack(1, receipt, 1000)])  # fmt: skip

    def undo(self, *, now: datetime = NOON) -> tuple[int, int, int]:
        return loyalty.undo_openings(self.batch, actor="test", moment=Moment(now, now.date()))

    def balance(self, member: int = 0) -> int:
        return loyalty.balance_of(self.members[member])

    def debts(self) -> list[tuple]:
        return ask("SELECT name, remaining FROM loyalty_debt WHERE remaining > 0 ORDER BY id")


BEFORE, AFTER = date(2020, 3, 2), date(2020, 3, 11)


def test_an_opening_is_one_posting_of_its_lots_and_names_where_it_comes_from():
    shop = Shop()
    opened = shop.open([([(30, date(2020, 12, 31)), (70, None)], 0)])
    assert (opened.posted, opened.points, opened.owing) == (1, 100, 0)
    assert ask("SELECT kind, rule, rule_version, source, actor, business_date FROM loyalty_transaction") == [
        ("opening", "carried_over", 1, "old", "test", date(2020, 3, 9))
    ]
    assert ask("SELECT original, remaining, expires_on FROM loyalty_lot ORDER BY id") == [
        (30, 30, date(2020, 12, 31)), (70, 70, None),
    ]  # fmt: skip
    assert shop.world.seen()["programme"] == {"issued": -100}
    assert shop.world.broken_promises() == []


@pytest.mark.parametrize(
    ("lots", "owed", "balance", "debt", "because"),
    [
        ([], 40, -40, 40, "what was owed is owed here, by name"),
        ([(100, None)], 40, 60, 0, "what is owed comes off the lots that come in"),
        ([(30, None)], 40, -10, 10, "and what they cannot cover is owed"),
        ([], 0, 0, 0, "nothing is opened as nothing, and noted"),
    ],
)
def test_what_was_owed_becomes_a_named_debt(lots, owed, balance, debt, because):
    shop = Shop()
    shop.open([(lots, owed)])
    assert shop.balance() == balance, because
    assert shop.debts() == ([(f"open/{shop.batch}/{shop.members[0]}", debt)] if debt else []), because
    assert ask("SELECT count(*) FROM loyalty_opening WHERE undone_at IS NULL") == [(1,)], because
    assert shop.world.broken_promises() == []


def test_the_next_earning_repays_what_was_owed_at_the_old_programme():
    shop = Shop()
    shop.open([([], 40)])
    shop.sell(AFTER, 50)
    assert (shop.balance(), shop.debts()) == (10, [])


def test_a_receipt_of_a_day_before_the_cut_over_earns_nothing_once_balances_are_opened():
    shop = Shop(2)
    shop.open([([(100, None)], 0)])
    shop.sell(BEFORE, 7)
    shop.sell(BEFORE, 7, member=1)
    assert (shop.balance(0), shop.balance(1)) == (100, 0), "also of whoever the old programme did not know"
    shop.sell(AFTER, 7)
    shop.sell(AFTER, 7, member=1)
    assert (shop.balance(0), shop.balance(1)) == (107, 7)
    assert shop.world.broken_promises() == []


def test_the_guard_against_counting_twice_bites():
    """Planted: an earning of a day before the cut-over that slipped past the code."""
    shop = Shop()
    shop.open([([(100, None)], 0)])
    run("UPDATE loyalty_opening SET undone_at = now()")
    shop.sell(BEFORE, 7)
    run("UPDATE loyalty_opening SET undone_at = NULL")
    assert [name for name, _ in shop.world.broken_promises()] == ["L4"]


def test_points_posted_before_stop_the_opening_and_nothing_moves():
    shop = Shop()
    shop.sell(BEFORE, 7)
    before = shop.world.seen()
    with pytest.raises(HuitouError) as refused, transaction.atomic():
        shop.open([([(100, None)], 0)])
    assert (refused.value.code, refused.value.facts["points"]) == ("points_posted_before", 7)
    assert shop.world.seen() == before


def test_the_difference_is_posted_where_it_is_asked_for():
    shop = Shop()
    shop.sell(BEFORE, 300)
    shop.sell(AFTER, 0, 50)
    opened = shop.open([([(500, date(2020, 12, 31))], 0)], difference=True)
    assert (opened.points, opened.before) == (200, 300)
    assert shop.balance() == 450, "500 of the old programme less the 50 that were spent here since"
    assert loyalty.balances_on(FIRST_DAY - timedelta(days=1)) == {shop.members[0]: 500}
    assert shop.world.broken_promises() == []


def test_two_openings_of_one_account_are_refused_by_the_database():
    shop = Shop()
    shop.open([([(100, None)], 0)])
    shop.another_file()
    with pytest.raises(Exception, match="loyalty_opening_stands_once"), transaction.atomic():
        shop.open([([(100, None)], 0)])
    assert shop.balance() == 100


def test_a_second_old_programme_adds_to_the_first():
    shop = Shop()
    shop.open([([(100, None)], 0)])
    shop.another_file()
    opened = shop.open([([(30, None)], 0)], source="older")
    assert (shop.balance(), opened.before) == (130, 0), "what the first one opened is no copy of the second"
    assert shop.world.broken_promises() == []


def test_growth_has_books_of_its_own():
    shop = Shop()
    shop.open([([(100, date(2020, 3, 10))], 0)], asset="growth")
    assert shop.balance() == 0, "points are another asset"
    assert loyalty.balances_on(date(2020, 3, 9), "growth") == {shop.members[0]: 100}
    shop.world.run_jobs(Moment(NOON + timedelta(days=3), NOON.date() + timedelta(days=3)))
    assert ask("SELECT asset, role FROM loyalty_account a JOIN loyalty_entry e ON e.account_id = a.id "
               "JOIN loyalty_transaction t ON t.id = e.transaction_id WHERE t.kind = 'expire' AND a.role <> 'member'"
               ) == [("growth", "expired")]  # fmt: skip
    assert shop.world.broken_promises() == []


@pytest.mark.parametrize(
    ("spent", "owed", "because"),
    [(0, 0, "nothing was spent: all of it goes"), (60, 60, "what was spent since is owed, by name")],
)
def test_an_opening_is_undone_by_a_posting_that_corrects_it(spent, owed, because):
    shop = Shop()
    shop.open([([(100, None)], 0)])
    if spent:
        shop.sell(AFTER, 0, spent)
    assert shop.undo() == (1, int(owed > 0), owed)
    assert shop.balance() == -owed, because
    assert sum(points for _, points in shop.debts()) == owed, because
    assert ask("SELECT count(*) FROM loyalty_transaction WHERE kind = 'unopening' AND corrects_id IS NOT NULL") == [
        (1,)
    ]
    assert shop.world.broken_promises() == []
    assert shop.undo() == (0, 0, 0), "it is undone once"


def test_after_an_undo_the_right_file_opens_again():
    shop = Shop()
    shop.open([([(100, None)], 0)])
    shop.undo()
    shop.another_file()
    shop.open([([(120, None)], 0)])
    assert shop.balance() == 120
    assert shop.world.broken_promises() == []


DAYS = st.sampled_from([BEFORE, date(2020, 3, 8), AFTER, date(2020, 3, 12)])
SALES = st.lists(st.tuples(DAYS, st.integers(0, 40), st.integers(0, 30), st.booleans()), max_size=4)
OLD_LOTS = st.lists(
    st.tuples(st.integers(1, 60), st.sampled_from([None, date(2020, 3, 10), date(2020, 3, 11), date(2021, 1, 31)])),
    max_size=3,
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(SALES, OLD_LOTS, st.integers(0, 50), SALES, st.integers(0, 4))
def test_any_programme_is_opened_to_the_point_and_taken_back(sales, lots, owed, later, days):
    with transaction.atomic():
        shop = Shop()
        day_before = FIRST_DAY - timedelta(days=1)
        first = _trade(shop, sales)
        told = loyalty.balances_on(day_before).get(shop.members[0], 0)
        now_before = shop.balance()
        shop.open([(lots, owed)], difference=True)
        said = sum(points for points, _ in lots) - owed
        assert loyalty.balances_on(day_before).get(shop.members[0], 0) == said, "as the old programme says"
        assert shop.balance() - now_before == said - told, "and what happened here since stays"
        assert shop.world.broken_promises() == []
        _trade(shop, later, first)
        now = NOON + timedelta(days=days)
        shop.world.run_jobs(Moment(now, now.date()))
        before_undo = shop.balance()
        gone = ask("SELECT coalesce(sum(-e.points), 0)::bigint FROM loyalty_entry e "
                   "JOIN loyalty_transaction t ON t.id = e.transaction_id AND t.kind = 'expire' "
                   "JOIN loyalty_lot l ON l.id = e.lot_id JOIN loyalty_transaction o ON o.id = l.transaction_id "
                   "WHERE o.kind = 'opening'")[0][0]  # fmt: skip
        shop.undo(now=now)
        assert shop.balance() == before_undo - (said - told) + gone, "all of it but what had expired"
        assert shop.world.broken_promises() == []
        transaction.set_rollback(True)


def _trade(shop: Shop, sales, earlier=()) -> list[int]:
    """Sales that earn and spend; some come back at once."""
    made = list(earlier)
    for on, earned, spent, comes_back in sales:
        try:
            with transaction.atomic():
                made.append(shop.sell(on, earned, spent))
        except Refusal:
            continue
        if comes_back and on <= NOON.date() + timedelta(days=2):
            shop.give_back(made.pop(), max(on, BEFORE))
    return made


def test_the_property_finds_a_planted_fault(monkeypatch):
    """An opening that forgets what had been posted already counts it twice."""
    honest = rule.plan
    monkeypatch.setattr(
        rule, "plan", lambda lots, owed, *, before, **more: dataclasses.replace(honest(lots, owed, before=0, **more))
    )
    shop = Shop()
    shop.sell(BEFORE, 300)
    shop.open([([(500, None)], 0)], difference=True)
    assert loyalty.balances_on(FIRST_DAY - timedelta(days=1)) == {shop.members[0]: 800}
    assert "L15" in [name for name, _ in shop.world.broken_promises()], "and the audit says so"
