"""The ledger beside its model: anything that can happen to points, in any order, and after each step both agree."""

from __future__ import annotations

import sys
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.loyalty.model import EXPIRED, FREE, HELD, REPAID, SPENT, TAKEN, Basket, Model, Refused, Sale
from tests.loyalty.world import Refusal, World

from huitou.loyalty.terms import GivenBack, Moment, SoldQuantity
from huitou.usecases.recording.placing import moment_of

MEMBERS = 2
MEMBER = st.integers(0, MEMBERS - 1)
POINTS = st.integers(1, 40)
BASKET = st.sampled_from(["a", "b", "c", "d", "e"])
LINES = st.lists(st.tuples(st.sampled_from([1000, 2000, 3000, 1352]), st.integers(0, 3000)), min_size=1, max_size=3)
EXPIRES = st.sampled_from([None, 0, 1, 2, 6])
PICK = st.integers(0, 10**6)


class LedgerMachine(RuleBasedStateMachine):
    """Every operation goes to the ledger and to the model; refusals and answers must be the same too."""

    promises_every = 1
    """After how many steps each promise is asked; the model is compared after every one, and the promises once more
    when a life ends."""

    def __init__(self) -> None:
        super().__init__()
        self._taken_back = transaction.atomic()
        self._taken_back.__enter__()
        self.world, self.model = World(MEMBERS), Model()
        self.now = datetime(2020, 3, 1, 9, tzinfo=UTC)
        self.days: dict[int, date] = {}
        self.given: dict[int, list[GivenBack]] = {}
        """What came back of each sale, in order of arrival."""
        self.waiting: dict[int, list[tuple[int, date]]] = {}
        """Returns by their sale, which has not arrived."""
        self.drafts: dict[int, dict[str, Any]] = {}
        self.done: list[tuple[Callable[[], Any], Any]] = []
        self.steps = 0

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None:
                assert self.world.broken_promises() == []
        finally:
            self._take_back()

    def _take_back(self) -> None:
        transaction.set_rollback(True)
        self._taken_back.__exit__(None, None, None)

    @property
    def moment(self) -> Moment:
        """As a recording judges it: the server's time, and the day that the store is on at it."""
        return moment_of(self.now, [self.world.store_seen])

    @initialize(member=MEMBER, points=POINTS, expires=EXPIRES)
    def somebody_has_points(self, member: int, points: int, expires: int | None) -> None:
        self._sell(self._new_sale(member, [(2000, 2000)], points, 0, None, False, expires, 0))

    # Sales

    @rule(member=MEMBER, lines=LINES, earned=st.integers(0, 40), expires=EXPIRES,
          late=st.sampled_from([0, 0, 0, 1, 3]), brought=st.integers(0, 40))  # fmt: skip
    def sell(self, member: int, lines: list, earned: int, expires: int | None, late: int, brought: int) -> None:
        """`brought`: of what it earned, at most, an offer put so much on its lines: half of it on the first."""
        sale = self._new_sale(member, lines, earned, 0, None, False, expires, late)
        brought = min(brought, earned)
        self.drafts[sale]["brought"] = {1: brought} if len(lines) == 1 else {1: brought // 2, 2: brought - brought // 2}
        self._sell(sale)

    @rule(member=MEMBER, lines=LINES, earned=st.integers(0, 20), spent=POINTS, basket=st.none() | BASKET,
          honour=st.sampled_from([False, False, True]))  # fmt: skip
    def spend(self, member: int, lines: list, earned: int, spent: int, basket: str | None, honour: bool) -> None:
        self._sell(self._new_sale(member, lines, earned, spent, basket, honour, None, 0))

    @rule(member=MEMBER, lines=LINES, earned=POINTS, spent=st.integers(0, 20))
    def sell_and_arrive_later(self, member: int, lines: list, earned: int, spent: int) -> None:
        sale = self._new_sale(member, lines, earned, spent, None, True, None, 0)
        self.waiting[sale] = []

    @precondition(lambda self: self.waiting)
    @rule(pick=PICK)
    def arrive(self, pick: int) -> None:
        sale = sorted(self.waiting)[pick % len(self.waiting)]
        parked = self.waiting.pop(sale)
        self._sell(sale)
        for receipt, on in parked:
            self._apply(receipt, sale, on)

    # Returns

    @precondition(lambda self: self._open_sales())
    @rule(pick=PICK, part=st.sampled_from([500, 676, 1000, 1000, 2000]))
    def return_part(self, pick: int, part: int) -> None:
        sale, left = self._open_sales()[pick % len(self._open_sales())]
        line = sorted(left)[pick % len(left)]
        self._return(sale, {line: min(part, left[line])})

    @precondition(lambda self: self._open_sales())
    @rule(pick=PICK)
    def cancel(self, pick: int) -> None:
        """Everything that is left of a sale comes back."""
        self._return(*self._open_sales()[pick % len(self._open_sales())])

    # Holds

    @rule(member=MEMBER, basket=BASKET, points=POINTS, minutes=st.sampled_from([15, 15, 4000]))
    def hold(self, member: int, basket: str, points: int, minutes: int) -> None:
        member, ends_at = self.world.members[member], self.now + timedelta(minutes=minutes)
        self._both(
            member,
            lambda: self.world.hold(basket, member, self.moment, points, ends_at),
            lambda: (self.model.hold(basket, member, points, ends_at), "open")[1],
        )

    @rule(member=MEMBER, basket=BASKET)
    def release(self, member: int, basket: str) -> None:
        member = self.world.members[member]
        self._both(
            member,
            lambda: self.world.release(basket, member, self.moment),
            lambda: (self.model.release(basket, member), self.model.baskets[basket].state)[1],
        )

    # Time

    @rule(hours=st.sampled_from([timedelta(minutes=14), timedelta(minutes=16), timedelta(hours=9), timedelta(days=1),
                                 timedelta(days=3)]))  # fmt: skip
    def time_passes(self, hours: timedelta) -> None:
        self.now += hours

    @rule(member=MEMBER)
    def buy_in_the_last_second_of_a_day(self, member: int) -> None:
        """What ends with the day is still good."""
        self._buy_just_before(datetime.combine(self.now.date() + timedelta(days=1), time(), UTC), member)

    @precondition(lambda self: self._open_holds())
    @rule(pick=PICK)
    def buy_in_the_last_second_of_a_hold(self, pick: int) -> None:
        holds = self._open_holds()
        basket = holds[pick % len(holds)]
        self._buy_just_before(basket.ends_at, self.world.members.index(basket.member))

    def _open_holds(self) -> list[Basket]:
        return [it for it in self.model.baskets.values() if it.state == "open" and it.ends_at > self.now]

    def _buy_just_before(self, end: datetime, member: int) -> None:
        self.now = max(self.now, end - timedelta(seconds=1))
        self._sell(self._new_sale(member, [(1000, 100)], 1, 0, None, False, None, 0))

    @rule()
    def the_jobs_run(self) -> None:
        self.world.run_jobs(self.moment)
        for member in self.world.members:
            self.model.settle(member, self.now)

    # Again

    @precondition(lambda self: self.done)
    @rule(pick=PICK)
    def repeat(self, pick: int) -> None:
        """The same again moves nothing and is told the same."""
        again, told = self.done[pick % len(self.done)]
        self.the_jobs_run()
        assert again() == told, "the same key was told something else"

    # What holds after each step

    @invariant()
    def both_agree(self) -> None:
        assert self.world.seen() == self._expected()

    @invariant()
    def every_promise_holds(self) -> None:
        self.steps += 1
        if self.steps % self.promises_every == 0:
            assert self.world.broken_promises() == []

    # How

    def _new_sale(
        self, member: int, lines: list, earned: int, spent: int, basket: str | None, honour: bool,
        expires: int | None, late: int,
    ) -> int:  # fmt: skip
        on = self.now.date() - timedelta(days=late)
        sale = self.world.new_receipt("sale", on)
        self.drafts[sale] = {
            "member": self.world.members[member], "lines": dict(enumerate(lines, 1)), "earned": earned,
            "spent": spent, "basket": basket, "honour": honour, "on": on, "at": self.now - timedelta(days=late),
            "expires_on": None if expires is None else on + timedelta(days=expires), "brought": {},
        }  # fmt: skip
        return sale

    def _sell(self, sale: int) -> None:
        it = self.drafts.pop(sale)
        member = it["member"]

        def tell() -> tuple[int, int]:
            return self.world.sell(
                sale, member, self.moment, it["on"], it["earned"], it["spent"], earned_at=it["at"],
                expires_on=it["expires_on"], hold=it["basket"], honour=it["honour"], bonus=it["brought"],
            )  # fmt: skip

        def expect() -> tuple[int, int]:
            self.model.sales[sale] = Sale(member, it["lines"])
            honoured = 0
            if it["spent"]:
                honoured = self.model.burn(sale, it["spent"], basket=it["basket"], honour=it["honour"])
            if it["earned"]:
                self.model.earn(sale, it["earned"], it["at"], it["expires_on"], it["brought"])
            return it["spent"] - honoured, honoured

        told = self._both(member, tell, expect)
        if told is None:
            return
        self.days[sale] = it["on"]
        if it["spent"]:
            self.done.append((tell, told))
        if it["earned"]:
            again = (sale, member, it["on"], it["earned"])
            self.done.append((lambda: self.world.earn_again(*again[:2], self.moment, *again[2:]), True))

    def _open_sales(self) -> list[tuple[int, dict[int, int]]]:
        """Sales, also those on their way, with what may still come back of each line."""
        found = []
        for sale, lines in [
            *((sale, self.model.sales[sale].lines) for sale in self.days),
            *((sale, self.drafts[sale]["lines"]) for sale in self.waiting),
        ]:
            back = dict.fromkeys(lines, 0)
            for part in self.given.get(sale, []):
                back[part.sale_line] += part.quantity_milli
            left = {line: quantity - back[line] for line, (quantity, _) in lines.items() if quantity > back[line]}
            if left:
                found.append((sale, left))
        return found

    def _return(self, sale: int, goods: dict[int, int]) -> None:
        on = self.now.date()
        receipt = self.world.new_receipt("return", on)
        self.given.setdefault(sale, []).extend(GivenBack(line, receipt, part) for line, part in goods.items())
        if sale in self.waiting:
            self.waiting[sale].append((receipt, on))
        else:
            self._apply(receipt, sale, on)

    def _apply(self, receipt: int, sale: int, on: date) -> None:
        if sale not in self.model.sales:
            return
        known = self.model.sales[sale]
        sold = [SoldQuantity(line, quantity, fen) for line, (quantity, fen) in known.lines.items()]
        parts = self.given[sale]
        until = max(place for place, part in enumerate(parts) if part.return_receipt == receipt) + 1
        given = parts[:until]
        goods: dict[int, int] = {}
        for part in given:
            if part.return_receipt == receipt:
                goods[part.sale_line] = goods.get(part.sale_line, 0) + part.quantity_milli

        def tell() -> tuple[int, int, int]:
            return self.world.give_back(receipt, sale, known.member, self.moment, on, sold, given)

        told = self._both(known.member, tell, lambda: self.model.give_back(sale, goods, on))
        self.done.append((tell, told))

    def _both(self, member: int, tell: Callable[[], Any], expect: Callable[[], Any]) -> Any:
        """Do it in the ledger and in the model; None where both refuse, for the same reason."""
        try:
            told, refused = tell(), None
        except Refusal as refusal:
            told, refused = None, str(refusal)
        if refused is None:
            self.model.settle(member, self.now)
        else:
            # A refusal takes the settling back with it; it is done again by whoever comes next.
            before = deepcopy(self.model)
            self.model.settle(member, self.now)
        try:
            expected, expected_refusal = expect(), None
        except Refused as refusal:
            expected, expected_refusal = None, str(refusal)
        assert (told, refused) == (expected, expected_refusal)
        if refused is not None:
            self.model = before
        return told

    def _expected(self) -> dict[str, Any]:
        model = self.model
        accounts = {m: (model.balance(m), model.debt(m), model.tokens(m, HELD)) for m in self.world.members}
        batches = [batch for of_member in model.batches.values() for batch in of_member]
        owed = sum(model.debt(member) for member in self.world.members)
        programme = {
            "issued": -sum(len(batch.tokens) for batch in batches),
            "redeemed": model.all_in(SPENT) + model.honoured,
            "honoured": -model.honoured,
            "expired": model.all_in(EXPIRED),
            "reversed": model.all_in(TAKEN) + model.all_in(REPAID) + owed,
        }
        return {
            "accounts": {member: sums for member, sums in accounts.items() if any(sums)},
            "lots": {
                batch.sale: (
                    len(batch.lying(FREE)) + len(batch.lying(HELD)), len(batch.lying(HELD)), batch.expires_on
                ) for batch in batches
            },
            "holds": {key: basket.state for key, basket in model.baskets.items()},
            "programme": {role: points for role, points in programme.items() if points},
        }  # fmt: skip
