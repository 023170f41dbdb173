"""Sample chains of tests: how they are laid, and what any change to one would move."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from tests.builders import rows

from huitou.lake import service as lake
from huitou.usecases.audit import audit
from huitou.usecases.sample_chain.laying import lay_sample_chain
from huitou.usecases.sample_chain.terms import SampleChain

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SEED = 20261
MEMBERS = 60

Steps = list[tuple[str, int]]
Begin = Callable[[str, int, int], None]


def lay_chain(
    folder: Path,
    *,
    months: int,
    now: datetime = NOW,
    begin: Begin | None = None,
    seed: int = SEED,
    members: int = MEMBERS,
) -> tuple[SampleChain, Steps]:
    """The chain, and the steps that it named unless `begin` hears them."""
    steps: Steps = []
    hear = begin or (lambda step, done, total: steps.append((step, done)))
    return lay_sample_chain(folder, seed=seed, members=members, months=months, now=now, begin=hear), steps


Everything = namedtuple(
    "Everything",
    "members identities profiles receipts net_fen lines balance entries facts products sites gone",
)


def in_books() -> Everything:
    """Counts and sums that any change would move."""
    (found,) = rows(
        "SELECT (SELECT count(*) FROM members_member), (SELECT count(*) FROM members_identity), "
        "(SELECT count(*) FROM members_profile), "
        "(SELECT count(*) FROM receipts_receipt), (SELECT sum(net_fen) FROM receipts_receipt)::bigint, "
        "(SELECT count(*) FROM receipts_line), (SELECT sum(balance) FROM loyalty_account)::bigint, "
        "(SELECT count(*) FROM loyalty_entry), (SELECT count(*) FROM members_facts), "
        "(SELECT count(*) FROM catalogue_product WHERE price_fen > cost_fen), "
        "(SELECT count(*) FROM catalogue_store WHERE latitude IS NOT NULL AND opens_at < closes_at), "
        "(SELECT sum(lines) FROM receipts_monthgone)::bigint"
    )
    return Everything(*found)


def in_lake() -> tuple:
    with lake.open_session() as session:
        return session.sql(
            "SELECT count(*), count(DISTINCT receipt_id), sum(net_fen)::BIGINT, min(business_date), "
            "max(business_date), count(DISTINCT number) FROM lines"
        ).fetchall()[0]


def broken() -> list[str]:
    return [f"{verdict.name} {verdict.first_broken}" for verdict in audit() if verdict.first_broken]
