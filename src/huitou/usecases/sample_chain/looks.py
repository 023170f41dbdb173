"""What some members did in the mini program before they bought, and on days on which they did not: views and baskets of
the newest four weeks, beside the receipts that stand in the lake already. Nothing else is drawn from it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.db import transaction

from huitou.lake import service as lake
from huitou.members import service as members
from huitou.members.terms import NewEvent
from huitou.usecases.sample_chain.draws import between, one_of, uniform
from huitou.usecases.sample_chain.terms import SampleChain

SOURCE, CHANNEL = "sample-chain", "mini_program"
DAYS, MOST = 28, 600
"""Of so many days so many purchases at most."""
TELLS, WITHOUT_BASKET = 0.85, 0.1
"""The part of purchases whose way there is told, and the part of these without a basket."""
LOOKS_ELSEWHERE, PUTS_ELSEWHERE, GIVES_REASON = 0.9, 0.4, 0.4
"""The same member looks on an earlier day too; puts something into a basket then; and leaves it for a reason."""
REASONS = ("delivery_fee", "sold_out", "no_slot")


def lay_looks(chain: SampleChain) -> int:
    """Record them, as of the same chain always the same; how many are new."""
    bought = _bought(chain)
    with transaction.atomic():
        return sum(members.record_event(event, member) for row in bought for member, event in _told(*row))


def _bought(chain: SampleChain) -> list[tuple]:
    def draw(salt: int) -> str:
        return uniform(chain.seed, "epoch_us(at_utc)", "store_id", salt)

    keys = (chain.seed, "epoch_us(at_utc)", "store_id")
    query = f"""
SELECT member_id, store_id, at_utc, {draw(301)} < {WITHOUT_BASKET}, {draw(302)} < {LOOKS_ELSEWHERE},
       {draw(303)} < {PUTS_ELSEWHERE}, {draw(304)} < {GIVES_REASON}, {one_of(REASONS, *keys, 305)},
       {between(2, 9, *keys, 306)}, {between(1, 30, *keys, 307)}
FROM (SELECT receipt_id, any_value(member_id) AS member_id, any_value(store_id) AS store_id, min(at_utc) AS at_utc
      FROM lines WHERE kind = 'sale' AND channel = '{CHANNEL}' AND member_id IS NOT NULL
        AND business_date > DATE '{chain.last_day - timedelta(days=DAYS)}' GROUP BY receipt_id)
WHERE {draw(300)} < {TELLS} ORDER BY at_utc DESC, store_id, member_id LIMIT {MOST}"""
    with lake.open_session() as session:
        return session.sql(query).fetchall()


def _told(
    member: int, store: int, paid_at: datetime, straight: bool, elsewhere: bool, puts: bool, tells: bool, reason: str,
    days: int, minutes: int,
) -> Iterator[tuple[int, NewEvent]]:  # fmt: skip
    key = f"{member}-{paid_at:%Y%m%dT%H%M%S%f}"

    def event(kind: str, at: datetime, **detail: str) -> tuple[int, NewEvent]:
        name = f"{key}-{kind}-{at:%Y%m%dT%H%M%S%f}"
        at_utc = at.replace(tzinfo=UTC)
        return member, NewEvent(SOURCE, name, kind, None, store, at_utc, {"channel": CHANNEL, **detail})

    yield event("view", paid_at - timedelta(minutes=minutes + 2))
    if not straight:
        yield event("basket", paid_at - timedelta(minutes=1))
    if elsewhere:
        before = paid_at - timedelta(days=days)
        yield event("view", before)
        if puts:
            yield event("basket", before + timedelta(minutes=minutes), **({"reason": reason} if tells else {}))
