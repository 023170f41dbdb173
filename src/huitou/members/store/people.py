"""Everybody as conditions ask about them: one row a member, read in one go, and their events."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from itertools import chain

import pyarrow as pa
from django.db import connection

from huitou.bulk import service as bulk
from huitou.kernel.ids import MemberId

_TEXT, _DAY, _SMALL, _FLAG = pa.string(), pa.date32(), pa.int32(), pa.bool_()
PEOPLE = pa.schema(
    [
        ("member_id", pa.int64()),
        ("joined_on", _DAY),
        ("home_store_id", _SMALL),
        ("birthday", _DAY),
        ("month_day", _SMALL),
        ("sex", _TEXT),
        ("household_size", _SMALL),
        ("household_members", _SMALL),
        ("latitude_milli", _SMALL),
        ("longitude_milli", _SMALL),
        ("layer", _TEXT),
        ("recency", _SMALL),
        ("frequency", _SMALL),
        ("monetary", _SMALL),
        ("loyalty", _SMALL),
        ("first_purchase_on", _DAY),
        ("last_purchase_on", _DAY),
        ("came_back_on", _DAY),
        ("categories", _TEXT),
        ("category_shares", _TEXT),
        ("tier", _TEXT),
        ("tier_since", _DAY),
        ("tier_until", _DAY),
        ("staff_since", _DAY),
        ("staff_until", _DAY),
        ("noted_sms", _FLAG),
        ("noted_email", _FLAG),
        ("noted_wechat", _FLAG),
        ("noted_phone", _FLAG),
        ("has_sms", _FLAG),
        ("has_email", _FLAG),
        ("has_wechat", _FLAG),
        ("has_phone", _FLAG),
    ]
)
# Whoever was erased has no identity left and is nobody; the row stays for the books.
_PEOPLE = """
SELECT m.id, m.joined_on, m.home_store_id, m.birthday,
    coalesce(extract(month FROM m.birthday) * 100 + extract(day FROM m.birthday), p.birthday_month_day)::integer,
    coalesce(p.sex, ''), p.household_size, h.people,
    (split_part(p.lives_at, ',', 1)::numeric * 1000)::integer,
    (split_part(p.lives_at, ',', 2)::numeric * 1000)::integer,
    coalesce(f.layer, ''), f.recency_score, f.frequency_score,
    f.monetary_score, f.loyalty, f.first_purchase_on, f.last_purchase_on, f.came_back_on,
    array_to_json(f.categories)::text, array_to_json(f.category_shares)::text,
    coalesce(t.tier, ''), t.since, t.until, w.since, w.until,
    coalesce(c.sms, (p.consents_noted ->> 'sms')::boolean), coalesce(c.email, (p.consents_noted ->> 'email')::boolean),
    coalesce(c.wechat, (p.consents_noted ->> 'wechat')::boolean),
    coalesce(c.phone, (p.consents_noted ->> 'phone')::boolean),
    i.has_phone, p.email_sealed IS NOT NULL, i.has_wechat, i.has_phone
FROM members_member m
JOIN (SELECT member_id, bool_or(kind = 'phone') AS has_phone, bool_or(kind = 'openid') AS has_wechat
      FROM members_identity WHERE {of} GROUP BY member_id) i ON i.member_id = m.id
LEFT JOIN members_profile p ON p.member_id = m.id
LEFT JOIN members_facts f ON f.member_id = m.id
LEFT JOIN members_tier t ON t.member_id = m.id
LEFT JOIN (SELECT coalesce(p.merged_into_id, p.id) AS member_id, min(s.since) AS since,
        CASE WHEN count(*) = count(s.until) THEN max(s.until) END AS until
    FROM members_staff s JOIN members_member p ON p.id = s.member_id GROUP BY 1) w ON w.member_id = m.id
-- Asked household by household: mostly it is a few members whose rows are wanted.
LEFT JOIN (SELECT member_id, (SELECT count(*) FROM members_householdmember o JOIN members_member a ON a.id = o.member_id
            WHERE o.household_id = l.household_id AND a.merged_into_id IS NULL)::integer AS people
    FROM members_householdmember l WHERE {of}) h ON h.member_id = m.id
-- What they said here stands before what another system noted: of a person the newest word, by when it was said.
LEFT JOIN (SELECT person_id, bool_or(given) FILTER (WHERE channel = 'sms') AS sms,
        bool_or(given) FILTER (WHERE channel = 'email') AS email,
        bool_or(given) FILTER (WHERE channel = 'wechat') AS wechat,
        bool_or(given) FILTER (WHERE channel = 'phone') AS phone
    FROM (SELECT DISTINCT ON (1, 2) coalesce(p.merged_into_id, p.id) AS person_id, s.channel, s.given
        FROM members_consent s JOIN members_member p ON p.id = s.member_id
        WHERE s.channel <> '' AND s.undone_at IS NULL AND ({of_persons})
        ORDER BY 1, 2, s.at DESC, s.id DESC) newest GROUP BY 1) c ON c.person_id = m.id
