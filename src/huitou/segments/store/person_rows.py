"""One member's history out of the views, for the pure evaluator."""

from __future__ import annotations

from typing import Any

import duckdb

from huitou.segments.terms import Bought, Did, Person, Tagged

CHANNELS = ("sms", "email", "wechat", "phone")
_PLAIN = (
    "member_id, joined_on, home_store_id, birthday, month_day, sex, household_size, household_members, "
    "latitude_milli, longitude_milli, layer, recency, frequency, monetary, loyalty, first_purchase_on, "
    "last_purchase_on, came_back_on, tier, tier_since, tier_until, staff_since, staff_until"
)
_BOUGHT = (
    "receipt_id, kind, store_id, channel, at_utc, at_local, business_date, coalesce(sku, ''), coalesce(category, ''), "
    "coalesce(brand, ''), quantity_milli, net_fen"
)


def person(session: duckdb.DuckDBPyConnection, member_id: int) -> Person | None:
    """None: nobody has this number."""
    rows = session.execute(f"SELECT {_PLAIN} FROM people WHERE member_id = ?", [member_id]).fetchall()
    if not rows:
        return None
    plain = dict(zip(_PLAIN.split(", "), rows[0], strict=True))
    ((likes, *flags),) = session.execute(
        f"SELECT likes, {', '.join(f'noted_{one}, has_{one}' for one in CHANNELS)} FROM people WHERE member_id = ?",
        [member_id],
    ).fetchall()
    noted = {one: flags[2 * place] for place, one in enumerate(CHANNELS) if flags[2 * place] is not None}
    return Person(
        **plain,
        likes={like["category"]: like["share"] for like in likes or ()},
        noted=noted,
        addresses=frozenset(one for place, one in enumerate(CHANNELS) if flags[2 * place + 1]),
        tags=_rows(session, Tagged, "tag, since, until, strength, as_of, ongoing", "tagged", member_id),
        bought=_rows(session, Bought, _BOUGHT, "lines LEFT JOIN products USING (sku)", member_id),
        did=_rows(session, Did, "kind, store_id, at_utc, day", "events", member_id),
    )


def _rows(session: duckdb.DuckDBPyConnection, noun: Any, columns: str, of: str, member_id: int) -> tuple[Any, ...]:
    rows = session.execute(f"SELECT {columns} FROM {of} WHERE member_id = ? ORDER BY ALL", [member_id]).fetchall()
    return tuple(noun(*row) for row in rows)
