"""The door of loyalty.

What takes a `Trip` only queues its writing, belongs inside a transaction, and comes after `lock_accounts`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import pyarrow as pa
from django.conf import settings
from django.db import transaction

from huitou.bulk import service as bulk
from huitou.bulk.trip import Answer, Trip, trip
from huitou.kernel.errors import N_
from huitou.kernel.promise import Verdict
from huitou.kernel.rows import Cells, Unfit, judged
from huitou.loyalty.errors import PointsPostedBefore, ReconciliationSigned, ReconciliationUnknown
from huitou.loyalty.merging import earned_in, held_by, lock_both, merge, part
from huitou.loyalty.paying import (
    ask_rate,
    check_points_paid,
    earning_fen,
    paying_by,
    points_in_hands,
    rate_now,
    rates_set,
    read_rate,
    set_rate,
    told_points_payment,
)
from huitou.loyalty.rules import brought_rows, chain, opening, reversal
from huitou.loyalty.rules import one_point_per_yuan as earning
from huitou.loyalty.rules.brought_rows import BalanceSaid, TierPlaced, TierSaid
from huitou.loyalty.store import (
    expiring,
    holding,
    online,
    promises,
    reading,
    reconciling,
    sealing,
    spending,
    taking,
    tiers,
    undoing,
)
from huitou.loyalty.store import opening as openings
from huitou.loyalty.store.online import LockedAccounts
from huitou.loyalty.store.posting import make_missing
from huitou.loyalty.terms import (
    POINTS,
    Account,
    BooksVerified,
    Earning,
    GivenBack,
    HoldSeen,
    LotSeen,
    Moment,
    Opened,
    OpeningLot,
    Posted,
    PostingSeen,
    ReconciliationSeen,
    Returned,
    Returning,
    SoldQuantity,
    Spending,
    TierSeen,
    Unposted,
)

__all__ = [
    "ask_rate", "check_points_paid", "earned_in", "earning_fen", "held_by", "lock_both", "merge", "part", "paying_by",
    "points_in_hands", "rate_now", "rates_set", "read_rate", "set_rate", "told_points_payment",
]  # fmt: skip

MOST_LOTS_COUNTED = 500
"""Who shops daily and never spends has thousands; nobody needs their number."""
_PIECE = 200
"""Overdue lots or holds that one transaction ends, so that no till waits for it."""
_SEALED_AT_ONCE = 20_000
"""Transactions in one piece of sealing."""
_SEALED = N_("What was posted is sealed within seconds, block upon block, and reads as it did when it was sealed.")


def balance_of(member_id: int) -> int:
    """Points that the member can spend; 0 also for whoever never earned any."""
    return reading.balance(member_id)


def ask_balance(trip: Trip, member_id: int) -> Answer:
    """Queue the question for a member's balance, and for what of it is held: one row, or none."""
    return reading.ask_balance(trip, member_id)


def points_for(net_fen: int, account: Account, business_date: date) -> int:
    """What a sale of this net spend earns this account; nothing on a day whose points came with an opening."""
    return earning.points_earned(net_fen) if account.earns_on(business_date) else 0


def available_of(members: Sequence[int]) -> dict[int, int]:
    """What each of these members could spend now: the balance without open holds. Who has no account is missing."""
    return reading.available_of(members)


def lots_of(member_id: int, limit: int = 12) -> tuple[list[LotSeen], int]:
    """The lots with points left, earliest expiry first, and how many such lots there are: at most
    MOST_LOTS_COUNTED + 1, which says that there are more."""
    return reading.lots(member_id, limit, MOST_LOTS_COUNTED + 1)


def honoured_receipts() -> list[int]:
    """The sales that were paid with points that were not there: each has to be listed for a person (L2)."""
    return reading.honoured_receipts()


def postings_of(member_id: int, limit: int = 20, before: int | None = None) -> list[PostingSeen]:
    """Newest first, older than the posting `before`."""
    return reading.postings(member_id, limit, before)


def postings_before(member_id: int, *, before: tuple[date, int], limit: int) -> list[PostingSeen]:
    """Newest business day first, those before a day and the number of a posting."""
    return reading.postings_before(member_id, before, limit)


def post_earnings(sales: pa.Table | pa.RecordBatchReader, *, actor: str) -> int:
    """Post the points of each sale (receipt_id, member_id, net_fen, at in UTC, business_date, store_id), once for ever.

    Returns how many sales earned.
    """
    return taking.post_earnings(
        sales,
        asset=POINTS,
        rule=earning.NAME,
        version=earning.VERSION,
        fen_per_point=earning.FEN_PER_POINT,
        actor=actor,
    )


