"""The SQL of `intake`, in DuckDB's dialect. Column names come from the file and are quoted; values never enter here."""

from __future__ import annotations

from datetime import timedelta

import duckdb

from huitou.lake.formats.spooled import MARK, NO_VALUE, ROW
from huitou.lake.terms import Field, Layout

_NUMBERS = (Field.QUANTITY, Field.UNIT_PRICE, Field.AMOUNT, Field.DISCOUNT)
_NUMBERED = (Field.MEMBER, Field.STORE, Field.TILL)
# Tiny numbers may come as 1e-05, as programs write them; 1.2E+05 has lost digits in a spreadsheet and is refused.
_PLAIN_NUMBER = r"^[+-]?\d{1,15}(\.\d{1,17})?(e-\d{1,3})?$"
# A cast alone would read line 1.5 as line 2.
_LINE_NUMBER = r"CASE WHEN regexp_matches(line, '^\d{1,9}$') THEN line::INTEGER END"
_TIME = r"^\d{4}([-/.])\d{1,2}[-/.]\d{1,2}([ T]\d{1,2}:\d{2}(:\d{2}(\.\d{1,9})?)?)?( ?(Z|[+-]\d{2}(:?\d{2})?))?$"
_OFFSET = r":\d{2}(\.\d+)? ?(Z|[+-]\d{2}(:?\d{2})?)$"
_DAY_OR_MONTH_FIRST = r"^\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}"

# Longer than any number or name of a shop, and short enough for every index.
_LONGEST_TEXT = 200

# A till that counts from 1 again each day repeats its numbers; lines this far apart are two receipts.
_SAME_RECEIPT_WITHIN = "INTERVAL 6 HOUR"
_CLOCKS_MAY_BE_AHEAD = timedelta(days=2)


def texts(session: duckdb.DuckDBPyConnection, layout: Layout) -> str:
    """One text column per field, trimmed, NULL where blank; numbers of typed files spelled plainly."""
    kinds = {name: kind for name, kind, *_ in session.sql("DESCRIBE numbered").fetchall()}
    cells = []
    for field in Field:
        column = layout.columns.get(field)
        cell = "NULL::VARCHAR" if column is None else _as_text(field, _quoted(column), kinds[column])
        cells.append(f"{cell} AS {_quoted(field)}")
    return f"CREATE TEMP TABLE texts AS SELECT {ROW} AS row_number, {', '.join(cells)} FROM numbered"


