"""Scene tags: by which rule a member is taken for a homemaker, an office worker, a senior, a young parent.

Each rule is a share that anybody can count again on the receipts, with a least number of trips below which nothing is
said. Trips are sales on Mondays to Fridays in the 52 weeks up to the day, by the clock of the store; babies' goods are
looked for in 26 weeks on all days. Strength: of n trips k fit: 100 (k + 1) / (n + 2), so that few trips say little.
How often the rules are right is measured by `python -m benchmarks scene_tags`, see docs/tags.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from huitou.kernel.errors import N_
from huitou.segments.rules.leaves.attribute import age_sql

DAYS, BABY_DAYS = 364, 182
LEAST_TRIPS = 4
SENIOR_AGE = 60
BABY_GOODS = "纸尿裤|尿不湿|婴(幼)?儿奶粉|辅食|diaper|napp(y|ies)|infant formula|baby food"
"""A category whose path holds one of these words. Wipes and creams for babies are bought by everybody."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A rule: what it is called, what it goes by, and SQL of (member_id, strength, says, matching, trips, days)."""

    title: str
    goes_by: str
    sql: str
    why_open: str = ""
    """Why nobody has to agree to it, where one may ask."""


_TRIPS = f"trips >= {LEAST_TRIPS}"
_NO_SENIOR = f"coalesce(age < {SENIOR_AGE}, true)"


def _share(says: str, fitting: str) -> str:
    """SQL columns of a share of the trips on working days."""
    strength = f"(100 * ({fitting} + 1) // (trips + 2))::SMALLINT AS strength"
    return f"member_id, {strength}, '{says}' AS says, {fitting} AS matching, trips, {DAYS} AS days"


_AGE = "member_id, 100::SMALLINT AS strength, 'age' AS says, age AS matching, NULL::BIGINT AS trips, 0 AS days"
_FOR_BABIES = (
    "member_id, (100 * babies // (babies + 1))::SMALLINT AS strength, 'for_babies' AS says, babies AS matching, "
    f"all_trips AS trips, {BABY_DAYS} AS days"
)
SCENES: Mapping[str, Scene] = {
    "homemaker": Scene(
        N_("homemaker"),
        N_(
            "At least 4 trips on working days, 60 % of them between 8 and 17 o'clock and less than half before 11; "
            "younger than 60 and not alone at home, as far as they told."
        ),
        f"SELECT {_share('any_hour', 'daytime')} FROM habits WHERE {_TRIPS} AND 10 * daytime >= 6 * trips "
        f"AND 2 * early < trips AND {_NO_SENIOR} AND coalesce(household_size > 1, true)",
    ),
    "office_worker": Scene(
        N_("office worker"),
        N_("At least 4 trips on working days, half of them between 17 and 21 o'clock."),
        f"SELECT {_share('after_work', 'evening')} FROM habits "
        f"WHERE {_TRIPS} AND 2 * evening >= trips AND {_NO_SENIOR}",
    ),
    "senior": Scene(
        N_("senior"),
        N_(
            "60 years old by the birthday they told; who told none: at least 4 trips on working days, half of them "
            "before 11 o'clock."
        ),
        f"SELECT {_AGE} FROM habits WHERE age >= {SENIOR_AGE} UNION ALL "
        f"SELECT {_share('early', 'early')} FROM habits WHERE age IS NULL AND {_TRIPS} AND 2 * early >= trips",
    ),
    "young_parent": Scene(
        N_("young parent"),
        N_(
            "Nappies, baby formula or baby food on at least one trip of the last 26 weeks; 1 trip is a strength of 50, "
            "2 are 66, 3 are 75."
        ),
        f"SELECT {_FOR_BABIES} FROM habits WHERE babies >= 1",
        N_(
            "It says what somebody bought, and nothing that anybody told of a child: neither its name nor its age. "
            "Where your counsel sees a child's data in it, mark it as sensitive, about minors: then only members who "
            "agreed bear it, and few see who."
        ),
    ),
}


def habits_sql(day: date) -> str:
    """SQL of a row a member over `lines` (of the lake) and `people`: trips by hour and for babies, age, household."""
    until = f"business_date <= DATE '{day}' AND kind = 'sale' AND member_id IS NOT NULL"
    return f"""
WITH trips AS (
    SELECT member_id, count(*) AS trips, count(*) FILTER (hour(at_local) < 11) AS early,
        count(*) FILTER (hour(at_local) BETWEEN 8 AND 16) AS daytime,
        count(*) FILTER (hour(at_local) BETWEEN 17 AND 20) AS evening
    FROM lines WHERE line = 1 AND business_date > DATE '{day}' - {DAYS} AND {until} AND isodow(business_date) < 6
    GROUP BY member_id
), babies AS (
    SELECT member_id, count(DISTINCT receipt_id) AS babies FROM lines
    WHERE business_date > DATE '{day}' - {BABY_DAYS} AND {until}
        AND category IN (SELECT category FROM (SELECT DISTINCT category FROM lines
            WHERE business_date > DATE '{day}' - {BABY_DAYS}) WHERE regexp_matches(category, '{BABY_GOODS}', 'i'))
    GROUP BY member_id
), all_trips AS (
    SELECT member_id, count(*) AS all_trips FROM lines
    WHERE line = 1 AND business_date > DATE '{day}' - {BABY_DAYS} AND {until} GROUP BY member_id
)
SELECT member_id, coalesce(trips, 0) AS trips, coalesce(early, 0) AS early, coalesce(daytime, 0) AS daytime,
    coalesce(evening, 0) AS evening, coalesce(babies, 0) AS babies, coalesce(all_trips, 0) AS all_trips,
    {age_sql(day)} AS age, household_size
FROM people LEFT JOIN trips USING (member_id) LEFT JOIN babies USING (member_id) LEFT JOIN all_trips USING (member_id)
"""