def reverse_returns(
    sold: Mapping[int, Sequence[SoldQuantity]],
    given_back: Mapping[int, Sequence[GivenBack]],
    *,
    returned_on: Mapping[int, date],
    actor: str,
) -> int:
    """Take back what each return's own sale earned for it (L10). Returns how many reversals were posted.

    `sold` and `given_back` are by sale; `returned_on` is the business date of each return of today's trip: returns that
    were settled before are not in it, and stay as they are.
    """
    points = taking.points_of_sales(sorted(sold))
    bonus = taking.bonus_of_sales(sorted(points))
    due = [
        found
        for sale, earned in sorted(points.items())
        for found in reversal.reversals(sale, earned, sold[sale], given_back[sale], bonus.get(sale, {}))
        if found.return_receipt in returned_on
    ]
    if not due:
        return 0
    rows = pa.table(
        {
            "return_receipt_id": [found.return_receipt for found in due],
            "sale_receipt_id": [found.sale_receipt for found in due],
            "points": [found.points for found in due],
            "business_date": [returned_on[found.return_receipt] for found in due],
        }
    )
    return taking.post_reversals(rows, asset=POINTS, rule=earning.NAME, version=earning.VERSION, actor=actor)


def undo_postings(receipts: Sequence[int], *, actor: str, source: str, today: date) -> Unposted:
    """Take back what these receipts posted, and what returns posted about their sales, each once for ever.

    No posting changes: each is corrected by a new one that names it. What was spent already is owed, as after a return.
    """
    return undoing.undo_postings(list(receipts), actor=actor, source=source, today=today)


def opened(receipts: Sequence[int]) -> int:
    """Of how many members a balance that was opened later counts in what these receipts earned."""
    return undoing.opened(list(receipts))


def unbound(members: Sequence[int]) -> list[int]:
    """Those of these members, who came with an import, for whom nothing stands that was not taken back."""
    return undoing.unbound(list(members))


def let_go(members: Sequence[int]) -> None:
    """Part accounts from members who leave with an import, and are `unbound`. Postings stay."""
    undoing.let_go(list(members))


def lock_accounts(trip: Trip, members: Collection[int], moment: Moment) -> LockedAccounts:
    """Lock these members' accounts until the transaction ends, before anything else of it; `.read()` gives them.

    Accounts that are not there yet are made; what is overdue at this moment times out and expires first.
    """
    return online.lock_accounts(trip, members, moment)


def lock_found(trip: Trip, moment: Moment) -> LockedAccounts:
    """The same of the members whom this very trip looks up with `tell`, in the trip itself; of nobody, where one of its
    lookups finds that something has to be made first, or that nothing is to be written (bulk.trip.READY)."""
    return online.lock_found(trip, moment)


def earn(trip: Trip, accounts: Mapping[int, Account], earnings: Sequence[Earning], *, actor: str) -> dict[int, Account]:
    """Post what sales earn, each once for ever; debts are repaid first. The accounts as they are after, by member."""
    return online.earn(trip, accounts, earnings, actor=actor)


def burn(trip: Trip, account: Account, asked: Spending, *, actor: str) -> Posted:
    """Spend points for a sale, once for ever. Raises NotEnoughPoints unless what is missing is honoured."""
    return spending.burn(trip, account, asked, actor=actor)


def apply_return(
    trip: Trip,
    account: Account,
    returning: Returning,
    sold: Sequence[SoldQuantity],
    given_back: Sequence[GivenBack],
    *,
    actor: str,
) -> Returned:
    """Give back the points that paid for what came back, and take back what it earned; each once for ever (L10, L11).

    `given_back` is all that came back of the sale so far, in order of arrival, with this return's own.
    """
    return spending.apply_return(trip, account, returning, sold, given_back, actor=actor)


def hold(trip: Trip, account: Account, key: str, points: int, ends_at: datetime) -> HoldSeen:
    """Promise points to a basket. Raises NotEnoughPoints, HoldDiffers and HoldEnded."""
    return holding.hold(trip, account, key, points, ends_at)


def release(trip: Trip, account: Account, key: str) -> HoldSeen:
    """Take the promise back. Raises HoldUnknown, and HoldEnded when the points were spent."""
    return holding.release(trip, account, key)


def still_held(trip: Trip, account: Account, key: str) -> HoldSeen | None:
    """What the basket holds of these points, where that is open."""
    return holding.still_held(trip, account, key)


def one_holds(trip: Trip, key: str) -> None:
    """Before `holder_of`, where a hold may follow: nobody else holds for this basket until the transaction ends."""
    holding.one_holds(trip, key)


