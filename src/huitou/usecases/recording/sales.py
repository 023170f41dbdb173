"""Sales that happened: each counts once, and earns and spends its points in the same transaction.

One till's sale is a piece of one; a batch comes in pieces of many. Both make the same two trips: the names are held,
everything is looked up and the accounts are locked; everything is written. Where a member or a product has to be made
first, the accounts are locked after that, in a trip of their own (ADR 4).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from huitou.bulk.trip import Trip, trip
from huitou.catalogue import service as catalogue
from huitou.kernel.errors import HuitouError
from huitou.loyalty import service as loyalty
from huitou.loyalty.errors import HoldEnded, HoldUnknown
from huitou.loyalty.terms import Account, Bonus, Earning, Moment, Spending
from huitou.members import service as members
from huitou.members.errors import SpendingNeedsCode
from huitou.members.terms import MemberRef, RefKind
from huitou.receipts import service as receipts
from huitou.receipts.service import naming
from huitou.receipts.terms import (
    KnownReceipt,
    NewLine,
    NewReceipt,
    ParkedReturn,
    ReceiptKey,
    SaleName,
    SoldGoods,
    SoldSale,
)
from huitou.receipts.terms.conflicts import ConflictKind, NewConflict
from huitou.usecases.recording import answers, benefits, points_money, returns, settling
from huitou.usecases.recording.answers import Outcome
from huitou.usecases.recording.differing import receipt_differs
from huitou.usecases.recording.errors import CodeSpent, MemberUnknown
from huitou.usecases.recording.holds import hold_key
from huitou.usecases.recording.placing import Placed, conflict_of, moment_of, settled, told_before


@dataclass(frozen=True, slots=True)
class _Found:
    """What the first trip brought: for each new sale its id and its member, and what all of them need."""

    receipt_ids: list[int]
    members: list[int | None]
    products: Mapping[str, int]
    parked: Mapping[SaleName, list[ParkedReturn]]
    accounts: Mapping[int, Account]
    """Locked: those of all members, or none where something had to be made first."""
    named: Mapping[MemberRef, int]
    """Whose the identity was, where that person has become one with another."""


@dataclass(slots=True)
class _Written:
    """What the last trip will write, sale by sale."""

    receipts: list[NewReceipt] = field(default_factory=list)
    lines: list[NewLine] = field(default_factory=list)
    conflicts: list[NewConflict] = field(default_factory=list)
    outcomes: dict[ReceiptKey, Outcome] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Paid:
    """Points that a sale was paid with: how many were given though they were not there, what a person must see, and
    how the account has changed."""

    honoured: int = 0
    conflicts: tuple[ConflictKind, ...] = ()
    balance: int = 0
    held: int = 0


def record_sales(piece: Sequence[Placed], *, now: datetime, offline: bool = False) -> list[Outcome]:
    """Record sales of different names in one transaction: all of them or none, answered in their order.

    `offline`: they happened while nobody could ask us, so points that are not there are honoured and listed, and a
    number that was used for another sale is acknowledged and put aside. Raises the refusal of the first refused sale.
    """
    return settled(lambda: _record(piece, now, offline), [sale.key.business_date for sale in piece])


def _record(piece: Sequence[Placed], now: datetime, offline: bool) -> list[Outcome]:
    moment = moment_of(now, [sale.store for sale in piece])
    with trip() as first:
        receipts.hold_names(first, [sale.key.name for sale in piece])
        who = _Who(first, piece, now, offline)
        asked = receipts.find(first, [sale.key for sale in piece], tell=True)
        goods = catalogue.find_products(first, (line.sku for sale in piece for line in sale.said.lines), tell=True)
        parked = receipts.parked_returns(first, [sale.key.name for sale in piece])
        reserved = receipts.reserve_ids(first, len(piece))
        locked = loyalty.lock_found(first, moment) if who.asked else None
        known = asked.read()
        new = [sale for sale in piece if sale.key not in known]
        people = who.read() if new else {}
        products, waiting, ids = dict(goods.rows()), parked.read(), reserved.read()
        accounts = locked.read() if locked is not None and new else {}
    # Before the writing: with its last trip the transaction has ended.
    outcomes = {sale.key: known_outcome(sale, known[sale.key], offline) for sale in piece if sale.key in known}
    if new:
        products |= _make_products(new, products)
        people |= _make_strangers(new, people)
        theirs = [people.get(sale.said.member) if sale.said.member else None for sale in new]
        outcomes |= _write(
            new,
            _Found(ids[: len(new)], theirs, products, waiting, accounts, who.origins()),
            moment,
            offline,
        )
    return [outcomes[sale.key] for sale in piece]


def known_outcome(sale: Placed, known: KnownReceipt, offline: bool) -> Outcome:
    """What was told the first time; the same name for another sale is refused, or put aside where it came late."""
    answer = told_before(sale, known)
    if answer is not None:
        return Outcome("replayed", answer)
    refusal = receipt_differs(sale, known)
    if not offline:
        raise refusal
    conflict = conflict_of(ConflictKind.NUMBER_USED_TWICE, sale, known.receipt_id, None)
    with trip() as last:
        receipts.note_conflicts(last, [replace(conflict, body={**conflict.body, "differs": refusal.facts["fields"]})])
    told = {"receipt": known.receipt_id, "code": refusal.code, "differs": refusal.facts["fields"]}
    return Outcome("quarantined", answers.written(told))


class _Who:
    """Asks for the members that the sales name. A dynamic code that has run out is only told where it matters: a sale
    that is sent again has its answer already."""

    def __init__(self, trip: Trip, piece: Sequence[Placed], now: datetime, offline: bool) -> None:
        self._refs = list(dict.fromkeys(sale.said.member for sale in piece if sale.said.member))
        self._refusal: HuitouError | None = None
        # A till that was offline read the code when it sold: its clock is all that there is.
        at = _sold_at(piece[0]) if offline and len(piece) == 1 else now
        try:
            self._looked = members.find(trip, self._refs, at=at, tell=True) if self._refs else None
        except HuitouError as refusal:
            self._refusal = None if offline else refusal
            self._looked = None
        self.asked = self._looked is not None
        """Whether the trip will know whose accounts may be locked."""

    def read(self) -> dict[MemberRef, int]:
        if self._refusal is not None:
            raise self._refusal
        if self._looked is None:
            return {}
        return {ref: member for ref, member in zip(self._refs, self._looked.ids(), strict=True) if member is not None}

    def origins(self) -> dict[MemberRef, int]:
        """Of these refs whose identity it was before that person became one with another."""
        if self._looked is None:
            return {}
        return {ref: one for ref, one in zip(self._refs, self._looked.origins(), strict=True) if one is not None}


def _make_products(new: Sequence[Placed], known: Mapping[str, int]) -> dict[str, int]:
    rows = [(line.sku, line.name, line.category) for sale in new for line in sale.said.lines if line.sku not in known]
    return catalogue.take_products_online(rows) if rows else {}


def _make_strangers(new: Sequence[Placed], known: Mapping[MemberRef, int]) -> dict[MemberRef, int]:
    """A card that nobody has is somebody's: the sale happened, and its points wait for the person."""
    unknown = [
        (sale.said.member, sale.key.business_date, sale.store.id)
        for sale in new
        if sale.said.member is not None and sale.said.member not in known
    ]
    return members.take_strangers_online(unknown) if unknown else {}


