"""What comes back in a month, as tables `returns` and `returned`: each with the sold line that it gives back."""

from __future__ import annotations

from datetime import date

import duckdb

from huitou.usecases.sample_chain.draws import uniform

RETURN_SHARE = 0.022
LATER_DAYS = (0, 0, 1, 1, 2, 3, 5, 7)
COUNTER_CLOSES_SECOND = 81_000


def draw_returns(session: duckdb.DuckDBPyConnection, last: date) -> None:
    """Make `returns` (visit, sale, i, day, second, place) and `returned` (visit, line, ..., sale, sale_line).

    They are numbered on after the month's sales. Nothing comes back after the month's last day, so that a month stands
    for itself.
    """
    session.execute(
        f"""CREATE OR REPLACE TABLE coming_back AS
        SELECT l.*, v.key, CASE WHEN fat_sale THEN 10000
               WHEN NOT weighed AND quantity_milli > 1000 AND {uniform("v.key", 81)} < 0.5 THEN 1000
               ELSE quantity_milli END AS back_milli
        FROM (SELECT visit, key, {uniform("key", 82)} AS u, {uniform("key", 83)} AS first_pick,
                     {uniform("key", 84)} AS second_pick FROM visits) v
        JOIN (SELECT visit, line_count, fat AS fat_sale FROM sales) s USING (visit) JOIN lines l USING (visit)
        WHERE CASE WHEN fat_sale THEN l.fat ELSE u < {RETURN_SHARE} AND (line = 1 + floor(first_pick * line_count)
                   OR (first_pick < 0.25 AND line = 1 + floor(second_pick * line_count))) END"""
    )
    session.execute(_RETURNS.format(last=last))
    session.execute(_RETURNED)
    session.execute("DROP TABLE coming_back")


# A key pressed twice is taken back within minutes; the rest comes within a week, to the counter of the store.
_RETURNS = f"""
CREATE OR REPLACE TABLE returns AS
WITH chosen AS (SELECT DISTINCT visit AS sale, fat FROM coming_back),
later AS (
    SELECT c.*, v.key, v.i, v.place, v.day AS sold_on, v.second AS sold_at, CASE WHEN fat THEN v.day ELSE least(
           DATE '{{last}}', v.day + {list(LATER_DAYS)}[1 + floor({len(LATER_DAYS)} * {uniform("key", 85)})::INTEGER])
           END AS day, {uniform("key", 86)} AS u FROM chosen c JOIN visits v ON v.visit = c.sale
), timed AS (
    SELECT *, CASE WHEN fat THEN least({COUNTER_CLOSES_SECOND}, sold_at + 60 + floor(180 * u))
                   WHEN day = sold_on THEN least({COUNTER_CLOSES_SECOND}, sold_at + 480 + floor(5000 * u))
                   ELSE 36000 + floor(36000 * u) END::INTEGER AS second FROM later
)
SELECT (SELECT count(*) FROM visits) + row_number() OVER (ORDER BY day, second, sale) AS visit, sale, i, day, second,
       place FROM timed
"""
# At what was paid for it: whole fen, half a fen up.
_RETURNED = """
CREATE OR REPLACE TABLE returned AS
SELECT r.visit, row_number() OVER (PARTITION BY r.visit ORDER BY b.line)::INTEGER AS line, product,
       -back_milli AS quantity_milli, price_fen,
       -((2 * discount_fen * back_milli + quantity_milli) // (2 * quantity_milli)) AS discount_fen,
       -((2 * net_fen * back_milli + quantity_milli) // (2 * quantity_milli)) AS net_fen, sale, b.line AS sale_line
FROM coming_back b JOIN returns r ON r.sale = b.visit
"""
