"""What an operation must know of a locked account before it decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from huitou.bulk.trip import Answer, Trip
from huitou.loyalty.terms import POINTS, Account, OwedDebt, Share, SpendableLot, Spent

_LOT = "l.id, l.original, l.remaining, l.held, l.earned_at, l.expires_on"
# The first business date that earns on account `a`: that of its own opening, else of the first one of the asset.
EARNS_FROM = """coalesce(
    (SELECT max(o.first_day) FROM loyalty_opening o WHERE o.account_id = a.id AND o.undone_at IS NULL),
    (SELECT o.first_day FROM loyalty_opening o JOIN loyalty_account oa ON oa.id = o.account_id
     WHERE o.undone_at IS NULL AND oa.asset = a.asset ORDER BY o.first_day LIMIT 1))"""
_FIRST_LOTS = 50
"""Who has earned for years has thousands of lots; what they spend at once lies in the first few."""


@dataclass(frozen=True, slots=True)
class HoldState:
    """A hold as it stands, with the lots that it promised."""

    id: int
    account_id: int
    member: int
    points: int
    state: str
    made_at: datetime
    ends_at: datetime
    lots: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class SaleState:
    """What a sale did to an account: the lot that it made, what it spent, and what returns have done about it."""

    earn_id: int | None
    lot: SpendableLot | None
    expired: int
    """How many of its points expired, and no return has taken back yet."""
    burn_id: int | None
    spent: tuple[Spent, ...]
    bonus: Mapping[int, int] = field(default_factory=dict)
    """Of the lot's points those that offers brought, by line of the sale."""


def accounts(trip: Trip, members: list[int]) -> list[Account]:
    """Accounts of these members as they stand; they are locked before."""
    answer = trip.ask(
        f"SELECT a.id, a.member_id, a.balance, a.debt, a.held, {EARNS_FROM} FROM loyalty_account a "
        "WHERE a.asset = %s AND a.role = 'member' AND a.member_id = ANY(%s::bigint[])",
        [POINTS, members],
    )
    return [Account(*row) for row in answer.rows()]


def account(trip: Trip, account_id: int) -> Account:
    """One account as it stands; it is locked before."""
    row = trip.ask(
        "SELECT id, member_id, balance, debt, held FROM loyalty_account WHERE id = %s::bigint", [account_id]
    ).rows()[0]
    return Account(*row)


def spendable_lots(trip: Trip, account_id: int, points: int) -> list[SpendableLot]:
    """Lots with something free, in burn order; as many as `points` need, where there are as many."""
    lots = _lots(trip, account_id, _FIRST_LOTS)
    if len(lots) == _FIRST_LOTS and sum(lot.free for lot in lots) < points:
        return _lots(trip, account_id, None)
    return lots


def _lots(trip: Trip, account_id: int, limit: int | None) -> list[SpendableLot]:
    answer = trip.ask(
        f"SELECT {_LOT} FROM loyalty_lot l WHERE l.account_id = %s::bigint AND l.remaining > 0 "
        "AND l.remaining > l.held ORDER BY l.expires_on, l.earned_at, l.id LIMIT %s::bigint",
        [account_id, limit],
    )
    return [SpendableLot(*row) for row in answer.rows()]


def open_debts(trip: Trip, account_id: int) -> list[OwedDebt]:
    answer = trip.ask(
        "SELECT id, lot_id, remaining FROM loyalty_debt WHERE account_id = %s::bigint AND remaining > 0", [account_id]
    )
    return [OwedDebt(*row) for row in answer.rows()]


def ask_hold(trip: Trip, key: str) -> Answer:
    """Queue the question for a hold; its lots come in the order in which they are spent."""
    return trip.ask(
        "SELECT h.id, h.account_id, a.member_id, h.points, h.state, h.made_at, h.ends_at, "
        "array_agg(p.lot_id ORDER BY l.expires_on, l.earned_at, l.id), "
        "array_agg(p.points ORDER BY l.expires_on, l.earned_at, l.id) "
        "FROM loyalty_hold h JOIN loyalty_account a ON a.id = h.account_id JOIN loyalty_holdlot p ON p.hold_id = h.id "
        "JOIN loyalty_lot l ON l.id = p.lot_id WHERE h.key = %s GROUP BY h.id, a.member_id",
        [key],
    )


