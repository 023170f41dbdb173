"""Points spent by a sale, and given back or taken back by its returns. The account is locked before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from huitou.bulk.trip import Trip
from huitou.loyalty.errors import NotEnoughPoints
from huitou.loyalty.rules import debts, expiry, lots, restoring, reversal
from huitou.loyalty.rules import one_point_per_yuan as earning
from huitou.loyalty.store import expiring, state
from huitou.loyalty.store.posting import LotChange, NewDebt, Posting, post
from huitou.loyalty.terms import (
    Account,
    GivenBack,
    Posted,
    Returned,
    Returning,
    Share,
    SoldQuantity,
    Spending,
)


def burn(trip: Trip, account: Account, spending: Spending, *, actor: str) -> Posted:
    """Spend points for a sale, once for ever; first what its basket held. Raises NotEnoughPoints, and moves nothing."""
    if spending.points == 0:
        return Posted(0, 0, account)
    key = f"burn/{spending.receipt_id}"
    before = state.ask_posted(trip, [key])
    asked = state.ask_hold(trip, spending.hold) if spending.hold else None
    if posted := before.row():
        return Posted(posted[1] + posted[2], -posted[2], account, replayed=True)
    held = state.hold_state(asked) if asked else None
    if held and (held.account_id != account.id or held.state != "open"):
        held = None
    promised = lots.first_of(spending.points, held.lots if held else ())
    rest = spending.points - sum(share.points for share in promised)
    taken = min(rest, lots.spendable(account))
    if taken < rest and not spending.honour:
        raise NotEnoughPoints(asked=spending.points, available=spending.points - rest + taken)
    shares = lots.spread(taken, state.spendable_lots(trip, account.id, taken)) if taken else []
    posting = Posting(
        key=key,
        kind="burn",
        receipt_id=spending.receipt_id,
        store_id=spending.store_id,
        rule=lots.NAME,
        rule_version=lots.VERSION,
        actor=actor,
        source=spending.source,
        business_date=spending.business_date,
        programme={"redeemed": spending.points, "honoured": taken - rest},
        lots=_changes(held.lots if held else (), [*promised, *shares]),
        hold_id=held.id if held else None,
    )
    return Posted(spending.points - rest + taken, rest - taken, post(trip, account, posting))


def _changes(freed: Sequence[Share], taken: Sequence[Share]) -> tuple[LotChange, ...]:
    """What was held is free again, and what is taken goes; each lot once, in the order in which it is taken."""
    changes: dict[int, LotChange] = {}
    for share in taken:
        change = changes.get(share.id, LotChange(share.id))
        changes[share.id] = replace(change, points=change.points - share.points)
    for share in freed:
        changes[share.id] = replace(changes.get(share.id, LotChange(share.id)), held=-share.points)
    return tuple(changes.values())


def apply_return(
    trip: Trip,
    account: Account,
    returning: Returning,
    sold: Sequence[SoldQuantity],
    given_back: Sequence[GivenBack],
    *,
    actor: str,
) -> Returned:
    """Give back the points that paid for what came back, and take back what it had earned; each once for ever.

    `given_back`: every part of the sale that came back so far, in order of arrival, this return's included.
    """
    return_id, sale_id = returning.return_receipt, returning.sale_receipt
    restore_key, reverse_key = f"restore/{return_id}/{sale_id}", f"reverse/{return_id}/{sale_id}"
    asked = state.ask_posted(trip, [restore_key, reverse_key])
    answers = state.ask_sale(trip, sale_id)
    before = {row[0]: row[1:] for row in asked.rows()}
    sale = state.sale_state(answers)
    others = sorted({part.account_id for part in sale.spent if part.account_id not in (None, account.id)})
    if others:
        expiring.lock(trip, others)
        theirs = state.ask_posted(trip, [f"{restore_key}/{other}" for other in others]).rows()
        sums = [row[1:] for row in (*asked.rows(), *theirs) if row[0].startswith("restore")]
        if sums:
            before[restore_key] = tuple(map(sum, zip(*sums, strict=True)))

    def due(points: int, bonus: Mapping[int, int] = reversal.NO_BONUS) -> int:
        found = reversal.reversals(sale_id, points, sold, given_back, bonus)
        return sum(part.points for part in found if part.return_receipt == return_id)

    if restore_key in before:
        restored = -before[restore_key][0] - before[restore_key][1]
    elif points := due(sum(part.points for part in sale.spent)):
        account, restored = _restore(trip, account, returning, sale, points, (restore_key, actor), others)
    else:
        restored = 0
    if reverse_key in before:
        taken_back, owed = before[reverse_key][0], before[reverse_key][2]
    elif sale.lot and (taken_back := due(sale.lot.original, sale.bonus)):
        account, owed = _reverse(trip, account, returning, sale, taken_back, (reverse_key, actor))
    else:
        taken_back = owed = 0
    return Returned(taken_back, restored, owed, account)


def take_back(trip: Trip, account: Account, returning: Returning, points: int, *, actor: str) -> Account:
    """Take back so many points of what a sale earned, by a return that was not posted before."""
    sale = state.sale_state(state.ask_sale(trip, returning.sale_receipt))
    key = f"reverse/{returning.return_receipt}/{returning.sale_receipt}"
    return _reverse(trip, account, returning, sale, points, (key, actor))[0]


def _restore(
    trip: Trip,
    account: Account,
    returning: Returning,
    sale: state.SaleState,
    points: int,
    named: tuple[str, str],
    others: Sequence[int] = (),
) -> tuple[Account, int]:
    """Points go back to their own lots; what is owed of such a lot is repaid at once. (account after, points given).

    `others` are accounts in which lots lie that paid while their members were one with this one: each gets its own.
    """
    shares = restoring.restore(points, sale.spent)
    honoured = sum(share.points for share in shares if share.id == restoring.HONOURED)
    lies_with = {part.lot_id: part.account_id for part in sale.spent}
    key, actor = named
    for other in others:
        back = [share for share in shares if lies_with.get(share.id) == other]
        if back:
            one = state.account(trip, other)
            _give_back(trip, one, returning, sale, back, 0, (f"{key}/{other}", actor))
    own = [share for share in shares if share.id != restoring.HONOURED and lies_with[share.id] not in others]
    if own or honoured:
        account = _give_back(trip, account, returning, sale, own, honoured, named)
    return account, points - honoured


def _give_back(
    trip: Trip,
    account: Account,
    returning: Returning,
    sale: state.SaleState,
    shares: Sequence[Share],
    honoured: int,
    named: tuple[str, str],
) -> Account:
    owed = state.open_debts(trip, account.id) if account.debt else []
    expiries = {part.lot_id: part.expires_on for part in sale.spent}
    changes, repaid = [], []
    for share in shares:
        paid = debts.repay(share.points, debts.owed_of(share.id, owed))
        repaid += paid
        given = sum(part.points for part in paid)
        new_expiry = expiry.grace(expiries[share.id], returning.business_date)
        changes.append(LotChange(share.id, points=share.points, repaid=given, new_expiry=new_expiry))
    posting = _correction(
        returning,
        named,
        kind="restore",
        corrects=sale.burn_id,
        rule=(restoring.NAME, restoring.VERSION),
        programme={"redeemed": -honoured - sum(share.points for share in shares), "honoured": honoured},
        lots=tuple(changes),
        debts_repaid=tuple(repaid),
    )
    return post(trip, account, posting)


def _reverse(
    trip: Trip, account: Account, returning: Returning, sale: state.SaleState, points: int, named: tuple[str, str]
) -> tuple[Account, int]:
    """Take back what the sale earned: from its lot, of what expired, and the rest is owed. (account after, owed)."""
    assert sale.lot is not None
    from_lot, of_expired, owed = reversal.sources(points, free=sale.lot.free, expired=sale.expired)
    posting = _correction(
        returning,
        named,
        kind="reverse",
        corrects=sale.earn_id,
        rule=(earning.NAME, earning.VERSION),
        programme={"reversed": points, "expired": -of_expired},
        lots=(LotChange(sale.lot.id, points=-from_lot),) if from_lot else (),
        new_debts=(NewDebt(sale.lot.id, owed),) if owed else (),
    )
    return post(trip, account, posting), owed


def _correction(returning: Returning, named: tuple[str, str], *, rule: tuple[str, int], **moves: Any) -> Posting:
    key, actor = named
    return Posting(
        key=key,
        receipt_id=returning.return_receipt,
        store_id=returning.store_id,
        rule=rule[0],
        rule_version=rule[1],
        actor=actor,
        source=returning.source,
        business_date=returning.business_date,
        **moves,
    )
