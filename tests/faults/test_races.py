"""Two tills, one member, one moment: nothing counts twice, also where the code's own checks are taken away.

Each check is a pair: the code asks, and the database refuses. Half of these races run with the code's half deleted.
`make faults` runs 10,000 rounds of each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from huitou.loyalty import service as loyalty
from huitou.loyalty.rules import lots
from huitou.loyalty.store import expiring, online
from huitou.loyalty.terms import Share
from huitou.offers import service as offers
from huitou.offers.rules import redeeming
from huitou.offers.service import programmes
from huitou.offers.store import brought, quotas
from huitou.offers.store import redeeming as coupon_rows
from huitou.receipts import service as receipts
from tests.builders import rows, run
from tests.faults import (
    naive_till,
    races,
    races_of_benefits,
    races_of_coupons,
    races_of_one_name,
    races_of_points_money,
    races_of_quotas,
)
from tests.faults.forms import Progress, either, told
from tests.faults.races import BURNED, POINTS, Race
from tests.faults.racing import race
from tests.usecases.tills import open_store

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]

RACES: dict[str, Callable[[int, int], Race]] = {
    "the same receipt ten times": races.same_receipt,
    "burn against burn": races.burns,
    "hold against hold": races.holds,
    "burn against return": races.burn_and_return,
    "return against return": races.returns,
    "expiry against burn": races.burn_and_expiry,
    "three holds of one basket": races_of_one_name.one_basket,
    "use of a hold against its release": races_of_one_name.use_and_release,
    "use of a hold against its end": races_of_one_name.use_and_time_out,
    "claim against return": races_of_one_name.claim_and_return,
    "claim against claim": races_of_one_name.claims,
    "one coupon at three tills": races_of_coupons.one_coupon,
    "one coupon in three baskets": races_of_coupons.one_hold,
    "use of a coupon against its return": races_of_coupons.use_and_return,
    "use of a coupon against its voiding": races_of_coupons.use_and_void,
    "use of a coupon against its end": races_of_coupons.use_and_expire,
    "one staff quota at three tills": races_of_quotas.one_quota,
    "a member's last coupon at three tills": races_of_benefits.last_of_a_member,
    "one sale that brings a coupon by three ways": races_of_benefits.one_sale,
    "points as money at three tills": races_of_points_money.spent_at_three_tills,
    "points as money against a return": races_of_points_money.spent_while_what_earned_them_goes_back,
    "points as money against expiry": races_of_points_money.spent_while_they_expire,
    "points as money against their coming back": races_of_points_money.spent_while_they_come_back,
    "what points paid goes back at two tills": races_of_points_money.back_at_two_tills,
}
ROUNDS = either(20, 10_000)
PIECE = 2_500


def run_race(name: str, because: str) -> None:
    open_store("S1")
    programmes.forget()  # those of another test's tables
    progress = Progress(f"{name} ({because})", ROUNDS)
    for first in range(0, ROUNDS, PIECE):
        rounds = min(PIECE, ROUNDS - first)
        entered = RACES[name](rounds, first // PIECE)
        wrong = entered.wrong(race(entered.runners, rounds))
        assert wrong == [], because
        progress.at(first + rounds, "0 wrong")
    every = (*loyalty.verdicts(), *receipts.verdicts(), *offers.verdicts())
    broken = [verdict for verdict in every if not verdict.holds]
    assert broken == [], because


@pytest.mark.parametrize("name", RACES)
def test_nothing_counts_twice(name: str) -> None:
    run_race(name, "with all checks")


class FoundNothing:
    def read(self) -> dict:
        return {}


def hold_no_names(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(receipts, "hold_names", lambda trip, names: None)


def find_no_receipt(patch: pytest.MonkeyPatch) -> None:
    hold_no_names(patch)
    patch.setattr(receipts, "find", lambda trip, keys, tell=False: FoundNothing())


@pytest.mark.parametrize("delete", [hold_no_names, find_no_receipt])
def test_a_receipt_counts_once_by_its_unique_name_alone(
    delete: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    delete(monkeypatch)
    run_race("the same receipt ten times", f"without: {delete.__name__}")


def hold_no_baskets(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(loyalty, "one_holds", lambda trip, key: None)


@pytest.mark.parametrize(
    ("name", "delete"),
    [
        ("return against return", hold_no_names),
        ("what points paid goes back at two tills", hold_no_names),
        ("claim against return", hold_no_names),
        ("claim against claim", hold_no_names),
        ("one sale that brings a coupon by three ways", hold_no_names),
        ("three holds of one basket", hold_no_baskets),
    ],
)
def test_one_name_is_one_thing_by_rows_and_constraints_alone(
    name: str, delete: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    delete(monkeypatch)
    run_race(name, f"without: {delete.__name__}")


def lock_nothing(patch: pytest.MonkeyPatch) -> None:
    for name in ("_LOCK", "_LOCK_FOUND"):
        patch.setattr(online, name, _unlocked(getattr(online, name)))
    patch.setattr(expiring, "_LOCK", _unlocked(expiring._LOCK))


def _unlocked(statement: str) -> str:
    assert "FOR UPDATE" in statement
    return statement.replace("FOR UPDATE", "")


def check_nothing(patch: pytest.MonkeyPatch) -> None:
    """Whatever is asked is there, and comes from the first lot that is found."""
    patch.setattr(lots, "spendable", lambda account: 10**9)
    patch.setattr(lots, "spread", lambda points, found: [Share(found[0].id, points)] if found else [])


POINTS_PAY = (
    "points as money at three tills",
    "points as money against a return",
    "points as money against expiry",
    "points as money against their coming back",
)
POINTS_SPENT = ("burn against burn", "hold against hold", "burn against return", "expiry against burn", *POINTS_PAY)
HOLDS_ENDED = ("three holds of one basket", "use of a hold against its release", "use of a hold against its end")


@pytest.mark.parametrize(
    ("name", "delete"),
    [
        *((name, delete) for name in POINTS_SPENT for delete in (lock_nothing, check_nothing)),
        *((name, lock_nothing) for name in HOLDS_ENDED),
    ],
)
def test_no_point_is_spent_twice_by_the_constraints_alone(
    name: str, delete: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    delete(monkeypatch)
    run_race(name, f"without: {delete.__name__}")


def check_no_coupon(patch: pytest.MonkeyPatch) -> None:
    """Whatever a coupon is, it may be used, and nobody locks it."""
    patch.setattr(redeeming, "why_not", lambda coupon, **more: None)
    ask = coupon_rows.ask
    patch.setattr(coupon_rows, "ask", lambda trip, codes, hold_key, lock: ask(trip, codes, hold_key, lock=False))


@pytest.mark.parametrize(
    "name",
    [
        "one coupon at three tills",
        "one coupon in three baskets",
        "use of a coupon against its voiding",
        "use of a coupon against its return",
        "use of a coupon against its end",
    ],
)
def test_no_coupon_is_used_twice_by_the_constraints_alone(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    check_no_coupon(monkeypatch)
    run_race(name, "without: check_no_coupon")


def check_no_quota(patch: pytest.MonkeyPatch) -> None:
    """Whatever a sale takes off has room in the quota, and nobody locks account or quota."""
    lock_nothing(patch)
    counted = quotas._COUNT
    for asked, unasked in (
        ("least(g.fen, greatest(g.most - q.fen, 0)) AS in_fen", "g.fen AS in_fen"),
        ("greatest(g.most, q.fen) AS most", "g.most AS most"),
        (" FOR UPDATE OF q", ""),
    ):
        assert asked in counted
        counted = counted.replace(asked, unasked)
    patch.setattr(quotas, "_COUNT", counted)


def test_no_quota_is_spent_twice_by_its_constraint_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    check_no_quota(monkeypatch)
    run_race("one staff quota at three tills", "without: check_no_quota")


def check_no_room(patch: pytest.MonkeyPatch) -> None:
    """Whatever an offer gives has room in its limits, and nobody locks account or tally."""
    lock_nothing(patch)
    gives = brought._GIVE
    for asked, unasked in (
        ("t.uses < b.most AS room", "true AS room"),
        ("greatest(b.most, t.uses) AS most", "b.most AS most"),
        (" FOR UPDATE OF t", ""),
    ):
        assert asked in gives
        gives = gives.replace(asked, unasked)
    patch.setattr(brought, "_GIVE", gives)


def test_the_last_coupon_is_given_once_by_its_constraint_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    check_no_room(monkeypatch)
    run_race("a member's last coupon at three tills", "without: check_no_room")


@pytest.mark.parametrize("name", ["burn against burn", "points as money at three tills"])
def test_with_both_halves_deleted_points_are_spent_twice(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: what holds above is held by the lock and by the constraints, not by luck."""
    lock_nothing(monkeypatch)
    open_store("S1")
    wrong: list[str] = []
    with without_constraints():
        # How often three processes meet in one instant is the machine's; that they do meet is what is shown.
        for piece in range(50):
            entered = RACES[name](40, piece)
            wrong += entered.wrong(race(entered.runners, 40))
            if len(wrong) >= 10:
                break
    assert len(wrong) >= 10


