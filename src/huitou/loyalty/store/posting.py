"""One posting, whatever its kind, as one statement: all of it stands or nothing.

The account is locked before; so a single statement, which sees a single snapshot, is enough (ADR 4, ADR 9).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from huitou.bulk.trip import READY, Trip
from huitou.loyalty.terms import POINTS, Account, Share

_ROLES = ("issued", "redeemed", "expired", "reversed", "honoured")


@dataclass(frozen=True, slots=True)
class NewLot:
    points: int
    earned_at: datetime
    expires_on: date | None
    repaid: int = 0
    """How many of its points repay debts at once."""


@dataclass(frozen=True, slots=True)
class NewDebt:
    """Points that are owed of a lot from now on; without one, since an old programme."""

    lot_id: int | None
    points: int


@dataclass(frozen=True, slots=True)
class LotChange:
    """How a lot's remaining and held points change; `repaid`: how many of what comes in go to debts at once."""

    lot_id: int
    points: int = 0
    held: int = 0
    repaid: int = 0
    new_expiry: date | None = None


@dataclass(frozen=True, slots=True)
class Posting:
    """A transaction, and all that it moves. `programme` is points by role; with the lots and debts they sum to zero."""

    key: str
    kind: str
    receipt_id: int | None
    store_id: int | None
    rule: str
    rule_version: int
    actor: str
    source: str
    business_date: date
    programme: dict[str, int]
    corrects: int | None = None
    new_lots: tuple[NewLot, ...] = ()
    lots: tuple[LotChange, ...] = ()
    debts_repaid: tuple[Share, ...] = ()
    new_debts: tuple[NewDebt, ...] = ()
    hold_id: int | None = None
    """The hold that ends by this posting."""
    asset: str = POINTS

    @property
    def repaid(self) -> int:
        return sum(share.points for share in self.debts_repaid)

    @property
    def debt_change(self) -> int:
        return sum(debt.points for debt in self.new_debts) - self.repaid

    @property
    def debt_names(self) -> list[str]:
        """Each debt's own name: that of its posting, and of its lot where there are several."""
        if len(self.new_debts) == 1:
            return [self.key]
        return [f"{self.key}/{debt.lot_id or 'older'}" for debt in self.new_debts]

    @property
    def lots_change(self) -> int:
        made = sum(lot.points - lot.repaid for lot in self.new_lots)
        return made + sum(change.points - change.repaid for change in self.lots)

    @property
    def held_change(self) -> int:
        return sum(change.held for change in self.lots)


_POST = """
WITH made AS (
    INSERT INTO loyalty_transaction (key, kind, receipt_id, store_id, corrects_id, rule, rule_version, actor, source,
        business_date)
    VALUES (%s, %s, %s::bigint, %s::int, %s::bigint, %s, %s, %s, %s, %s::date) RETURNING id
), queued AS (
    INSERT INTO loyalty_unsealed (transaction_id) SELECT id FROM made
), account AS (
    UPDATE loyalty_account SET balance = balance + %s::bigint, debt = debt + %s::bigint, held = held + %s::bigint
    WHERE id = %s::bigint
), lot_made AS (
    INSERT INTO loyalty_lot (account_id, transaction_id, original, remaining, earned_at, expires_on)
    SELECT %s::bigint, made.id, points, points - repaid, earned_at, expires_on
    FROM made, unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::date[]) AS n (points, repaid, earned_at,
        expires_on)
    RETURNING id, original, original - remaining AS repaid
), change AS (
    SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::date[])
        AS c (lot_id, points, held, repaid, new_expiry)
), lots AS (
    UPDATE loyalty_lot l SET remaining = l.remaining + c.points - c.repaid, held = l.held + c.held,
        expires_on = coalesce(c.new_expiry, l.expires_on), graced = l.graced OR c.new_expiry IS NOT NULL
    FROM change c WHERE l.id = c.lot_id
), repaid AS (
    UPDATE loyalty_debt d SET remaining = d.remaining - r.points
    FROM unnest(%s::bigint[], %s::bigint[]) AS r (debt_id, points) WHERE d.id = r.debt_id
), owed AS (
    INSERT INTO loyalty_debt (account_id, transaction_id, lot_id, original, remaining, name)
    SELECT %s::bigint, made.id, lot_id, points, points, name
    FROM made, unnest(%s::text[], %s::bigint[], %s::bigint[]) AS o (name, lot_id, points)
), ended AS (
    UPDATE loyalty_hold h SET state = 'posted', ended_at = clock_timestamp(), transaction_id = made.id
    FROM made WHERE h.id = ANY(%s::bigint[])
)
INSERT INTO loyalty_entry (transaction_id, account_id, lot_id, points)
SELECT made.id, e.account_id, e.lot_id, e.points FROM made, (
    SELECT %s::bigint, id, original FROM lot_made UNION ALL SELECT %s::bigint, id, -repaid FROM lot_made
    UNION ALL SELECT %s::bigint, lot_id, points FROM change UNION ALL SELECT %s::bigint, lot_id, -repaid FROM change
    UNION ALL SELECT %s::bigint, NULL, points FROM unnest(%s::bigint[]) AS points
    UNION ALL SELECT a.id, NULL, p.points FROM unnest(%s::text[], %s::bigint[]) AS p (role, points)
        LEFT JOIN loyalty_account a ON a.asset = %s AND a.role = p.role AND a.member_id IS NULL
) AS e (account_id, lot_id, points) WHERE e.points <> 0
"""


