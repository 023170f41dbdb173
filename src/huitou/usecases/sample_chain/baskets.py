"""What goes into the baskets of a month, as tables `lines` and `sales`."""

from __future__ import annotations

from datetime import date

import duckdb

from huitou.usecases.sample_chain.coupons import COUPON_OFF
from huitou.usecases.sample_chain.draws import bits, normal, uniform
from huitou.usecases.sample_chain.goods import read_aisles
from huitou.usecases.sample_chain.people import LOVES
from huitou.usecases.sample_chain.shelf import AISLE_SLOTS, LIVES, PRODUCT_SLOTS
from huitou.usecases.sample_chain.terms import SampleChain

FAVOURITES = 26
ONE_IN_FAT_FINGERED = 2500
"""One line in so many: a key pressed twice, 11 pieces for 1, taken back a minute later."""
# From which month of its life a child wears which size, and drinks which formula.
NAPPY_MONTHS, FORMULA_MONTHS = (1, 4, 8, 15), (6, 12)
BABY_MONTHS = 36


def fill_baskets(session: duckdb.DuckDBPyConnection, chain: SampleChain, first: date) -> None:
    """Make `lines` (visit, line, product, quantity_milli, price, discount, net, fat) and `sales` (visit, net, ...).

    `coupon_fen` is the part of a discount that the campaign's coupon gave.
    """
    session.execute(_shoppers(first))
    session.execute(_taken(chain))
    session.execute(_LINES)
    session.execute("DROP TABLE taken; DROP TABLE shoppers;")
    session.execute(
        "CREATE OR REPLACE TABLE sales AS SELECT visit, count(*)::INTEGER AS line_count, "
        "sum(net_fen)::BIGINT AS net_fen, sum(discount_fen)::BIGINT AS discount_fen, bool_or(fat) AS fat "
        "FROM lines GROUP BY visit"
    )


def _shoppers(first: date) -> str:
    """How each kind of shopper chooses this month; strangers buy like couples who love fresh goods."""
    lives = " ".join(f"WHEN '{life}' THEN {number}" for number, life in enumerate(LIVES))
    age = f"date_diff('month', child_born_on, DATE '{first}')"
    return f"""
CREATE OR REPLACE TABLE shoppers AS
SELECT i, ((CASE CASE WHEN life = 'baby' AND NOT {age} BETWEEN 0 AND {BABY_MONTHS} - 1 THEN
                      CASE WHEN {age} < 0 THEN 'couple' ELSE 'school' END ELSE life END {lives} END)
           * {len(LOVES)} + love) * 8 AS segment, {_stage(age, NAPPY_MONTHS)} AS nappy, {_stage(age, FORMULA_MONTHS)}
       AS formula, price_sense, loyalty, is_bulk_buyer FROM people
UNION ALL SELECT 0, {LIVES.index("couple") * len(LOVES) * 8}, 0, 0, 0.3, 0.0, false
"""


def _stage(age: str, from_months: tuple[int, ...]) -> str:
    arms = " ".join(f"WHEN {age} < {months} THEN {stage}" for stage, months in enumerate(from_months))
    return f"(CASE {arms} ELSE {len(from_months)} END)"