"""
EVENTS = pa.schema(
    [
        ("member_id", pa.int64()),
        ("kind", _TEXT),
        ("store_id", _SMALL),
        ("at_utc", pa.timestamp("us")),
        ("day", _DAY),
    ]
)
_ON_DAY = """(e.at AT TIME ZONE coalesce(nullif(s.zone, ''), {zone})
        - make_interval(hours => coalesce(s.day_starts_at, 0)))::date"""
_OF_MEMBERS = "FROM members_event e LEFT JOIN catalogue_store s ON s.id = e.store_id WHERE e.member_id IS NOT NULL"
_EVENTS = f"""
SELECT e.member_id, e.kind, e.store_id, e.at AT TIME ZONE 'UTC', {_ON_DAY}
{_OF_MEMBERS} AND {{of}}
"""
STEPS = pa.schema([*EVENTS, ("channel", _TEXT), ("reason", _TEXT)])
# A channel is told as receipts tell theirs; any other word is none.
_STEPS = f"""
SELECT member_id, kind, store_id, at_utc, day,
    CASE WHEN channel ~ '^[a-z][a-z0-9_]{{{{0,19}}}}$' THEN channel ELSE '' END, left(reason, 60)
FROM (
    SELECT e.member_id, e.kind, e.store_id, e.at AT TIME ZONE 'UTC' AS at_utc, {_ON_DAY} AS day,
        coalesce(e.body ->> 'channel', '') AS channel, coalesce(e.body ->> 'reason', '') AS reason
    {_OF_MEMBERS} AND e.kind IN ({{kinds}})
        AND e.at >= DATE '{{first}}' - INTERVAL '2 days' AND e.at < DATE '{{last}}' + INTERVAL '3 days'
) e WHERE day BETWEEN DATE '{{first}}' AND DATE '{{last}}' AND {{at}}
"""


def everybody(only: MemberId | None = None) -> Iterable[pa.Table]:
    """Rows of PEOPLE, of everybody or of one member."""
    return chain([PEOPLE.empty_table()], bulk.copy_out(people_query(_only(only)), PEOPLE))


def events(zone: str, only: MemberId | None = None) -> Iterable[pa.Table]:
    """Rows of EVENTS; days by the clock of the store, or of the chain's `zone` where there is none."""
    return chain([EVENTS.empty_table()], bulk.copy_out(events_query(zone, _only(only)), EVENTS))


def steps(
    zone: str, kinds: Sequence[str], first: date, last: date, stores: Collection[int] | None
) -> Iterable[pa.Table]:
    """Rows of STEPS: events of these kinds, days and stores (None: of all, and of none) with what they tell of their
    channel and a reason."""
    query = _STEPS.format(
        zone=_text(zone), kinds=", ".join(_text(kind) for kind in kinds), first=first, last=last,
        at="true" if stores is None else f"store_id = ANY (ARRAY[{', '.join(str(int(one)) for one in stores)}]::int[])",
    )  # fmt: skip
    return chain([STEPS.empty_table()], bulk.copy_out(query, STEPS))


def some(ids: Sequence[int]) -> Iterable[pa.Table]:
    """Rows of PEOPLE of these members."""
    return chain([PEOPLE.empty_table()], bulk.copy_out(people_query(among(ids)), PEOPLE))


def events_of_some(zone: str, ids: Sequence[int]) -> Iterable[pa.Table]:
    """Rows of EVENTS of these members."""
    return chain([EVENTS.empty_table()], bulk.copy_out(events_query(zone, among(ids)), EVENTS))


def among(ids: Sequence[int]) -> str:
    """A condition that lets these members through."""
    return "{member} = ANY (ARRAY[" + ", ".join(str(int(one)) for one in ids) + "]::bigint[])"


def people_query(of: str) -> str:
    """SQL of PEOPLE, of the members whom the condition lets through, which names them {member}."""
    # Whoever is a part of them says it for them, too; each half finds its rows by an index.
    persons = f"{of.format(member='p.id')} OR {of.format(member='p.merged_into_id')}"
    return _PEOPLE.format(of=of.format(member="member_id"), of_persons=persons)


def events_query(zone: str, of: str) -> str:
    """SQL of EVENTS in the same way."""
    return _EVENTS.format(zone=_text(zone), of=of.format(member="e.member_id"))


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _only(member: MemberId | None) -> str:
    return "true" if member is None else f"{{member}} = {int(member)}"


def clocks() -> str:
    """Names by which clocks the stores live: days of events depend on it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT md5(coalesce(string_agg(concat_ws(' ', id, zone, day_starts_at), ',' ORDER BY id), '')) "
            "FROM catalogue_store"
        )
        return str(cursor.fetchone()[0])