def hold_state(answer: Answer) -> HoldState | None:
    row = answer.row()
    if row is None:
        return None
    return HoldState(*row[:7], tuple(Share(lot, points) for lot, points in zip(row[7], row[8], strict=True)))


def ask_posted(trip: Trip, keys: list[str]) -> Answer:
    """Which of these postings exist: key, points that reached the accounts redeemed or reversed, honoured, owed."""
    return trip.ask(
        "SELECT t.key, (SELECT coalesce(sum(e.points), 0)::bigint FROM loyalty_entry e "
        "    JOIN loyalty_account a ON a.id = e.account_id "
        "    WHERE e.transaction_id = t.id AND a.role IN ('redeemed', 'reversed')), "
        "(SELECT coalesce(sum(e.points), 0)::bigint FROM loyalty_entry e JOIN loyalty_account a ON a.id = e.account_id "
        "    WHERE e.transaction_id = t.id AND a.role = 'honoured'), "
        "(SELECT coalesce(sum(d.original), 0)::bigint FROM loyalty_debt d WHERE d.transaction_id = t.id) "
        "FROM loyalty_transaction t WHERE t.key = ANY(%s::text[])",
        [keys],
    )


def ask_sale(trip: Trip, sale: int) -> tuple[Answer, Answer]:
    """Queue what a sale did: its lot, and what it spent of which lots, in the order of its entries."""
    earned = trip.ask(
        "SELECT t.id, (SELECT coalesce(-sum(e.points), 0)::bigint FROM loyalty_entry e "
        "    JOIN loyalty_transaction x ON x.id = e.transaction_id WHERE e.lot_id = l.id AND x.kind = 'expire') "
        "+ (SELECT coalesce(sum(e.points), 0)::bigint FROM loyalty_transaction c "
        "    JOIN loyalty_entry e ON e.transaction_id = c.id JOIN loyalty_account a ON a.id = e.account_id "
        "    WHERE a.role = 'expired' AND (c.corrects_id = t.id OR c.corrects_id IN ("
        "        SELECT r.id FROM loyalty_transaction r WHERE r.corrects_id = t.id))), "
        "ARRAY(SELECT b.line FROM loyalty_bonus b WHERE b.transaction_id = t.id ORDER BY b.id), "
        "ARRAY(SELECT b.points FROM loyalty_bonus b WHERE b.transaction_id = t.id ORDER BY b.id), "
        f"{_LOT} FROM loyalty_transaction t JOIN loyalty_lot l ON l.transaction_id = t.id WHERE t.key = %s",
        [f"earn/{sale}"],
    )
    # A lot may lie with another account by now: members are merged and parted.
    spent = trip.ask(
        "SELECT b.id, e.lot_id, -e.points, l.expires_on, (SELECT coalesce(sum(r.points), 0)::bigint "
        "    FROM loyalty_transaction c JOIN loyalty_entry r ON r.transaction_id = c.id "
        "    WHERE c.corrects_id = b.id AND r.points > 0 AND (r.lot_id = e.lot_id "
        "        OR e.lot_id IS NULL AND r.lot_id IS NULL AND r.account_id = e.account_id)), l.account_id "
        "FROM loyalty_transaction b JOIN loyalty_entry e ON e.transaction_id = b.id "
        "LEFT JOIN loyalty_lot l ON l.id = e.lot_id WHERE b.key = %s AND e.points < 0 ORDER BY e.id",
        [f"burn/{sale}"],
    )
    return earned, spent


def sale_state(answers: tuple[Answer, Answer]) -> SaleState:
    earned, spent = answers[0].row(), answers[1].rows()
    bonus: dict[int, int] = {}
    for line, points in zip(earned[2], earned[3], strict=True) if earned else ():
        bonus[line] = bonus.get(line, 0) + points
    return SaleState(
        earned[0] if earned else None,
        SpendableLot(*earned[4:]) if earned else None,
        earned[1] if earned else 0,
        spent[0][0] if spent else None,
        tuple(
            Spent(lot, points, restored, expires_on, account) for _, lot, points, expires_on, restored, account in spent
        ),
        bonus,
    )