def holder_of(trip: Trip, key: str) -> Answer:
    """Whose points the basket holds or held: one row (member id, state, points), or none."""
    return holding.ask_holder(trip, key)


def read_balances(
    rows: Iterable[tuple[int, Cells]], first_day: date
) -> tuple[list[tuple[int, BalanceSaid]], list[Unfit]]:
    """What each row of an old programme's balances says, and the rows that say nothing that can be taken."""
    return judged(rows, lambda cells: brought_rows.judge_balance(cells, first_day))


def read_tiers(rows: Iterable[tuple[int, Cells]], first_day: date) -> tuple[list[tuple[int, TierSaid]], list[Unfit]]:
    """The same of its tiers."""
    return judged(rows, lambda cells: brought_rows.judge_tier(cells, first_day))


def tiers_in_order(
    tiers: list[TierPlaced],
) -> tuple[list[TierPlaced], list[tuple[TierPlaced, TierSaid]]]:
    """One member's tiers, each ending where the next begins, and those that overlap an earlier one, with it."""
    return brought_rows.one_after_the_other(tiers)


def brought_reasons() -> Mapping[str, str]:
    """Why a row of balances or tiers is refused: English templates by code."""
    return brought_rows.BROUGHT_REASONS


def openings_of(source: str, asset: str = POINTS) -> pa.Table:
    """(member_id, digest, batch_id) of every account that this old programme has opened, and nobody took back."""
    return openings.standing(asset, source)


@transaction.atomic
def open_balances(
    lots: pa.Table,
    people: pa.Table,
    *,
    source: str,
    batch: int,
    first_day: date,
    moment: Moment,
    actor: str,
    asset: str = POINTS,
    post_difference: bool = False,
) -> Opened:
    """Open these members' accounts as an old programme left them at the end of the day before `first_day`.

    `lots`: member_id, points (above 0), earned_at, expires_on; `people`, one row a member: member_id, owed (0 or more),
    digest. Receipts of days before `first_day` earn nothing from now on. Where our own books hold something for those
    days, raises PointsPostedBefore; with `post_difference` that comes off again, so that nothing counts twice.
    """
    run = openings.OpeningRun(lots, people, asset=asset, source=source, batch=batch, first_day=first_day, actor=actor)
    count, points = run.posted_before()
    if count and not post_difference:
        raise PointsPostedBefore(members=count, points=points, day=first_day)
    return run.post(moment.today, OpeningLot(0, moment.now, None))


@transaction.atomic
def undo_openings(batch: int, *, actor: str, moment: Moment) -> tuple[int, int, int]:
    """Take back what an import opened, by postings that correct it: (accounts, of them left owing, points owed).

    What was spent since is owed, by a debt that names the posting; what had expired is gone.
    """
    return openings.take_back(batch, actor=actor, now=moment.now, today=moment.today)


def tiers_standing(members: Sequence[int]) -> pa.Table:
    """(member_id, tier, since, until, source) of every tier entry of these members."""
    return tiers.standing(list(members))


def take_tiers(rows: pa.Table, *, source: str, actor: str, batch: int) -> None:
    """Keep tiers as an old programme gave them: member_id, tier, since, until (last day or null)."""
    tiers.insert(rows, rule=opening.NAME, version=opening.VERSION, source=source, actor=actor, batch=batch)


def undo_tiers(batch: int, *, now: datetime) -> list[int]:
    """Strike the tier entries of an import; the members whose they were. Their facts are the caller's to write anew."""
    return tiers.take_back(batch, now)


def tiers_of(member_id: int) -> list[TierSeen]:
    """Every tier that the member had, newest first."""
    return tiers.of_member(member_id)


def tiers_on(members: Sequence[int], on: date) -> pa.Table:
    """(member_id, tier, since, until): the tier of that day, or the next one to come."""
    return tiers.current(list(members), on)


def count_tiers(on: date) -> dict[str, int]:
    return tiers.count_by_tier(on)


def cut_over(source: str | None = None, asset: str = POINTS) -> tuple[str, date] | None:
    """Source and first day of the newest opening that stands."""
    return reconciling.first_day(asset, source)


def points_on(on: date, asset: str = POINTS) -> tuple[int, int]:
    """What members held at the end of that day: (points above zero, points owed)."""
    return reconciling.points_on(asset, on)


def lots_on(on: date, asset: str = POINTS) -> dict[str, int]:
    """Points left in lots at the end of that day, by the month in which they expire (`2027-03`, `never`)."""
    return reconciling.lots_on(asset, on)


def balances_on(on: date, asset: str = POINTS) -> dict[int, int]:
    """What each member held at the end of that day; those with nothing are left out."""
    return reconciling.balances_on(asset, on)