def _write(new: Sequence[Placed], found: _Found, moment: Moment, offline: bool) -> dict[ReceiptKey, Outcome]:
    accounts, theirs = dict(found.accounts), {member for member in found.members if member is not None}
    if not theirs <= accounts.keys():
        with trip() as apart:
            accounts = dict(loyalty.lock_accounts(apart, theirs, moment).read())
    written = _Written()
    # As if one sale had come after the other: what each of them is told.
    shown = dict(accounts)
    each = list(zip(new, found.receipt_ids, found.members, strict=True))
    reckoned = settling.prepare(each, moment.now, offline=offline)
    rates = points_money.rates_of(each, moment.now, offline=offline)
    for one in each:
        written.conflicts += points_money.judge(*one, rates, offline=offline)
    with trip(last=True) as last:
        paid = [_pay(last, *one, accounts, moment, offline, reckoned.get(one[1])) for one in each]
        brought = _brought(last, each, reckoned, accounts, rates)
        earnings = [
            _earning(sale, receipt_id, accounts[member], points_money.earning_fen(sale, receipt_id, rates),
                     brought[receipt_id].bonus() if receipt_id in brought else ())
            for sale, receipt_id, member in each
            if member is not None
        ]  # fmt: skip
        accounts |= loyalty.earn(last, accounts, earnings, actor=new[0].key.source)
        earned = {earning.receipt_id: earning.points for earning in earnings}
        for (sale, receipt_id, member), spent in zip(each, paid, strict=True):
            written.conflicts += [conflict_of(kind, sale, receipt_id, member) for kind in spent.conflicts]
            priced, limits = reckoned.get(receipt_id), dict[str, Any]()
            if priced is not None:
                conflicts, limits = settling.settle(last, sale, priced, brought[receipt_id], offline=offline)
                written.conflicts += conflicts
            else:
                settling.free(last, sale)
            points, back, ended = earned.get(receipt_id, 0), 0, set[str]()
            if parked := found.parked.get(sale.key.name):
                sold = _sold(sale, receipt_id, member, found)
                back, conflicts, ended = returns.apply_parked(
                    last, parked, sold, accounts, sale, priced=priced is not None
                )
                written.conflicts += conflicts
            account = None
            if member is not None:
                before = shown[member]
                balance, held = before.balance + spent.balance + points + back, before.held + spent.held
                account = shown[member] = replace(before, balance=balance, held=held)
            clock = answers.of_clock(sale.said.at, _really_at(sale, moment, offline))
            priced_so = settling.told(brought[receipt_id], limits, ended) if priced is not None else {}
            answer = _answer(sale, receipt_id, account, points, spent.honoured, priced_so, clock)
            _note(written, sale, receipt_id, member, found.products, answer)
        receipts.accept(last, written.receipts, written.lines)
        receipts.note_conflicts(last, written.conflicts)
        naming.note(last, {number: found.named[sale.said.member] for sale, number, _ in each
                           if sale.said.member in found.named})  # fmt: skip
    return written.outcomes


