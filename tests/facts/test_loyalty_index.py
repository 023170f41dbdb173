"""The loyalty index: a table that a person can check, and SQL and the refresh's queries that say the same."""

from __future__ import annotations

import random
from datetime import date, timedelta

import duckdb
import pytest

from huitou.insight.rules.loyalty_index import indexed_sql, loyalty_index, with_loyalty_sql
from huitou.insight.rules.preferences import PREFERRED
from huitou.insight.rules.rfm import per_member_sql

AS_OF = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("first", "months", "categories", "monetary", "parts", "because"),
    [
        (date(2023, 11, 21), 12, 8, 5, (100, 100, 100, 100, 100), "every month for three years, all over the shop"),
        (date(2023, 11, 22), 12, 20, 5, (100, 100, 100, 100, 100), "1,094 days of 1,095 round to 100; 20 of 8 is all"),
        (date(2026, 11, 20), 1, 1, 1, (33, 0, 13, 0, 16), "a first purchase today: one month of at least three"),
        (date(2026, 10, 1), 2, 4, 3, (67, 5, 50, 50, 48), "two months of three; half the shop; the middle fifth"),
        (date(2025, 12, 1), 6, 4, 3, (50, 32, 50, 50, 46), "half of twelve months, since 354 days"),
        (date(2020, 1, 1), 0, 0, 1, (0, 100, 0, 0, 20), "gone for a year: of old times the tenure is left"),
    ],
)
def test_parts_and_index(first, months, categories, monetary, parts, because):
    found = loyalty_index(
        as_of=AS_OF, first_purchase_on=first, months_bought=months, categories=categories, monetary_score=monetary
    )
    assert (found.repeat, found.tenure, found.breadth, found.wallet, found.index) == parts, because


def test_sql_says_the_same():
    chance = random.Random(5)
    rows = [
        (AS_OF - timedelta(days=chance.randrange(0, 1500)), chance.randrange(13), chance.randrange(12),
         chance.randrange(1, 6))
        for _ in range(500)
    ]  # fmt: skip
    with duckdb.connect() as session:
        session.execute(
            "CREATE TABLE known (first_purchase_on DATE, months_bought SMALLINT, categories_bought SMALLINT, "
            "monetary_score SMALLINT)"
        )
        session.executemany("INSERT INTO known VALUES (?, ?, ?, ?)", rows)
        asked = f"SELECT * EXCLUDE (loyalty), loyalty FROM ({indexed_sql(AS_OF, 'FROM known')})"
        for first, months, categories, monetary, *parts in session.sql(asked).fetchall():
            one = loyalty_index(
                as_of=AS_OF, first_purchase_on=first, months_bought=months, categories=categories,
                monetary_score=monetary,
            )  # fmt: skip
            assert tuple(parts) == (one.repeat, one.tenure, one.breadth, one.wallet, one.index), (first, months)


def test_months_and_categories_are_what_the_days_say():
    chance = random.Random(9)
    visits, tastes = [], {}
    for number in range(600):
        member, on = chance.randrange(1, 7), AS_OF - timedelta(days=chance.randrange(0, 500))
        kind = chance.choice(["sale", "sale", "sale", "return"])
        visits.append((number, on, member, kind, 100))
        key = (on.replace(day=1), member, f"{chance.choice('abcdefgh')}/{chance.choice('xy')}")
        tastes[key] = tastes.get(key, 0) + (100 if kind == "sale" else -100)
    with duckdb.connect() as session:
        session.execute("CREATE TABLE visits (receipt_id BIGINT, business_date DATE, member_id BIGINT, kind VARCHAR, "
                        "net_fen BIGINT)")  # fmt: skip
        session.executemany("INSERT INTO visits VALUES (?, ?, ?, ?, ?)", visits)
        session.execute("CREATE TABLE tastes (month_on DATE, member_id BIGINT, category VARCHAR, net_fen BIGINT)")
        session.executemany("INSERT INTO tastes VALUES (?, ?, ?, ?)", [(*key, fen) for key, fen in tastes.items()])
        day = f"DATE '{AS_OF}'"
        months = session.sql(f"SELECT member_id, months_bought FROM ({per_member_sql(3).replace('$as_of', day)})")
        counted = session.sql(f"SELECT member_id, categories_bought FROM ({PREFERRED.replace('$as_of', day)})")
        year, first_month = AS_OF - timedelta(days=365), date(2025, 12, 1)
        assert dict(months.fetchall()) == {
            member: len({(on.year, on.month) for _, on, of, kind, _ in visits
                         if of == member and kind == "sale" and on > year and on >= first_month})
            for member in range(1, 7)
        }  # fmt: skip
        assert dict(counted.fetchall()) == {
            member: len({category.split("/")[0] for (month, of, category), fen in tastes.items()
                         if of == member and fen > 0 and month >= first_month})
            for member in range(1, 7)
        }  # fmt: skip


def test_what_is_written_down_has_the_index_and_none_of_its_parts():
    with duckdb.connect() as session:
        source = (
            "SELECT 7 AS member_id, DATE '2025-11-20' AS first_purchase_on, 6 AS months_bought, "
            "4 AS categories_bought, 3 AS monetary_score"
        )
        found = session.sql(with_loyalty_sql(date(2026, 11, 20), source))
        assert (found.columns[-1], found.columns.count("repeat")) == ("loyalty", 0)
        ((*_, index),) = found.fetchall()
    assert (
        index
        == loyalty_index(
            as_of=date(2026, 11, 20),
            first_purchase_on=date(2025, 11, 20),
            months_bought=6,
            categories=4,
            monetary_score=3,
        ).index
    )
