"""The stages `order` and `coupon`: thresholds over the basket, then presented coupons, each on what is left.

Which of them are on is searched for a basket that has left the item stage. Inside the stage `order` every discount
works on the amounts that entered the stage, so that one never spoils another except by taking its room.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import NamedTuple

from huitou.offers.rules.articles import Article, Mask
from huitou.offers.rules.search.item_stage import most_off
from huitou.offers.rules.search.late_search import MOST_SWITCHES, LateSearch, Settled, Switch
from huitou.offers.rules.search.ready import Ready, Unit, counted, lacks, needs_hold, ranks_apart
from huitou.offers.terms import HUNDRED_PERCENT, Need


class Jump(NamedTuple):
    """A late offer that gives more when more enters."""

    short: int
    """So much more must enter."""
    most: int
    """So much more is taken off then, at most."""
    number: int
    """Of the switch that gives it."""
    mask: Mask
    """On these articles."""


class Late:
    """The late offers of a basket, in the order of application."""

    def __init__(self, orders: Sequence[Ready], coupons: Sequence[Ready], articles: Sequence[Article]) -> None:
        self.articles = articles
        self.orders = [Switch(offer, offer.coupon) for offer in orders]
        self.coupons: list[Switch] = []
        for offer in coupons:
            held = offer.coupons if offer.coupons is not None else ("",)
            self.coupons += [Switch(offer, coupon) for coupon in held]
        self.switches = [*self.orders, *self.coupons]
        self.mask = 0
        for switch in self.switches:
            self.mask |= switch.offer.mask
        self.masks = [self._masks(switch.offer) for switch in self.switches]
        self.atom_of = self._atoms()
        """Of each article: the part of the basket in which every set that matters is whole parts; 0: of no account."""
        self.in_mask = {
            mask: sorted({atom for place, atom in enumerate(self.atom_of) if mask >> place & 1})
            for of_switch in self.masks
            for mask in of_switch
        }
        self.of_sums = self._only_sums_matter()
        self._of_dearest: tuple[object, list[int]] = (None, [])
        self._most_of_dearest: tuple[object, int] = (None, 0)

    @staticmethod
    def _masks(offer: Ready) -> set[int]:
        return {offer.mask, *(mask for mask, _ in offer.needs)}

    @property
    def of_one_sum(self) -> bool:
        """Nothing but the sum and the number of open units of one set of articles matters."""
        return self.of_sums and all(masks == {self.mask} for masks in self.masks)

    def _only_sums_matter(self) -> bool:
        """Nothing but the sums and the numbers of open units of some sets of articles matters.

        What an earlier offer takes off goods of a coupon must lie on them whole or not at all: how it lies on single
        units is then of no account.
        """
        lots = all(
            not offer.never
            and not offer.initial
            and offer.over_the_lot
            and offer.reduction.spread == "value"
            and not any(need.without_tax for _, need in offer.needs)
            for offer, _ in self.switches
        )
        return lots and all(
            not earlier.mask & mask or earlier.mask & ~mask == 0
            for number, (coupon, _) in enumerate(self.switches)
            if coupon.stage == "coupon"
            for mask in self.masks[number]
            for earlier, _ in self.switches[:number]
        )

    def _atoms(self) -> list[int]:
        masks = sorted({mask for of_switch in self.masks for mask in of_switch})
        numbers: dict[tuple[bool, ...], int] = {(False,) * len(masks): 0}
        found = []
        for place in range(len(self.articles)):
            key = tuple(bool(mask >> place & 1) for mask in masks)
            found.append(numbers.setdefault(key, len(numbers)))
        return found

    def sums(self, units: Sequence[Unit]) -> tuple[list[int], list[int]]:
        """Fen and pieces of the open units of each atom."""
        amounts, pieces = [0] * (len(self.articles) + 1), [0] * (len(self.articles) + 1)
        atom_of = self.atom_of
        for unit in units:
            if not unit.closed:
                atom = atom_of[unit.article]
                amounts[atom] += unit.amount
                pieces[atom] += 1
        return amounts, pieces

    def could_take(self, units: Sequence[Unit]) -> int:
        """They cannot take more than this off these units as they are; quick where sums alone matter."""
        if not self.of_sums:
            return self.most(counted(units))
        amounts, pieces = self.sums(units)
        offs = []
        for offer, _ in self.switches:
            off = 0
            if all(self._reached(need, self.in_mask[mask], amounts, pieces) for mask, need in offer.needs):
                atoms = self.in_mask[offer.mask]
                off = offer.reduction.off(sum(amounts[atom] for atom in atoms), sum(pieces[atom] for atom in atoms))
                off = off if offer.most is None else min(off, offer.most)
            offs.append(off)
        return self.most_of(offs, self.switches)

    @staticmethod
    def _reached(need: Need, atoms: Sequence[int], amounts: Sequence[int], pieces: Sequence[int]) -> bool:
        enough = sum(amounts[atom] for atom in atoms) >= need.least_amount
        return enough and sum(pieces[atom] for atom in atoms) >= need.least_pieces

    def most(self, units: Sequence[tuple[Unit, int]]) -> int:
        """They cannot take more than this off these units at these amounts or lower ones."""
        return self.most_of(self._offs(units), self.switches)

    def most_at_first(self, dearest: Sequence[tuple[Unit, int]]) -> int:
        """They cannot take more than this off any units."""
        if self._most_of_dearest[0] is not dearest:
            self._most_of_dearest = dearest, self.most_without(None, dearest)
        return self._most_of_dearest[1]

    def most_without(self, place: int | None, dearest: Sequence[tuple[Unit, int]]) -> int:
        """The others than this offer cannot take more than this off any units."""
        offs = zip(self.switches, self.most_offs(dearest), strict=True)
        able = [off if o.place != place and self._can_hold(o, dearest) else 0 for (o, _), off in offs]
        return self.most_of(able, self.switches)

    def most_offs(self, dearest: Sequence[tuple[Unit, int]]) -> list[int]:
        """What each switch could take off these units alone, its needs left aside; reckoned once for the same ones."""
        if self._of_dearest[0] is not dearest:
            self._of_dearest = dearest, [most_off(offer, dearest, offer.mask) for offer, _ in self.switches]
        return self._of_dearest[1]

    def _offs(self, units: Sequence[tuple[Unit, int]]) -> list[int]:
        offs = {o.place: most_off(o, units, o.mask) for o, _ in self.switches if self._can_hold(o, units)}
        return [offs.get(offer.place, 0) for offer, _ in self.switches]

    def _can_hold(self, offer: Ready, units: Sequence[tuple[Unit, int]]) -> bool:
        for mask, need in offer.needs:
            lack = lacks(mask, need, units, self.articles, initial=offer.initial)
            if lack is not None and (lack.amount or lack.pieces):
                return False
        return True

    def most_of(self, offs: Sequence[int], switches: Sequence[Switch]) -> int:
        """The most that switches of these discounts give together: so many of a group, so many times, once a coupon."""
        total = 0
        groups: dict[str, list[tuple[int, int]]] = {}
        coupon_best: dict[str, int] = {}
        of_offer: dict[int, int] = {}
        for (offer, coupon), off in zip(switches, offs, strict=True):
            wanted = offer.compiled.offer
            if offer.stage == "order" and wanted.group and not offer.always:
                groups.setdefault(wanted.group, []).append((off, wanted.group_most))
            elif offer.stage == "coupon" and coupon:
                coupon_best[coupon] = max(coupon_best.get(coupon, 0), off)
                of_offer[offer.place] = max(of_offer.get(offer.place, 0), off)
            else:
                total += off
        for members in groups.values():
            total += sum(sorted((off for off, _ in members), reverse=True)[: max(most for _, most in members)])
        if coupon_best:
            times = {o.place: len(coupon_best) if o.applications is None else o.applications for o, _ in switches}
            total += min(sum(coupon_best.values()), sum(off * times[place] for place, off in of_offer.items()))
        return total

    def most_of_jumps(self, jumps: Sequence[Jump]) -> int:
        """The most that these give together; steps of one offer add up, whatever its group."""
        of_switch: dict[int, int] = {}
        for jump in jumps:
            of_switch[jump.number] = of_switch.get(jump.number, 0) + jump.most
        return self.most_of(list(of_switch.values()), [self.switches[number] for number in of_switch])

    def best(self, units: Sequence[Unit], out_of_time: Callable[[], bool]) -> Settled:
        """The least to pay for these units, which have left the item stage."""
        together = counted(units)
        able = [(off, switch) for off, switch in zip(self._offs(together), self.switches, strict=True) if off]
        dropped = sum(sorted((off for off, _ in able), reverse=True)[MOST_SWITCHES:])
        if dropped:
            able = sorted(able, key=lambda one: -one[0])[:MOST_SWITCHES]
            able.sort(key=lambda one: self.switches.index(one[1]))
        offs, switches = [off for off, _ in able], [switch for _, switch in able]
        rest = [self.most_of(offs[number:], switches[number:]) for number in range(len(able) + 1)]
        search = LateSearch(self.articles, switches, rest, list(units), out_of_time)
        entered = sum(unit.amount for unit in units)
        search.go(0, list(units), entered, (), ())
        if not search.complete:
            search.dive(offs)
        if search.complete and search.whole and not dropped:
            return Settled(search.total, tuple(search.units), search.total)
        least = max(0, entered - rest[0] - dropped)
        return Settled(search.total, tuple(search.units), min(search.total, least))

    def jumps(
        self, units: Sequence[tuple[Unit, int]], dearest: Sequence[tuple[Unit, int]], *, roomy: bool
    ) -> list[Jump]:
        """Each offer that a dearer basket would help, the nearest first.

        `dearest` are the units at the highest amounts that can enter. For a fixed choice of late offers whose needs
        hold, what is paid never falls while what enters grows (but for roundings); so only an offer whose needs or
        next step are not reached yet can make a dearer basket the better one. `roomy`: they fit beside each other.
        """
        closed = any(unit.closed for unit, _ in units)
        offs = self.most_offs(dearest)
        found = []
        for number, ((offer, _), most) in enumerate(zip(self.switches, offs, strict=True)):
            if not most or not self._can_hold(offer, dearest):
                continue
            mask = offer.mask
            for of_need, _ in offer.needs:
                mask |= of_need
            if roomy and not closed and needs_hold(offer, units, self.articles) and self._climbs(offer):
                for short, more in _steps(offer, units, most):
                    found.append(Jump(short, more, number, mask))
                continue
            others = sum(offs) - most if offer.stage == "coupon" else 0
            # How much of it is open can change too, where a `never` is about; and what it picks, where taxes differ.
            open_ended = closed or offer.never or ranks_apart(offer, offer.mask)
            nearest = 0 if open_ended else self._short_of(offer, units, others)
            if nearest is not None:
                found.append(Jump(nearest, most, number, mask))
        return sorted(found)

    @staticmethod
    def _climbs(offer: Ready) -> bool:
        """A lot of the stage `order` whose discount grows with what enters and with nothing else."""
        return offer.stage == "order" and offer.over_the_lot and not offer.never and not offer.initial

    def level(self, roomy: bool) -> bool:
        """What is paid never falls while what enters grows, for a fixed choice of order offers whose needs hold.

        Each by itself takes no more off than what more enters. Two of them could where they share some of their goods:
        what the one finds taken by the other there it takes off the rest. So they fit beside each other (`roomy`),
        exclude each other, or work over the same lot.
        """
        return roomy or all(
            self._level_beside(one.offer, other.offer)
            for one, other in combinations(self.orders, 2)
            if one.offer.mask & other.offer.mask
        )

    @staticmethod
    def _level_beside(one: Ready, other: Ready) -> bool:
        mine, theirs = one.compiled.offer, other.compiled.offer
        exclusive = mine.group and mine.group == theirs.group and min(mine.group_most, theirs.group_most) == 1
        if exclusive and not one.always and not other.always:
            return True
        return one.mask == other.mask and one.over_the_lot and other.over_the_lot

    def fits(
        self, units: Sequence[tuple[Unit, int]], dearest: Sequence[tuple[Unit, int]], *, least: bool = True
    ) -> bool:
        """No unit is worth less than what all discounts that go together could take off it: none cuts another short.

        `least`: no set of goods is ever worth less than in these units; else only what share of a sum an offer can take
        is of account.
        """
        shares: list[int] = []
        for (offer, _), most in zip(self.switches, self.most_offs(dearest), strict=True):
            off = most if offer.stage == "order" else 0
            amount = sum(unit.amount * count for unit, count in units if offer.mask >> unit.article & 1) if off else 0
            if off and not self._climbs(offer):
                return False
            share = -(-off * HUNDRED_PERCENT // amount) if amount and least else HUNDRED_PERCENT
            shares.append(min(share, offer.reduction.most_share) + 1 if off else 0)
        if sum(shares) <= HUNDRED_PERCENT:
            return True
        taking = [(share, switch) for share, switch in zip(shares, self.switches, strict=True) if share]
        for place in {atom: place for place, atom in enumerate(self.atom_of)}.values():
            here = [(share, switch) for share, switch in taking if switch.offer.mask >> place & 1]
            if self.most_of([share for share, _ in here], [switch for _, switch in here]) > HUNDRED_PERCENT:
                return False
        return True

    def _short_of(self, offer: Ready, units: Sequence[tuple[Unit, int]], others: int) -> int | None:
        """How much more must enter until its needs hold or its next step is reached; None: nothing is missing.

        `others` may have been taken off before its turn; what is then missing may be missing in some combinations.
        """
        short: list[int] = []
        for mask, need in offer.needs:
            lack = lacks(mask, need, units, self.articles, initial=offer.initial)
            if lack is not None:
                short.append(lack.amount)
            elif others and need.least_amount and not offer.initial:
                amount = sum(unit.amount * count for unit, count in units if mask >> unit.article & 1)
                if amount - others < need.least_amount:
                    short.append(0)
        amount = sum(unit.amount * count for unit, count in units if offer.mask >> unit.article & 1)
        if short or offer.initial:
            return min(short, default=None)
        step = offer.reduction.next_step(max(0, amount - others))
        return None if step is None else max(0, step - amount)


MOST_STEPS = 12


def _steps(offer: Ready, units: Sequence[tuple[Unit, int]], most: int) -> list[tuple[int, int]]:
    """(so much more must enter, so much more is taken off then) for each step of an offer that is not reached."""
    mine = [(unit, count) for unit, count in units if offer.mask >> unit.article & 1]
    amount = sum(unit.amount * count for unit, count in mine)
    pieces = sum(count for _, count in mine)
    given = most_off(offer, mine, offer.mask)
    found: list[tuple[int, int]] = []
    step = offer.reduction.next_step(amount)
    while step is not None and given < most and len(found) < MOST_STEPS:
        now = offer.reduction.off(step, pieces)
        now = now if offer.most is None else min(now, offer.most)
        if now > given:
            found.append((step - amount, now - given))
            given = now
        step = offer.reduction.next_step(step)
    if found and step is not None and given < most:  # all that follow, at the next one
        found.append((step - amount, most - given))
    return found