def _brought(
    trip: Trip,
    each: Sequence[tuple[Placed, int, int | None]],
    reckoned: Mapping[int, settling.Reckoned],
    accounts: Mapping[int, Account],
    rates: points_money.Rates,
) -> dict[int, benefits.Brought]:
    """By receipt what offers give beside the price: all of it is counted before any of it is read."""
    counted = {
        receipt_id: benefits.count(
            trip,
            sale,
            (priced.settling, priced.programme),
            None if member is None else accounts[member],
            points_money.earning_fen(sale, receipt_id, rates),
            priced.rate,
        )
        for sale, receipt_id, member in each
        if (priced := reckoned.get(receipt_id)) is not None
    }
    return {receipt_id: benefits.brought(one, reckoned[receipt_id].programme) for receipt_id, one in counted.items()}


def _pay(
    trip: Trip,
    sale: Placed,
    receipt_id: int,
    member: int | None,
    accounts: dict[int, Account],
    moment: Moment,
    offline: bool,
    priced: settling.Reckoned | None,
) -> _Paid:
    """Take the points that the sale was paid with; whose coupons it used proves it, too."""
    said, at = sale.said, _sold_at(sale) if offline else moment.now
    coupons = priced is not None and priced.needs_proof
    if not said.points_used:
        return _Paid(conflicts=_coupons_unproven(trip, sale, member, at, offline) if coupons else ())
    if member is None:
        if offline:  # a till took points of somebody whom nobody knows
            return _Paid(conflicts=(ConflictKind.POINTS_HONOURED,))
        raise MemberUnknown()
    hold = hold_key(sale.key.source, said.hold) if said.hold else None
    conflicts: tuple[ConflictKind, ...] = ()
    try:
        shown = _must_be_allowed(trip, sale, member, hold, at)
        if coupons and not shown:
            conflicts = _coupons_unproven(trip, sale, member, at, offline)
    except HuitouError:
        if not offline:
            raise
        conflicts = (ConflictKind.POINTS_UNPROVEN,)
    spending = Spending(
        receipt_id=receipt_id,
        points=said.points_used,
        business_date=sale.key.business_date,
        store_id=sale.store.id,
        source=sale.key.source,
        hold=hold,
        honour=offline,
    )
    before = accounts[member]
    posted = loyalty.burn(trip, before, spending, actor=sale.key.source)
    accounts[member] = after = posted.account
    if posted.honoured:  # what was there may have been spent by somebody else, and the rest is the chain's: two things
        conflicts += (ConflictKind.POINTS_HONOURED,)
    return _Paid(posted.honoured, conflicts, after.balance - before.balance, after.held - before.held)


def _coupons_unproven(
    trip: Trip, sale: Placed, member: int | None, at: datetime, offline: bool
) -> tuple[ConflictKind, ...]:
    """A personal coupon is used by who shows their code, now or when it was held."""
    try:
        if member is None:
            raise MemberUnknown()
        if sale.alone is not None and sale.alone.shown is not None:
            _show_code(trip, sale.alone.shown, member, sale.alone.shown_at)
        else:
            _show_code(trip, sale.said.member, member, at)
    except HuitouError:
        if not offline:
            raise
        return (ConflictKind.POINTS_UNPROVEN,)
    return ()


