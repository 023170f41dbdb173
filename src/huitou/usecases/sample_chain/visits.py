"""Who comes when: the visits of one month, as a table `visits`."""

from __future__ import annotations

from datetime import date

import duckdb

from huitou.usecases.sample_chain.draws import bits, normal, pick, uniform
from huitou.usecases.sample_chain.effects import Campaign, assign
from huitou.usecases.sample_chain.places import places_of
from huitou.usecases.sample_chain.seasons import days_between, pull_of
from huitou.usecases.sample_chain.terms import SampleChain

# Weights of the hours 7 to 21: before the day, after work, whenever, and after the shift.
FIRST_HOUR = 7
DAY_PARTS = (
    (10, 18, 20, 15, 8, 3, 2, 3, 5, 6, 4, 2, 2, 1, 0),
    (1, 2, 2, 3, 4, 5, 3, 2, 3, 5, 12, 20, 18, 12, 5),
    (2, 4, 7, 9, 9, 6, 5, 6, 8, 10, 11, 10, 8, 5, 2),
    (2, 0, 0, 0, 0, 2, 6, 2, 0, 0, 6, 4, 2, 10, 30),
)
ANY_PART = 2
STRANGERS_PER_MEMBER_AND_DAY = 0.0046
SLOTS_PER_DAY = 50
"""Time runs by how strongly days pull: an ordinary day is so many steps long, a Saturday a quarter more."""
JITTER = 0.62
"""Of a member's usual gap: how far visits stray from their rhythm (standard deviation)."""


def make_clock(session: duckdb.DuckDBPyConnection, chain: SampleChain) -> None:
    """Make `clock` (slot, day), the whole history in steps, and `hours` (part, place in 100, hour)."""
    slot, rows = 0, []
    for day in days_between(chain.first_day, chain.last_day):
        length = max(1, round(pull_of(day) * SLOTS_PER_DAY))
        rows.append((day, slot, slot + length))
        slot += length
    session.execute("CREATE TABLE days (day DATE, first_slot INTEGER, end_slot INTEGER)")
    session.executemany("INSERT INTO days VALUES (?, ?, ?)", rows)
    session.execute("CREATE TABLE clock AS SELECT unnest(range(first_slot, end_slot))::INTEGER AS slot, day FROM days")


def draw_visits(
    session: duckdb.DuckDBPyConnection, chain: SampleChain, first: date, last: date, campaign: Campaign | None
) -> None:
    """Make `visits`: (visit, i or null, day, second, store, channel, till, wanted lines, key), in the order of time."""
    if campaign:
        assign(session, chain, campaign)
    session.execute(_days_of_members(chain, first, last, campaign))
    session.execute(_of_strangers(chain, first, last))
    session.execute(_whole(chain))
    session.execute("DROP TABLE coming")


def _days_of_members(chain: SampleChain, first: date, last: date, campaign: Campaign | None) -> str:
    """Each member keeps a rhythm: visit k is planned at (k + phase) gaps, and strays from it by chance."""
    seed = chain.seed
    window = f"(SELECT min(first_slot), max(end_slot) FROM days WHERE day BETWEEN DATE '{first}' AND DATE '{last}')"
    extra = put_off = ""
    if campaign:
        extra = "UNION ALL SELECT i, comes_on, -2 FROM assigned WHERE responds"
        put_off = (
            f"AND NOT EXISTS (SELECT 1 FROM assigned a WHERE a.i = p.i AND arm = 'treated' AND a.effect < 0 "
            f"AND c.day BETWEEN DATE '{campaign.starts_on}' AND DATE '{campaign.ends_on}' "
            f"AND {uniform(seed, 'p.i', 'k', 52)} < -a.effect)"
        )
    return f"""
CREATE OR REPLACE TABLE coming AS
WITH bounds (from_slot, to_slot) AS {window},
lattice AS (
    SELECT i, gap, phase, first_day, last_day, away_from, away_to, joined_on,
           unnest(range(greatest(0, floor(from_slot / (gap * {SLOTS_PER_DAY}) - phase - 3))::INTEGER,
                        ceil(to_slot / (gap * {SLOTS_PER_DAY}) - phase + 3)::INTEGER)) AS k
    FROM people, bounds WHERE first_day <= DATE '{last}' AND last_day >= DATE '{first}'
), planned AS (
    SELECT *, floor((k + phase + {JITTER} * {normal(seed, "i", "k", 51)}) * gap * {SLOTS_PER_DAY})::INTEGER AS slot
    FROM lattice
)
SELECT p.i, c.day, p.k FROM planned p JOIN clock c USING (slot)
WHERE c.day BETWEEN DATE '{first}' AND DATE '{last}' AND c.day BETWEEN p.first_day AND p.last_day
  AND NOT coalesce(c.day BETWEEN p.away_from AND p.away_to, false) {put_off}
-- A new member buys on the day of joining.
UNION ALL SELECT i, joined_on, -1 FROM people
WHERE joined_on BETWEEN DATE '{first}' AND DATE '{last}' AND joined_on <= last_day {extra}
"""


