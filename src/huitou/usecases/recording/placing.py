"""Where and when a till's word belongs: its store, its business day, its name for ever."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TypeVar

from django.db import IntegrityError, OperationalError, connection, transaction

from huitou.access.errors import StoreNotOfKey
from huitou.access.terms import KeySeen
from huitou.bulk.trip import gave_way
from huitou.catalogue import service as catalogue
from huitou.catalogue.errors import StoreUnknown
from huitou.catalogue.terms import StoreSeen
from huitou.kernel.errors import HuitouError
from huitou.loyalty.errors import AccountMerged
from huitou.loyalty.terms import Moment
from huitou.members.terms import MemberRef
from huitou.receipts import service as receipts
from huitou.receipts.terms import KnownReceipt, ParkedReturn, ReceiptKey, SaleName
from huitou.receipts.terms.conflicts import ConflictKind, NewConflict
from huitou.usecases.recording.digests import as_spelled_digest_of, digest_of
from huitou.usecases.till_terms import Return, Sale

Done = TypeVar("Done")

TRIES = 5
TRIES_AFTER_GIVING_WAY = 2
"""Of work that the database took back for another's sake: once more, and then the caller is told to come again."""


@dataclass(frozen=True, slots=True)
class Proven:
    """What a till without its server has proven: when it sold, which code it had seen for the basket before, and which
    offers' benefits it promised."""

    sold_at: datetime
    shown: MemberRef | None
    shown_at: datetime
    promised: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Placed:
    """A sale or a return with its store, the key that names it for ever, and the digest of its words."""

    said: Sale | Return
    store: StoreSeen
    key: ReceiptKey
    digest: str
    alone: Proven | None = None
    """Of a till that sold by a bundle, where its signature holds."""


def moment_of(now: datetime, stores: Iterable[StoreSeen]) -> Moment:
    """The server's time, which orders everything, and the day that these stores are on at it: while one of them is
    still on a day, points that end with that day are good."""
    return Moment(now=now, today=min(catalogue.business_date(store, now) for store in stores))


def stores_of(said: Iterable[Sale | Return]) -> dict[str, StoreSeen]:
    """The stores that these name, in one question."""
    codes = {word.store for word in said} | {word.sale.store for word in said if isinstance(word, Return)}
    return catalogue.stores_of(codes)


def place(caller: KeySeen, said: Sale | Return, stores: dict[str, StoreSeen], now: datetime) -> Placed:
    """Raises StoreUnknown, StoreNotOfKey or DayImpossible."""
    store = own_store(caller, said.store, stores)
    day = said.business_date or catalogue.business_date(store, said.at)
    receipts.check_day(day, now)
    kind = "sale" if isinstance(said, Sale) else "return"
    key = ReceiptKey(caller.name, store.id, said.till, day, said.number, kind)
    return Placed(said, store, key, digest_of(said))


def told_before(placed: Placed, known: KnownReceipt) -> str | None:
    """What this receipt was told; None where its name was given to another one, or to one that came by file."""
    same = known.digest in (placed.digest, as_spelled_digest_of(placed.said))
    return known.answer if same else None


def own_store(caller: KeySeen, code: str, stores: dict[str, StoreSeen]) -> StoreSeen:
    """The store of this code, where the key reaches it. Raises StoreUnknown or StoreNotOfKey.

    Which stores there are is no secret: their codes stand on every receipt, and goods come back to any of them.
    """
    store = stores.get(code)
    if store is None:
        raise StoreUnknown(store=code)
    if caller.store_ids and store.id not in caller.store_ids:
        raise StoreNotOfKey(store=code)
    return store


def sale_name(caller: KeySeen, said: Return, stores: dict[str, StoreSeen]) -> SaleName:
    """The sale that a return names. It may be of any store of the chain: people bring goods back where they are."""
    named = said.sale
    store = stores.get(named.store)
    if store is None:
        raise StoreUnknown(store=named.store)
    return SaleName(caller.name, store.id, named.till, named.business_date, named.number)


class MeanwhileChanged(Exception):
    """Somebody changed what this work has read, before it could lock it: it is done again."""


def settled(work: Callable[[], Done], days: Iterable[date] = ()) -> Done:
    """Do the work in one transaction. Somebody who recorded the same receipt meanwhile, a month that has no place yet,
    or a deadlock that was broken at our cost is no failure: the work is done again, and finds what is there."""
    for tried in range(1, TRIES + 1):
        try:
            with transaction.atomic():
                return work()
        except IntegrityError as error:
            if receipts.month_missing(error):
                receipts.ensure_months(days)
            elif not receipts.identity_taken(error) or tried == TRIES:
                raise
        except (MeanwhileChanged, AccountMerged):
            if tried == TRIES:
                raise
        except OperationalError as error:
            if not gave_way(error) or tried >= TRIES_AFTER_GIVING_WAY or connection.in_atomic_block:
                raise
    raise AssertionError("a month that was made is there")


def conflict_of(kind: ConflictKind, placed: Placed, receipt_id: int | None, member: int | None) -> NewConflict:
    """What a person has to look at. The till's words without the member's: a phone has no place in a list."""
    said = asdict(placed.said)
    said.pop("member", None)
    said.pop("proof", None)
    if isinstance(placed.said, Sale):
        said["lines"] = [line._asdict() for line in placed.said.lines]
    return NewConflict(
        kind=kind,
        store_id=placed.store.id,
        source=placed.key.source,
        digest=placed.digest,
        body=json.loads(json.dumps(said, default=str)),
        receipt_id=receipt_id,
        member_id=member,
    )


def conflict_of_parked(kind: ConflictKind, back: ParkedReturn, refusal: HuitouError) -> NewConflict:
    """What a person has to look at of a return that waited: why it cannot take effect."""
    return NewConflict(
        kind=kind,
        store_id=back.sale.store_id,
        source=back.sale.source,
        digest=f"return {back.receipt_id}",
        body={"sale": back.sale.number, "code": refusal.code, "says": str(refusal)},
        receipt_id=back.receipt_id,
    )
