"""A chain with enough members teaches how its own rows agree; its lists of phones teach too."""

from __future__ import annotations

import random

import duckdb
import pyarrow as pa

from huitou.members.likeness import OF_MEMBERS, compare

PEOPLE = 300
TWICE = 40


def people() -> pa.Table:
    """Of `PEOPLE` the first `TWICE` come again, with another card, as numbers PEOPLE, PEOPLE + 1, ..."""
    draw = random.Random(7)
    rows = [
        {
            "unique_id": number,
            "name": "".join(map(draw.choice, ("王李张刘陈杨黄赵", "伟芳娜敏静磊洋艳", "一二三四五六七八"))),
            "birthday": f"{draw.randint(1950, 2004)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}",
            "month_day": None,
            "sex": draw.choice("fm"),
            "home_store": draw.randint(1, 4),
            "email": None,
            "address": f"road {draw.randint(1, 5000)}",
            "pieces": [draw.randint(1, 10**9) for _ in range(6)],
            "phones": [10**10 + number],
            "near": [10**12 + 12 * number + slip for slip in range(12)],
        }
        for number in range(PEOPLE)
    ]
    rows = [row | {"sound": row["name"], "family": row["name"][0]} for row in rows]
    rows += [row | {"unique_id": PEOPLE + row["unique_id"]} for row in rows[:TWICE]]
    return pa.Table.from_pylist(rows)


def test_whoever_comes_twice_is_found_by_what_was_learnt():
    with duckdb.connect() as session:
        session.register("arriving", people())
        session.execute(
            "CREATE TABLE people AS SELECT * REPLACE (email::VARCHAR AS email, month_day::SMALLINT AS month_day) "
            "FROM arriving"
        )
        found = compare(session, "people", OF_MEMBERS, prior=0.001, learn=True, at_least=0.9)
    assert {row[:2] for row in found} == {(number, PEOPLE + number) for number in range(TWICE)}