@contextmanager
def without_constraints() -> Iterator[None]:
    """The ledger's tables as a till's naive schema has them: no CHECK on points, no trigger on what is spent."""
    found = rows(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE contype = 'c' AND conrelid IN ('loyalty_account'::regclass, 'loyalty_lot'::regclass)"
    )
    spends = "TRIGGER loyalty_entry_spends_within"
    drop = [f"ALTER TABLE {table} DROP CONSTRAINT {name}" for table, name, _ in found]
    add = [f"ALTER TABLE {table} ADD CONSTRAINT {name} {text}" for table, name, text in found]
    run(*drop, f"ALTER TABLE loyalty_entry DISABLE {spends}")
    try:
        yield
    finally:
        run(
            "UPDATE loyalty_lot SET remaining = 0, held = 0", "UPDATE loyalty_account SET balance = 0 WHERE balance < 0"
        )
        run(*add, f"ALTER TABLE loyalty_entry ENABLE {spends}")


@pytest.mark.parametrize(
    ("runners", "most", "because"),
    [
        (naive_till.burns(BURNED, 2), 1, "both read 100 points, and both spend 60 of them"),
        (naive_till.pays(BURNED, 2), 1, "both read 100 points, and 60 of them pay at both tills"),
        (naive_till.receipts(POINTS, 2), 1, "both find no such receipt, and both write it"),
        (naive_till.coupons(2), 1, "both find the coupon unused, and both use it"),
        (naive_till.quotas(BURNED, POINTS, 2), 1, "both find room in the quota, and both take it"),
    ],
)
def test_read_check_write_breaks_more_than_half(runners: list, most: int, because: str) -> None:
    """The control: without it nobody knows whether these races ever meet."""
    rounds = either(60, 10_000)
    # The long form says how often; sixty rounds beside other work say only that it happens, and once more if need be.
    for _ in range(either(20, 1)):
        naive_till.open_tables(rounds, POINTS)
        try:
            race(runners, rounds)
            broken = naive_till.doubled(most)
        finally:
            naive_till.drop_tables()
        told(f"read, check, write ({because}): {broken:,} wrong of {rounds:,}")
        if broken > rounds / either(10, 2):
            break
    assert broken > rounds / either(10, 2), because