def _as_text(field: Field, column: str, kind: str) -> str:
    if kind in ("DOUBLE", "FLOAT") and field in _NUMBERS:
        # 9 decimals are beyond any price, and take away what binary fractions add.
        exact = f"try_cast({column} AS DECIMAL(38, 9))"
        return f"coalesce(rtrim(rtrim({exact}::VARCHAR, '0'), '.'), {column}::VARCHAR)"
    if kind in ("DOUBLE", "FLOAT"):
        whole = f"{column} = floor({column}) AND abs({column}) < 9e15"
        return f"CASE WHEN {whole} THEN {column}::BIGINT::VARCHAR ELSE {column}::VARCHAR END"
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"strftime(timezone('UTC', {column}), '%Y-%m-%d %H:%M:%S.%fZ')"
    text = f"nullif(trim({column}::VARCHAR, ' \t\r\n\u3000'), '')"
    # A column of numbers with gaps leaves other programs as 17850.0: the same member, store or till as 17850.
    return f"regexp_replace({text}, '^(\\d+)\\.0+$', '\\1')" if field in _NUMBERED else text


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def judged(layout: Layout, marks: bool) -> str:
    """Every row with its values and the first reason against it, if any. `marks`: some cells hold a mark of ours."""
    every = "concat(" + ", ".join(_quoted(field) for field in Field) + ")"
    marked = (
        f"WHEN contains({every}, '{MARK}') THEN 'undecodable' "
        f"WHEN contains({every}, '{NO_VALUE}') THEN 'formula_without_value' "
        if marks
        else ""
    )
    spelled = """regexp_replace(
        replace(replace("at", '/', '-'), 'T', ' '), '^(\\d{4})\\.(\\d+)\\.(\\d+)', '\\1-\\2-\\3')"""
    if layout.date_format:
        local = f'try_strptime("at", {_text(layout.date_format)})'
        readable, ambiguous = f"{local} IS NOT NULL", "false"
        moment = f"timezone({_text(layout.zone)}, {local})"
    else:
        readable = f"regexp_matches(\"at\", '{_TIME}')"
        ambiguous = f"regexp_matches(\"at\", '{_DAY_OR_MONTH_FIRST}')"
        moment = (
            f"CASE WHEN NOT {readable} THEN NULL "
            f"WHEN regexp_matches(\"at\", '{_OFFSET}') THEN try_cast({spelled} AS TIMESTAMPTZ) "
            f"ELSE timezone({_text(layout.zone)}, try_cast({spelled} AS TIMESTAMP)) END"
        )
    latest = (layout.now + _CLOCKS_MAY_BE_AHEAD).isoformat()
    return f"""
CREATE TEMP TABLE judged AS
WITH read_values AS (
    SELECT *, {_number("quantity")} AS q, {_number("unit_price")} AS p, {_number("amount")} AS a,
           {_number("discount")} AS d, {ambiguous} AS at_is_ambiguous, {moment} AS moment
    FROM texts
), amounts AS (
    -- What was paid for the line: as the till says, or price times quantity less discount, half a fen away from zero.
    -- Absurd numbers are refused below; multiplied they would leave what a DECIMAL can hold.
    -- What comes back brings its discount back: a return's amount and discount have its sign.
    SELECT *, CASE WHEN q < 0 THEN -abs(d) ELSE d END AS signed_d,
           coalesce(round(a * 100), round(
               CASE WHEN abs(q) <= 1000000 AND abs(p) <= 10000000 THEN q * p * 100 END)
               - coalesce(round(CASE WHEN q < 0 THEN -abs(d) ELSE d END * 100), 0)) AS net
    FROM read_values
)
SELECT row_number, receipt, sku, name, category, coalesce(store, {_text(layout.default_store)}) AS store,
       coalesce(till, '') AS till, coalesce(lower(channel), 'store') AS channel, member,
       {_LINE_NUMBER} AS line, moment, timezone({_text(layout.zone)}, moment) AS local_at,
       try_cast(round(q * 1000) AS BIGINT) AS quantity_milli, try_cast(p AS DECIMAL(18, 4)) AS unit_price,
       try_cast(coalesce(round(signed_d * 100), 0) AS BIGINT) AS discount_fen, try_cast(net AS BIGINT) AS net_fen,
       CASE {marked}WHEN receipt IS NULL THEN 'receipt_blank'
            WHEN contains(concat(receipt, sku, name, category, store, till, channel, member), chr(0)) THEN 'nul'
            WHEN sku IS NULL THEN 'sku_blank'
            WHEN greatest(length(receipt), length(sku), length(name), length(category), length(store), length(till),
                          length(channel), length(member)) > {_LONGEST_TEXT} THEN 'text_too_long'
            WHEN member IN (SELECT member FROM unfit_members) THEN 'member_unfit'
            WHEN "at" IS NULL THEN 'at_blank'
            WHEN moment IS NULL AND at_is_ambiguous THEN 'at_ambiguous'
            WHEN moment IS NULL THEN 'at_unreadable'
            WHEN moment < TIMESTAMPTZ '1990-01-01 00:00:00+00' OR moment > TIMESTAMPTZ '{latest}' THEN 'at_absurd'
            WHEN quantity IS NULL THEN 'quantity_blank'
            WHEN q IS NULL THEN 'quantity_unreadable'
            WHEN abs(q) > 1000000 THEN 'quantity_absurd'
            WHEN unit_price IS NOT NULL AND p IS NULL THEN 'price_unreadable'
            WHEN abs(p) > 10000000 THEN 'price_absurd'
            WHEN amount IS NOT NULL AND a IS NULL THEN 'amount_unreadable'
            WHEN discount IS NOT NULL AND d IS NULL THEN 'discount_unreadable'
            WHEN net IS NULL THEN 'amount_blank'
            WHEN abs(net) > 10000000000 OR abs(d) > 100000000 THEN 'amount_absurd'
            WHEN line IS NOT NULL AND coalesce({_LINE_NUMBER}, 0) < 1 THEN 'line_unreadable'
            WHEN p < 0 OR (q >= 0 AND (net < 0 OR d < 0)) THEN 'price_negative'
            WHEN q < 0 AND net > 0 THEN 'signs_disagree'
       END AS reason
FROM amounts"""