def _of_strangers(chain: SampleChain, first: date, last: date) -> str:
    """Receipts without a member: one in five or so."""
    expected = f"{chain.members * STRANGERS_PER_MEMBER_AND_DAY:.6f}::DOUBLE * (end_slot - first_slot) / {SLOTS_PER_DAY}"
    return (
        "INSERT INTO coming SELECT NULL, day, unnest(range("
        f"floor({expected} + {uniform(chain.seed, 'day', 53)})::INTEGER)) AS k "
        f"FROM days WHERE day BETWEEN DATE '{first}' AND DATE '{last}'"
    )


def _whole(chain: SampleChain) -> str:
    """Where, when, by which channel, and with how many lines in mind."""
    seed = chain.seed
    places = places_of(chain.members)
    anywhere = pick([place.weight for place in places], "u_store")
    tills = ", ".join(str(place.tills) for place in places)
    hour = " ".join(
        f"WHEN {part} THEN {FIRST_HOUR} + {pick(weights, 'u_hour')}" for part, weights in enumerate(DAY_PARTS)
    )
    # From year to year more of the orders come by phone.
    online = f"online_share * (0.45 + 1.1 * (day - DATE '{chain.first_day}') / {(chain.today - chain.first_day).days})"
    return f"""
CREATE OR REPLACE TABLE visits AS
WITH drawn AS (
    SELECT c.i, c.day, {bits(seed, "coalesce(c.i, 0)", "c.day", "k", 54)} AS key, home, online_share, basket_mu,
           coalesce(day_part, {ANY_PART}) AS day_part, {uniform("key", 55)} AS u_store, {uniform("key", 56)} AS u_hour,
           {uniform("key", 57)} AS u_away, {uniform("key", 58)} AS u_online
    FROM coming c LEFT JOIN people p ON p.i = c.i
), placed AS (
    SELECT i, day, key, CASE WHEN home IS NOT NULL AND u_away < 0.9 THEN home ELSE {anywhere} END::SMALLINT AS place,
           CASE WHEN i IS NULL OR u_online >= {online} THEN 'store'
                WHEN {uniform("key", 59)} < 0.6 THEN 'mini_program' ELSE 'delivery' END AS channel,
           -- On a free day those who work come whenever.
           CASE CASE WHEN day_part = 1 AND isodow(day) >= 6 THEN {ANY_PART} ELSE day_part END {hour} END * 3600
           + floor(3600 * {uniform("key", 60)})::INTEGER AS second,
           -- Half the baskets are small, a few are very large: Ta-Feng's real baskets have this spread.
           least(60, greatest(1, round(exp(coalesce(basket_mu, ln(2.6)) + 0.78 * {normal("key", 61)}))))::INTEGER
           AS wanted
    FROM drawn
)
SELECT row_number() OVER (ORDER BY day, second, place, key)::INTEGER AS visit, i, day, second, place, channel,
       CASE channel WHEN 'mini_program' THEN '91' WHEN 'delivery' THEN '92'
            ELSE lpad((1 + floor({uniform("key", 62)} * [{tills}][place + 1]))::INTEGER::VARCHAR, 2, '0') END AS till,
       wanted, key
FROM placed
"""