def post(trip: Trip, account: Account, posting: Posting) -> Account:
    """Queue a posting on a locked account. Returns the account as it is after it."""
    moved = posting.lots_change - posting.debt_change
    assert moved + sum(posting.programme.values()) == 0, f"{posting.key} does not sum to zero"
    new, debts = posting.new_lots, posting.new_debts
    one = account.id
    trip.ask(
        _POST,
        [
            posting.key, posting.kind, posting.receipt_id, posting.store_id, posting.corrects, posting.rule,
            posting.rule_version, posting.actor, posting.source, posting.business_date,
            moved, posting.debt_change, posting.held_change, one,
            one, [lot.points for lot in new], [lot.repaid for lot in new], [lot.earned_at for lot in new],
            [lot.expires_on for lot in new],
            [change.lot_id for change in posting.lots], [change.points for change in posting.lots],
            [change.held for change in posting.lots], [change.repaid for change in posting.lots],
            [change.new_expiry for change in posting.lots],
            [share.id for share in posting.debts_repaid], [share.points for share in posting.debts_repaid],
            one, posting.debt_names, [debt.lot_id for debt in debts], [debt.points for debt in debts],
            [posting.hold_id] if posting.hold_id else [],
            one, one, one, one, one, [-sum(debt.points for debt in debts), posting.repaid],
            list(posting.programme), list(posting.programme.values()), posting.asset,
        ],
    )  # fmt: skip
    return replace(
        account,
        balance=account.balance + moved,
        debt=account.debt + posting.debt_change,
        held=account.held + posting.held_change,
    )


FOUND = f"string_to_array(nullif(current_setting('{READY}', true), ''), ',')::bigint[]"
"""SQL: the members whom the trip itself has just found, and whose accounts it may lock."""

_MISSING = """
INSERT INTO loyalty_account (asset, role, member_id, balance)
SELECT %s, 'member', m.id, 0 FROM unnest(%s::bigint[]) AS m (id)
WHERE NOT EXISTS (SELECT FROM loyalty_account a WHERE a.asset = %s AND a.role = 'member' AND a.member_id = m.id)
UNION ALL
SELECT %s, r.role, NULL, NULL FROM unnest(%s::text[]) AS r (role)
WHERE NOT EXISTS (SELECT FROM loyalty_account a WHERE a.asset = %s AND a.role = r.role AND a.member_id IS NULL)
ORDER BY 3 NULLS FIRST, 2 ON CONFLICT DO NOTHING
"""


_MISSING_OF_FOUND = _MISSING.replace("%s::bigint[]", FOUND)


def make_missing(trip: Trip, members: list[int] | None, asset: str = POINTS) -> None:
    """Queue the making of accounts that are not there yet: those of the members (None: of whom the trip itself has
    found, bulk.trip.READY), and the programme's own."""
    if members is None:
        trip.ask(_MISSING_OF_FOUND, [asset, asset, asset, list(_ROLES), asset])
    else:
        trip.ask(_MISSING, [asset, members, asset, asset, list(_ROLES), asset])
