"""When somebody has to be looked at again though nothing happens: a day leaves a window, a birthday comes, a span ends.

It is asked of everybody at once, and for all trees together. A look too many does no harm and one too few would: so a
day counts as soon as any window could hold it, whatever was bought on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date, timedelta

from huitou.members.terms import LOST_TIMES, NEW_DAYS, RISK_DAYS_A_MONTH
from huitou.segments.rules.goods import quoted
from huitou.segments.rules.leaves.attribute import Attribute
from huitou.segments.rules.leaves.birthday import Birthday
from huitou.segments.rules.leaves.bought import HasBought
from huitou.segments.rules.leaves.sequence import Followed
from huitou.segments.rules.leaves.spent import Spent
from huitou.segments.rules.leaves.standing import HasStage, HasTier, IsStaff
from huitou.segments.rules.leaves.tag import HasTag, last_day_sql, taste_sql
from huitou.segments.rules.membership import leaves
from huitou.segments.terms import Events, Leaf, Moment, Node, Purchases, Step, Window


@dataclass(frozen=True, slots=True)
class Asked:
    """What of some trees depends on time: windows as (days, up to so many days ago), spans of sequences in days, and
    what is asked of the person."""

    windows: frozenset[tuple[int | None, int]]
    spans: frozenset[int]
    birthdays: frozenset[tuple[int, int]]
    age: bool
    stage: bool
    tier: bool
    staff: bool
    tags: frozenset[HasTag]
    bought: bool
    did: bool
    back_days: int | None
    """So many days back purchases are asked about; None: for ever."""


def asked_of(trees: Iterable[Node]) -> Asked:
    """Of trees whose references are resolved."""
    every = [leaf for tree in trees for _, leaf in leaves(tree)]
    values = [value for leaf in every for value in _values(leaf)]
    windows = {(one.last_days, one.ago_days or 0) for one in values if isinstance(one, Window)}
    return Asked(
        windows=frozenset(one for one in windows if one != (None, 0)),
        spans=frozenset(int(leaf.within_days) for leaf in every if isinstance(leaf, Followed)),
        birthdays=frozenset(
            (leaf.from_days, leaf.to_days)
            for leaf in every
            if isinstance(leaf, Birthday) and leaf.from_days is not None and leaf.to_days is not None
        ),
        age=any(isinstance(leaf, Attribute) and leaf.of == "age" for leaf in every),
        stage=any(isinstance(leaf, HasStage) for leaf in every),
        tier=any(isinstance(leaf, HasTier) for leaf in every),
        staff=any(isinstance(leaf, IsStaff) for leaf in every),
        tags=frozenset(leaf for leaf in every if isinstance(leaf, HasTag)),
        bought=any(isinstance(one, Purchases) for one in values),
        did=any(isinstance(one, Events) for one in values),
        back_days=_back(every),
    )


def _values(leaf: Leaf) -> Iterator[object]:
    for field in fields(leaf):  # type: ignore[arg-type]
        value = getattr(leaf, field.name)
        if isinstance(value, Step):
            yield value.bought
            yield value.did
        else:
            yield value


def _back(every: Iterable[Leaf]) -> int | None:
    furthest = 0
    for leaf in every:
        if any(isinstance(value, Purchases) for value in _values(leaf)):
            bounded = isinstance(leaf, HasBought | Spent | Followed) and leaf.window.last_days is not None
            if not bounded:
                return None
            furthest = max(furthest, leaf.window.last_days + (leaf.window.ago_days or 0))  # type: ignore[attr-defined]
    return furthest


def first_day(asked: Asked, moment: Moment) -> date | None:
    """Purchases before this day change nothing; None: every one may."""
    if asked.back_days is None:
        return None
    # A day more, since stores have not all the same day.
    return _earliest(moment) - timedelta(days=asked.back_days + 1)


def _earliest(moment: Moment) -> date:
    return min([moment.today, *(store.today for store in moment.stores.values())])


def days_sql(asked: Asked, moment: Moment) -> str:
    """(member_id, day): the first day that begins later somewhere, and on which somebody may be in another segment."""
    today = _earliest(moment)
    parts = [f"SELECT member_id, {_of_person(asked, moment, today)} AS day FROM people"]
    if asked.bought:
        parts += [_of_rows("visits", "business_date", window, today) for window in _ends(asked)]
    if asked.did:
        parts += [_of_rows("events", "day", window, today) for window in _ends(asked)]
    for leaf in sorted(asked.tags, key=repr):
        known = moment.tags.get(leaf.tag)
        if known is not None and not known.category:
            faded = last_day_sql("strength", "as_of", leaf.lasts(known))
            days = f"[since, until + 1, if(ongoing, NULL, {faded} + 1)]"
            said = f"list_min(list_filter({days}, lambda one: one > DATE '{today}'))"
            parts.append(f"SELECT member_id, {said} AS day FROM tagged WHERE tag = {quoted(leaf.tag)}")
    return (
        f"SELECT member_id, min(day) AS day FROM ({' UNION ALL '.join(parts)}) WHERE day IS NOT NULL GROUP BY member_id"
    )


def _ends(asked: Asked) -> list[int]:
    """After how many days a day enters a window or leaves one; 0: when it comes, where it lies ahead."""
    found = {0}
    for last, ago in asked.windows:
        found |= {ago, ago + last} if last is not None else {ago}
    return sorted(found)


def _of_rows(table: str, day: str, later: int, today: date) -> str:
    return (
        f"SELECT member_id, min({day}) + {later} AS day FROM {table} "
        f"WHERE member_id IS NOT NULL AND {day} > DATE '{today}' - {later} GROUP BY member_id"
    )


def _of_person(asked: Asked, moment: Moment, today: date) -> str:
    """SQL of the first such day of a row of people, or NULL."""
    days: list[str] = []
    if asked.age or asked.birthdays:
        years = range(today.year - 1, today.year + 3)
        kept = [
            f"make_date({year}, month_day // 100, CASE month_day WHEN 229 THEN 28 ELSE month_day % 100 END)"
            for year in years
        ]
        # Of 29 February both days are looked at.
        offsets = {0, 1} if asked.age else set()
        for first, last in asked.birthdays:
            offsets |= {-last, 1 - last, 1 - first, 2 - first}
        days += [f"{one} + ({offset})" for one in kept for offset in sorted(offsets)]
    if asked.tier:
        days += ["tier_since", "tier_until + 1"]
    if asked.staff:
        days += ["staff_since", "staff_until + 1"]
    days += [f"joined_on + {later}" for later in _ends(asked)]
    if asked.stage:
        months = int(moment.dormant_months)
        days += [f"first_purchase_on + {NEW_DAYS}", f"last_purchase_on + {RISK_DAYS_A_MONTH * months + 1}"]
        # A month ends on different days: looked at on each on which it may.
        days += [
            f"(last_purchase_on + INTERVAL {times * months} MONTH)::DATE + {after}"
            for times in (1, LOST_TIMES)
            for after in range(5)
        ]
        days += [f"(came_back_on + INTERVAL {months} MONTH)::DATE + {after}" for after in range(5)]
    for leaf in sorted(asked.tags, key=repr):
        known = moment.tags.get(leaf.tag)
        if known is not None and known.category:
            days += ["last_purchase_on", last_day_sql(taste_sql(known.category), "last_purchase_on", leaf.lasts(known))]
            days[-1] = f"({days[-1]}) + 1"
    return f"list_min(list_filter([{', '.join(days)}], lambda one: one > DATE '{today}'))"


def moments_sql(asked: Asked, moment: Moment) -> str:
    """(member_id, begins): the first moment, in UTC, at which a span ends or what a fast clock recorded has come."""
    now = f"TIMESTAMP '{moment.at:%Y-%m-%d %H:%M:%S.%f}'"
    parts = []
    for table, wanted, day in (("lines", asked.bought, "business_date"), ("events", asked.did, "day")):
        for span in sorted({0, *asked.spans}) if wanted else ():
            recent = f"{day} >= DATE '{_earliest(moment)}' - {span + 1}"
            parts.append(
                f"SELECT member_id, min(at_utc) + INTERVAL {span} DAY AS begins FROM {table} "
                f"WHERE member_id IS NOT NULL AND {recent} AND at_utc + INTERVAL {span} DAY > {now} GROUP BY member_id"
            )
    if not parts:
        return "SELECT 0::BIGINT AS member_id, TIMESTAMP '1970-01-01' AS begins WHERE false"
    return f"SELECT member_id, min(begins) AS begins FROM ({' UNION ALL '.join(parts)}) GROUP BY member_id"