def keep_reconciliation(source: str, first_day: date, *, actor: str, report: dict[str, Any], differences: int) -> int:
    """Keep what was compared, unsigned; its number."""
    return reconciling.insert(source, first_day, actor, report, differences)


def reconciliations(limit: int = 20) -> list[ReconciliationSeen]:
    """Newest first."""
    return reconciling.newest(limit)


def reconciliation(number: int) -> ReconciliationSeen | None:
    """One of them with its report; None where there is none of this number."""
    return reconciling.one(number)


def sign_reconciliation(number: int, *, by: str, note: str, now: datetime) -> ReconciliationSeen:
    """A person stands for it. Raises ReconciliationUnknown and ReconciliationSigned."""
    seen = reconciling.one(number)
    if seen is None:
        raise ReconciliationUnknown(number=number)
    if not reconciling.sign(number, by, now, note):
        raise ReconciliationSigned(number=number, by=seen.signed_by)
    signed = reconciling.one(number)
    assert signed is not None
    return signed


def expire_due(moment: Moment) -> int:
    """Expire every lot whose last day has passed, in small pieces; how many lots."""
    count = 0
    while accounts := expiring.accounts_with_overdue_lots(moment.today, _PIECE):
        with transaction.atomic(), trip() as travel:
            make_missing(travel, [])
            expiring.lock(travel, accounts)
            count += len(expiring.expire_lots(travel, accounts, moment.today).rows())
    return count


def time_out_holds(moment: Moment) -> int:
    """End every open hold whose time is over, in small pieces; how many holds."""
    count = 0
    while accounts := expiring.accounts_with_overdue_holds(moment.now, _PIECE):
        with transaction.atomic(), trip() as travel:
            expiring.lock(travel, accounts)
            count += len(expiring.time_out(travel, accounts, moment.now).rows())
    return count


def seal_books() -> int:
    """Seal what was posted since the last time (L16), a block for each store; how many transactions.

    One sealer at a time: where another is at work, nothing is left to do.
    """
    sealed = 0
    while piece := _seal_piece():
        sealed += piece
    return sealed


def _seal_piece() -> int:
    with transaction.atomic():
        if not sealing.only_sealer():
            return 0
        found = sealing.take_unsealed(_SEALED_AT_ONCE)
        for waiting in found:
            number, previous = sealing.last_block(waiting.store_id) or (0, chain.FIRST)
            content = chain.content_of(b"".join(leaves for _, leaves in waiting.leaves))
            seal = _seal(waiting.store_id, number + 1, previous, content)
            sealing.insert_block(waiting.store_id, number + 1, previous, seal, waiting)
        return sum(len(waiting.leaves) for waiting in found)


def _seal(store_id: int | None, number: int, previous: bytes, content: bytes) -> bytes:
    name = "chain" if store_id is None else f"store {store_id}"
    return chain.seal(
        bytes.fromhex(settings.LEDGER_SEAL_KEY), previous=previous, chain=name, number=number, content=content
    )


def verify_books() -> BooksVerified:
    """Read all sealed books again, entry by entry, and name the first that is not what was sealed."""
    with transaction.atomic():
        entries, waiting = sealing.count_entries()
        blocks, broken_block = _verify_blocks()
        first_broken = _changed_entry() or broken_block or bulk.first_row(sealing.NEVER_SEALED)
    return BooksVerified(entries, blocks, waiting, first_broken)


def _changed_entry() -> str | None:
    changed = sealing.first_changed_transaction()
    if changed is None:
        return None
    number, kept, found = changed
    place = chain.first_difference(kept, found)
    entry = sealing.entry_at(number, place)
    which = f"entry {entry}" if entry is not None else f"the entry at place {place + 1}"
    return f"{which} of transaction {number} is not what was sealed"


def _verify_blocks() -> tuple[int, str | None]:
    count, last, first_broken = 0, {}, None
    for block in sealing.blocks():
        count += 1
        number, previous = last.get(block.store_id, (0, chain.FIRST))
        last[block.store_id] = block.number, block.seal
        fits = (block.number, block.previous) == (number + 1, previous)
        if first_broken is None and not (
            fits and block.seal == _seal(block.store_id, block.number, previous, block.content)
        ):
            first_broken = f"block {block.number} of store {block.store_id or '-'} does not follow the one before it"
    return count, first_broken


def verdicts() -> list[Verdict]:
    """Each promise of this room, and the first row that breaks it."""
    kept = [Verdict(kept.name, kept.says, bulk.first_row(kept.broken)) for kept in promises.PROMISES]
    return [*kept, Verdict("L16", _SEALED, verify_books().first_broken)]
