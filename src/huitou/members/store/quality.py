"""How complete and how single the members are, by the source that told of them last: one pass over each table."""

from __future__ import annotations

from django.db import connection

from huitou.kernel.measured import Measured

ABOUT = "members"

# Who was erased has no number left and counts nowhere.
_QUERY = """
WITH shared AS (
    SELECT blind_index FROM members_identity WHERE kind = 'phone'
    GROUP BY blind_index HAVING count(DISTINCT member_id) > 1
), known_by AS (
    SELECT i.member_id, bool_or(i.kind = 'phone') AS phone, coalesce(bool_or(i.verified AND i.kind = 'phone'), false)
           AS verified, bool_or(s.blind_index IS NOT NULL) AS shares
    FROM members_identity i LEFT JOIN shared s ON i.kind = 'phone' AND s.blind_index = i.blind_index GROUP BY 1
), people AS (
    SELECT coalesce(p.source, '') AS source, m.name, m.birthday, m.home_store_id, p.birthday_month_day, p.email_index,
           p.address_index, p.sex, k.*,
           count(*) FILTER (WHERE m.name <> '' AND m.birthday IS NOT NULL) OVER (PARTITION BY m.name, m.birthday)
           AS alike
    FROM members_member m JOIN known_by k ON k.member_id = m.id LEFT JOIN members_profile p ON p.member_id = m.id
)
SELECT source, count(*), count(*) FILTER (WHERE name <> ''), count(*) FILTER (WHERE phone),
       count(*) FILTER (WHERE verified),
       count(*) FILTER (WHERE birthday IS NOT NULL OR birthday_month_day IS NOT NULL),
       count(*) FILTER (WHERE sex <> ''), count(*) FILTER (WHERE home_store_id IS NOT NULL),
       count(*) FILTER (WHERE email_index IS NOT NULL), count(*) FILTER (WHERE address_index IS NOT NULL),
       count(*) FILTER (WHERE NOT shares), count(*) FILTER (WHERE alike <= 1)
FROM people GROUP BY source ORDER BY source
"""
MEASURES = (
    *("name", "phone", "verified_phone", "birthday", "sex", "home_store", "email", "address"),
    *("phone_of_one", "person_once"),
)


def measured() -> list[Measured]:
    with connection.cursor() as cursor:
        cursor.execute(_QUERY)
        return [
            Measured(ABOUT, source, measure, of, good)
            for source, of, *counts in cursor.fetchall()
            for measure, good in zip(MEASURES, counts, strict=True)
        ]