def _number(field: str) -> str:
    return f"CASE WHEN regexp_matches({field}, '{_PLAIN_NUMBER}') THEN try_cast({field} AS DECIMAL(24, 9)) END"


BASKETS = f"""
CREATE TEMP TABLE located AS
WITH spread AS (
    SELECT store, till, receipt FROM judged WHERE receipt IS NOT NULL
    GROUP BY ALL HAVING max(moment) - min(moment) > {_SAME_RECEIPT_WITHIN}
), gaps AS (
    SELECT row_number, store, till, receipt, moment,
           moment - lag(moment) OVER same_number > {_SAME_RECEIPT_WITHIN} AS starts_anew
    FROM judged SEMI JOIN spread USING (store, till, receipt)
    WINDOW same_number AS (PARTITION BY store, till, receipt ORDER BY moment, row_number)
), parts AS (
    SELECT row_number, coalesce(sum(starts_anew::INTEGER) OVER (
               PARTITION BY store, till, receipt ORDER BY moment, row_number), 0) AS part
    FROM gaps
)
SELECT judged.*, coalesce(part, 0) AS part FROM judged LEFT JOIN parts USING (row_number);

CREATE TEMP TABLE baskets AS
SELECT row_number() OVER (ORDER BY min(row_number)) AS basket, store, till, receipt, part,
       min(moment) AS "at", min(local_at)::DATE AS business_date, arg_min(channel, row_number) AS channel,
       max(member) AS member, count(DISTINCT member) AS members, count(line) > 0 AS has_line_numbers,
       count(reason) > 0 AS broken
FROM located WHERE receipt IS NOT NULL
GROUP BY store, till, receipt, part;
"""

_SAME_ROW = "sku, name, category, moment, quantity_milli, unit_price, discount_fen, net_fen, member, channel"

REFUSALS = (
    """
    CREATE TEMP TABLE placed AS
    SELECT l.*, b.basket FROM located l LEFT JOIN baskets b USING (store, till, receipt, part)
    """,
    # With line numbers, the very same row twice is one row; the same number with other contents is a conflict.
    f"""
    CREATE TEMP TABLE numbered_twice AS
    SELECT row_number, line, basket, first_row <> row_number AS again, kinds > 1 AS conflicting FROM (
        SELECT row_number, line, basket, min(row_number) OVER same_line AS first_row,
               count(DISTINCT hash({_SAME_ROW})) OVER same_line AS kinds
        FROM placed WHERE line IS NOT NULL AND basket IN (
            SELECT basket FROM placed WHERE line IS NOT NULL GROUP BY basket HAVING count(*) > count(DISTINCT line)
        )
        WINDOW same_line AS (PARTITION BY basket, line)
    ) WHERE first_row <> row_number
    """,
    f"""
    CREATE TEMP TABLE refused AS
    SELECT row_number, reason AS code FROM placed WHERE reason IS NOT NULL
    UNION ALL SELECT row_number, 'line_conflict' FROM numbered_twice WHERE conflicting
        AND row_number NOT IN (SELECT row_number FROM placed WHERE reason IS NOT NULL)
    UNION ALL SELECT row_number, CASE WHEN contains(raw, '{MARK}') THEN 'undecodable' ELSE 'ragged' END FROM ragged
    """,
    """
    UPDATE baskets SET broken = true
    WHERE basket IN (SELECT p.basket FROM refused JOIN placed p USING (row_number))
       OR receipt IN (SELECT receipt FROM ragged)
    """,
    """
    INSERT INTO refused
    SELECT p.row_number, CASE WHEN members > 1 AND p.member IS NOT NULL THEN 'two_members' ELSE 'receipt_refused' END
    FROM placed p JOIN baskets b USING (basket)
    WHERE (broken OR members > 1) AND p.row_number NOT IN (SELECT row_number FROM refused)
    """,
    "UPDATE baskets SET broken = true WHERE members > 1",
)

