"""Events of the kind `prompt`: who answered what when, and how often."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from huitou.bulk.trip import Answer, Trip


def ask_answers(trip: Trip, member: int, prompts: Sequence[str], since: datetime) -> Answer:
    """(prompt, when the member answered it last, no later than it was heard here): a till's clock may be years ahead,
    and would let it rest as long."""
    return trip.ask(
        "SELECT body->>'prompt', max(least(at, recorded_at)) FROM members_event WHERE member_id = %s "
        "AND kind = 'prompt' AND at >= %s AND body->>'prompt' = ANY(%s::text[]) GROUP BY 1",
        [member, since, list(prompts)],
    )


def count(since: datetime) -> list[tuple[Any, ...]]:
    """(prompt, store or None, accepted, declined)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT body->>'prompt', store_id, count(*) FILTER (WHERE body->>'outcome' = 'accepted'), "
            "count(*) FILTER (WHERE body->>'outcome' = 'declined') FROM members_event "
            "WHERE kind = 'prompt' AND at >= %s AND body->>'prompt' IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2",
            [since],
        )
        return cursor.fetchall()