def _taken(chain: SampleChain) -> str:
    """One row a hand that reaches out: to a favourite, to what the week offers, or to what is promoted."""
    aisles = [aisle.category for aisle in read_aisles()]
    nappies, formula = aisles.index("个护母婴/纸尿裤/NB"), aisles.index("个护母婴/婴儿奶粉/1段")
    # Squared: the first favourites are taken far more often than the last.
    favourite = f"floor({FAVOURITES} * pow(((h >> 16) & 1023) / 1024.0, 2))::INTEGER"
    return f"""
CREATE OR REPLACE TABLE taken AS
WITH hands AS (
    SELECT v.visit, s.*, week, {bits("key", "n", 71)} AS h
    FROM (SELECT visit, i, day, key, unnest(range(wanted)) AS n FROM visits) v
    JOIN shoppers s ON s.i = coalesce(v.i, 0) JOIN weeks USING (day)
), reached AS (
    SELECT visit, week, nappy, formula, is_bulk_buyer, {bits("h", 72)} AS g,
           ((h >> 26) & 1023) < price_sense * 0.40 * 1024 AS turns_to_promotion, (h & 65535) < loyalty * 65536 AS loyal,
           CASE WHEN loyal THEN {bits(chain.seed, "i", favourite, 73)} ELSE h >> 36 END AS f,
           CASE WHEN loyal THEN segment ELSE segment + week END AS choice
    FROM hands
), aisled AS (
    SELECT r.*, CASE aisle WHEN {nappies} THEN {nappies} + nappy WHEN {formula} THEN {formula} + formula ELSE aisle END
           AS stands_in
    FROM reached r JOIN aisle_slots a ON a.key = choice * {AISLE_SLOTS} + (f & {AISLE_SLOTS - 1})::INTEGER
)
SELECT visit, week, product, is_bulk_buyer, g FROM aisled JOIN product_slots p
ON p.key = (stands_in * 8 + CASE WHEN turns_to_promotion THEN week ELSE 0 END) * {PRODUCT_SLOTS}
           + ((f >> 10) & {PRODUCT_SLOTS - 1})::INTEGER
"""


# Money is whole fen, half a fen up. The same product twice in a basket is one line.
_LINES = f"""
CREATE OR REPLACE TABLE lines AS
WITH measured AS (
    SELECT visit, t.product, weighed, price_fen, off,
           NOT weighed AND (g & 4095) < 800 AND (g >> 12) % {ONE_IN_FAT_FINGERED} = 0 AS fat,
           CASE WHEN weighed THEN
                    -- The scale shows steps of two grams.
                    greatest(40, floor(exp(ln_grams + 0.48 * {normal("g", 74)}) / 2)::BIGINT * 2)
                WHEN fat THEN 11000
                WHEN is_bulk_buyer AND {uniform("g", 75)} < 0.5
                THEN (5 + floor(35 * {uniform("g", 76)}))::BIGINT * 1000
                -- The shares of 1, 2, 3, 4 and 5 pieces in the real baskets of The Complete Journey.
                WHEN (g & 1023) < 823 THEN 1000 WHEN (g & 1023) < 974 THEN 2000 WHEN (g & 1023) < 1003 THEN 3000
                WHEN (g & 1023) < 1016 THEN 4000 ELSE 5000 END AS quantity_milli
    FROM taken t JOIN goods USING (product) JOIN labels USING (product, week)
), joined AS (
    SELECT visit, product, any_value(weighed) AS weighed, any_value(price_fen)::BIGINT AS price_fen,
           any_value(off)::BIGINT AS off, bool_or(fat) AS fat, sum(quantity_milli)::BIGINT AS quantity_milli
    FROM measured GROUP BY visit, product
), priced AS (
    SELECT j.*, (price_fen * quantity_milli + 500) // 1000 AS gross_fen, (gross_fen * off + 50) // 100 AS promoted_fen,
           CASE WHEN r.visit IS NULL THEN 0 ELSE ((gross_fen - promoted_fen) * {COUPON_OFF} + 50) // 100 END
           AS coupon_fen, promoted_fen + coupon_fen AS discount_fen
    FROM joined j LEFT JOIN redeeming r ON r.visit = j.visit
)
SELECT visit, row_number() OVER (PARTITION BY visit ORDER BY product)::INTEGER AS line, product, weighed,
       quantity_milli, price_fen::INTEGER AS price_fen, discount_fen::INTEGER AS discount_fen,
       coupon_fen::INTEGER AS coupon_fen, (gross_fen - discount_fen)::INTEGER AS net_fen, fat FROM priced
"""