CLEAN = """
CREATE TEMP TABLE repeated_rows AS
    SELECT row_number FROM numbered_twice WHERE again AND NOT conflicting
      AND row_number NOT IN (SELECT row_number FROM refused);
CREATE TEMP TABLE clean AS
    SELECT basket, row_number() OVER (PARTITION BY basket ORDER BY line NULLS LAST, row_number)::INTEGER AS line,
           sku, name, category, local_at, quantity_milli, unit_price, discount_fen, net_fen, p.row_number
    FROM placed p JOIN baskets b USING (basket)
    WHERE NOT broken AND p.row_number NOT IN (SELECT row_number FROM repeated_rows);
DELETE FROM baskets WHERE broken;
ALTER TABLE baskets ADD COLUMN kind VARCHAR;
ALTER TABLE baskets ADD COLUMN net_fen BIGINT;
ALTER TABLE baskets ADD COLUMN discount_fen BIGINT;
ALTER TABLE baskets ADD COLUMN line_count INTEGER;
ALTER TABLE baskets ADD COLUMN digest VARCHAR;
UPDATE baskets SET kind = s.kind, net_fen = s.net_fen, discount_fen = s.discount_fen, line_count = s.line_count,
                   digest = md5(to_json([member, s.contents])::VARCHAR)
FROM (
    SELECT basket, count(*)::INTEGER AS line_count, sum(net_fen)::BIGINT AS net_fen,
           sum(discount_fen)::BIGINT AS discount_fen,
           CASE WHEN bool_or(quantity_milli > 0) OR NOT bool_or(quantity_milli < 0)
                THEN 'sale' ELSE 'return' END AS kind,
           -- The order of lines means nothing, so the same receipt in another order is the same receipt.
           to_json(list(contents ORDER BY contents))::VARCHAR AS contents
    FROM (SELECT *, to_json([sku, quantity_milli::VARCHAR, unit_price::VARCHAR, discount_fen::VARCHAR,
                             net_fen::VARCHAR])::VARCHAR AS contents FROM clean)
    GROUP BY basket
) s WHERE s.basket = baskets.basket;

-- Hours apart, but one number of one till on one business day: two files would have brought the second one later, and
-- it would be the same receipt or a different one. So it is here.
CREATE TEMP TABLE same_identity AS
    SELECT basket, digest = first_value(digest) OVER one_number AS same FROM baskets
    WINDOW one_number AS (PARTITION BY store, till, business_date, receipt, kind ORDER BY "at", basket)
    QUALIFY row_number() OVER one_number > 1;
INSERT INTO refused SELECT row_number, 'receipt_differs' FROM clean JOIN same_identity USING (basket) WHERE NOT same;
INSERT INTO repeated_rows SELECT row_number FROM clean JOIN same_identity USING (basket) WHERE same;
DELETE FROM clean WHERE basket IN (SELECT basket FROM same_identity);
DELETE FROM baskets WHERE basket IN (SELECT basket FROM same_identity);
"""