def _sold_at(sale: Placed) -> datetime:
    """When it was sold: by the till's corrected clock, where that is proven."""
    return sale.said.at if sale.alone is None else sale.alone.sold_at


def _really_at(sale: Placed, moment: Moment, offline: bool) -> datetime | None:
    """When it was sold, where anybody knows it better than the till."""
    if sale.alone is not None:
        return sale.alone.sold_at
    return None if offline else moment.now


def _must_be_allowed(trip: Trip, sale: Placed, member: int, key: str | None, at: datetime) -> bool:
    """Whether the member's code was shown for it now.

    A card or a phone earns; to spend, the member showed their code: now, or when the points were held.
    A hold stands for its own points while it is open, and for nothing after: else one code would open the account.
    """
    ref, basket, points = sale.said.member, sale.said.hold, sale.said.points_used
    if sale.alone is not None and sale.alone.shown is not None:
        _show_code(trip, sale.alone.shown, member, sale.alone.shown_at)  # for a hold that the till made alone
        return True
    if key is not None:
        holder = loyalty.holder_of(trip, key).row()
        if holder is None or holder[0] != member:
            raise HoldUnknown(key=basket)
        _, state, held = holder
        if state != "open":
            raise HoldEnded(key=basket, state=state)
        if points <= held:
            return False
    _show_code(trip, ref, member, at)
    return True


def _show_code(trip: Trip, ref: MemberRef, member: int, at: datetime) -> None:
    if ref.kind != RefKind.CODE:
        raise SpendingNeedsCode()
    if members.spend_code(trip, ref, member, at=at).count() == 0:
        raise CodeSpent()


def _sold(sale: Placed, receipt_id: int, member: int | None, found: _Found) -> SoldSale:
    """The sale as its returns find it, before it is written."""
    lines = tuple(
        SoldGoods(line.line, found.products[line.sku], line.quantity_milli, line.amount_fen) for line in sale.said.lines
    )
    return SoldSale(receipt_id, sale.key.business_date, member, sale.said.at, lines)


def _earning(sale: Placed, receipt_id: int, account: Account, net_fen: int, bonus: tuple[Bonus, ...]) -> Earning:
    """`net_fen`: what of the sale earns; `bonus`: what offers brought beside that."""
    base = loyalty.points_for(net_fen, account, sale.key.business_date)
    return Earning(
        receipt_id=receipt_id,
        member=account.member,
        points=base + sum(one.points for one in bonus),
        earned_at=sale.said.at,
        business_date=sale.key.business_date,
        store_id=sale.store.id,
        source=sale.key.source,
        bonus=bonus,
    )


def _answer(
    sale: Placed,
    receipt_id: int,
    account: Account | None,
    earned: int,
    honoured: int,
    priced: Mapping[str, object],
    clock: Mapping[str, int],
) -> str:
    return answers.written(
        {
            "receipt": receipt_id,
            "kind": "sale",
            "business_date": sale.key.business_date.isoformat(),
            **answers.of_account(account),
            "points_earned": earned,
            "points_used": sale.said.points_used if account is not None else 0,
            "points_honoured": honoured,
            "claim_code": answers.claim_code(receipt_id) if account is None else None,
            **priced,
            **clock,
        }
    )


def _note(
    written: _Written, sale: Placed, receipt_id: int, member: int | None, products: Mapping[str, int], answer: str
) -> None:
    lines = sale.said.lines
    written.outcomes[sale.key] = Outcome("recorded", answer)
    written.receipts.append(
        NewReceipt(
            receipt_id=receipt_id,
            key=sale.key,
            at=sale.said.at,
            channel=sale.said.channel,
            member_id=member,
            net_fen=sum(line.amount_fen for line in lines),
            discount_fen=sum(line.discount_fen for line in lines),
            line_count=len(lines),
            digest=sale.digest,
            answer=answer,
            tenders=sale.said.tenders,
        )
    )
    day = sale.key.business_date
    written.lines += [
        NewLine(receipt_id, day, number, products[sku], quantity_milli, unit_price, discount_fen, amount_fen)
        for number, sku, _, _, quantity_milli, unit_price, discount_fen, amount_fen in lines
    ]
