"""The SQL of `intake`, in DuckDB's dialect. Column names come from the file and are quoted; values never enter here.

Written for ten million lines: every row is read and judged in one pass, receipts are reckoned in one, and only the
receipts that are odd (rows apart, lines out of order, hours apart) go the long way, which sorts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from huitou.lake import values_sql
from huitou.lake.formats.spooled import MARK, NO_VALUE, RAGGED, ROW
from huitou.lake.terms import Field, Layout

_NUMBERS = (Field.QUANTITY, Field.UNIT_PRICE, Field.AMOUNT, Field.DISCOUNT)
_CODES = (Field.MEMBER, Field.STORE, Field.TILL)
_TEXTS = (
    Field.RECEIPT,
    Field.SKU,
    Field.NAME,
    Field.CATEGORY,
    Field.STORE,
    Field.TILL,
    Field.CHANNEL,
    Field.MEMBER,
    Field.TIME,
    Field.STATUS,
)
# A cast alone would read line 1.5 as line 2.
_LINE_NUMBER = r"CASE WHEN regexp_matches(line, '^\d{1,9}$') THEN line::INTEGER END"

# Conditions on a text, which stands for @: first what is quick and mostly false. A text of more than 200 characters is
# longer than any number or name of a shop; up to there it fits every index.
_TOO_LONG = "(strlen(@) > 200 AND length(@) > 200)"
_CELL_ERROR = f"(starts_with(@, '#') AND regexp_matches(@, '{values_sql.CELL_ERROR}'))"
# What a DECIMAL cannot hold is a number all the same, and one that no shop has.
_BEYOND = "regexp_matches(@, '^[+-]?[0-9]{14,}([.,][0-9]*)?$')"
_LOST_DIGITS = f"(contains(@, '+') AND regexp_matches(@, '{values_sql.LOST_DIGITS}'))"

# A till that counts from 1 again each day repeats its numbers; lines this far apart are two receipts.
_SAME_RECEIPT_WITHIN = "INTERVAL 6 HOUR"
_CLOCKS_MAY_BE_AHEAD = timedelta(days=2)


def texts(layout: Layout, kinds: Mapping[str, str]) -> str:
    """A SELECT list: one text per mapped field, trimmed, NULL where blank. `kinds` are the columns' types."""
    return ", ".join(
        values_sql.as_text(values_sql.quoted(column), kinds[column], number=field in _NUMBERS, code=field in _CODES)
        + f" AS {values_sql.quoted(field)}"
        for field, column in ((field, layout.columns[field]) for field in Field if field in layout.columns)
    )


def judged(layout: Layout, kinds: Mapping[str, str], source: str, *, currency: str, marks: bool) -> str:
    """Every row of `source` with its values and the first reason against it, in the file's order.

    `marks`: some cells hold a mark of ours. Where `source` numbers its rows, the number comes along.
    """
    number = f"{ROW}, " if ROW in kinds else ""
    mapped = [field for field in _TEXTS if field in layout.columns]
    codes = [field for field in (Field.RECEIPT, Field.SKU, *_CODES) if field in layout.columns]
    return f"""
CREATE TABLE judged AS
WITH texts AS (SELECT {number}{texts(layout, kinds)} FROM {source}),
read_values AS (
    SELECT *{missing(layout)}, {_numbers(layout, currency)}, {_moment(layout)} AS moment FROM texts
), amounts AS (
    -- What was paid for the line: as the till says, or price times quantity less discount, half a fen away from zero.
    -- Absurd numbers are refused below; multiplied they would leave what a DECIMAL can hold.
    -- What comes back brings its discount back: a return's amount and discount have its sign.
    SELECT *, {_fen("CASE WHEN q < 0 THEN -abs(d) ELSE d END")} AS signed_d_fen,
           coalesce({_fen("a")}, try_cast(round(
               CASE WHEN abs(q) <= 1000000 AND abs(p) <= 10000000 THEN q * {_exact_price(layout, currency)} * 100 END)
               AS BIGINT) - coalesce({_fen("CASE WHEN q < 0 THEN -abs(d) ELSE d END")}, 0)) AS net
    FROM read_values
)
SELECT {number}receipt, sku, name, category, coalesce(store, {values_sql.literal(layout.default_store)}) AS store,
       coalesce(till, '') AS till, coalesce(lower(channel), 'store') AS channel, member,
       {_LINE_NUMBER} AS line, moment, CASE WHEN abs(q) <= 1000000 THEN (q * 1000)::BIGINT END AS quantity_milli,
       p AS unit_price, coalesce(signed_d_fen, 0) AS discount_fen, net AS net_fen,
       {"status," if Field.STATUS in layout.columns else ""}
       CASE WHEN {_each("@ IS NULL", layout.columns, " AND ")} THEN 'blank'
            {_marked(layout) if marks else ""}
            {_header_again(layout)}
            WHEN {_each(_CELL_ERROR, layout.columns)} THEN 'cell_error'
            WHEN receipt IS NULL THEN 'receipt_blank'
            WHEN {_each("contains(@, chr(0))", mapped)} THEN 'nul'
            WHEN sku IS NULL THEN 'sku_blank'
            WHEN {_each(_TOO_LONG, mapped)} THEN 'text_too_long'
            WHEN {_each(_LOST_DIGITS, codes)} THEN 'digits_lost'
            WHEN moment IS NULL AND {values_sql.trimmed('"at"')} IS NULL THEN 'at_blank'
            WHEN moment IS NULL AND regexp_matches("at", '{values_sql.DAY_OR_MONTH_FIRST}')
                 AND {"false" if layout.date_format else "true"} THEN 'at_ambiguous'
            WHEN moment IS NULL THEN 'at_unreadable'
{_clock_reasons(layout)}
            WHEN moment < TIMESTAMPTZ '1990-01-01 00:00:00+00' OR moment > TIMESTAMPTZ '{_latest(layout)}'
                 THEN 'at_absurd'
            WHEN q IS NULL AND quantity IS NULL THEN 'quantity_blank'
            WHEN q IS NULL AND NOT {_BEYOND.replace("@", "quantity")} THEN 'quantity_unreadable'
            WHEN q IS NULL OR abs(q) > 1000000 THEN 'quantity_absurd'
            WHEN p IS NULL AND NOT {_BEYOND.replace("@", "unit_price")} THEN 'price_unreadable'
            WHEN p IS NULL AND unit_price IS NOT NULL OR abs(p) > 10000000 THEN 'price_absurd'
            WHEN a IS NULL AND NOT {_BEYOND.replace("@", "amount")} THEN 'amount_unreadable'
            WHEN d IS NULL AND NOT {_BEYOND.replace("@", "discount")} THEN 'discount_unreadable'
            WHEN a IS NULL AND amount IS NOT NULL OR d IS NULL AND discount IS NOT NULL THEN 'amount_absurd'
            WHEN abs(a) > 100000000 OR abs(d) > 100000000 OR abs(net) > 10000000000 THEN 'amount_absurd'
            WHEN net IS NULL THEN 'amount_blank'
            WHEN line IS NOT NULL AND coalesce({_LINE_NUMBER}, 0) < 1 THEN 'line_unreadable'
            WHEN p < 0 OR (q >= 0 AND (net < 0 OR d < 0)) THEN 'price_negative'
            WHEN q < 0 AND net > 0 THEN 'signs_disagree'
       END AS reason
FROM amounts"""


def _each(condition: str, fields: Iterable[Field], joint: str = " OR ") -> str:
    """The condition on each of these fields, which stand for @ in it; false where there are none."""
    return joint.join(condition.replace("@", values_sql.quoted(field)) for field in fields) or "false"


def _latest(layout: Layout) -> str:
    return (layout.now + _CLOCKS_MAY_BE_AHEAD).isoformat()


def missing(layout: Layout) -> str:
    """The fields that no column is mapped to."""
    fields = [f"NULL::VARCHAR AS {values_sql.quoted(field)}" for field in Field if field not in layout.columns]
    return ", " + ", ".join(fields) if fields else ""


_SIZES = {"q": "DECIMAL(18, 3)", "p": "DECIMAL(18, 4)", "a": "DECIMAL(18, 2)", "d": "DECIMAL(18, 2)"}


def _numbers(layout: Layout, currency: str) -> str:
    """q, p, a and d: the numbers of the fields that are mapped, at the places that count."""
    named = zip(_NUMBERS, _SIZES, strict=True)
    return ", ".join(f"{_number(layout, field, _SIZES[name], currency)} AS {name}" for field, name in named)


def _fen(amount: str) -> str:
    """An amount of two places in fen. What is absurd is refused by its amount, and would not fit here."""
    return f"CASE WHEN abs({amount}) <= 100000000 THEN (({amount}) * 100)::BIGINT END"


def _exact_price(layout: Layout, currency: str) -> str:
    """What is multiplied keeps all its places."""
    return _number(layout, Field.UNIT_PRICE, "DECIMAL(24, 9)", currency)


def _number(layout: Layout, field: Field, of: str, currency: str) -> str:
    if field not in layout.columns:
        return f"NULL::{of}"
    sign = None if field is Field.QUANTITY else currency
    return values_sql.number(values_sql.quoted(field), of=of, decimal=layout.decimal, currency=sign)


def _clock_reasons(layout: Layout) -> str:
    """A date beside its time of day: both are there, and the date has no other time of its own."""
    if Field.TIME not in layout.columns:
        return ""
    own = values_sql.local_time('"at"', layout.date_format)
    clock, text = values_sql.clock('"time"'), values_sql.trimmed('"time"')
    return f"""            WHEN {text} IS NULL THEN 'clock_blank'
            WHEN {clock} IS NULL THEN 'clock_unreadable'
            WHEN coalesce(({own})::TIME NOT IN (TIME '00:00:00', {clock}), true) THEN 'clock_differs'"""


def _moment(layout: Layout) -> str:
    local = values_sql.local_time('"at"', layout.date_format)
    if Field.TIME in layout.columns:
        clock = values_sql.clock('"time"')
        local = f"({local})::DATE + coalesce({clock}, TIME '00:00:00')"
    zoned = f"timezone({values_sql.literal(layout.zone)}, {local})"
    offset = values_sql.offset_time('"at"')
    return zoned if layout.date_format else f"coalesce({zoned}, {offset})"


def _marked(layout: Layout) -> str:
    undecodable = _each(f"contains(@, '{MARK}')", layout.columns)
    without_value = _each(f"contains(@, '{NO_VALUE}')", layout.columns)
    return f"WHEN {undecodable} THEN 'undecodable' WHEN {without_value} THEN 'formula_without_value'"


def _header_again(layout: Layout) -> str:
    """The header once more further down: two exports, one behind the other."""
    named = [
        f"{values_sql.quoted(field)} = {values_sql.literal(layout.columns[field])}"
        for field in (Field.RECEIPT, Field.AT, Field.SKU)
        if field in layout.columns
    ]
    return f"WHEN {' AND '.join(named)} THEN 'header_again'" if named else ""


def merged_numbers(layout: Layout) -> str:
    """A number that stands over several rows is a sum that nobody can share out among them."""
    names = ", ".join(values_sql.literal(layout.columns[field]) for field in _NUMBERS if field in layout.columns)
    return f"""
UPDATE judged SET reason = 'merged_number'
WHERE reason IS NULL AND {ROW} IN (SELECT row_number FROM merged WHERE name IN ({names}))"""


def placed(layout: Layout, number: str, gaps: bool) -> tuple[str, str]:
    """Each judged row under its place in the file and the number that a person sees; those that are no sales by their
    status apart, in `left_out`: no receipt is reckoned with them."""
    asof = "ASOF LEFT JOIN gaps ON j.place > gaps.after_row" if gaps else ""
    out = "reason = 'not_a_sale'"
    kept, left = (f"reason IS DISTINCT FROM 'blank' AND NOT coalesce({out}, false)", out)
    return tuple(f"""
CREATE OR REPLACE TEMP VIEW {name} AS
SELECT {number} AS row_number, timezone({values_sql.literal(layout.zone)}, moment) AS local_at, j.*
FROM (SELECT rowid AS place, * FROM judged WHERE {which}) j
{asof}""" for name, which in (("placed", kept), ("left_out", left)))  # fmt: skip


_KEY = "store, till, receipt, part"

# One pass over all rows. A receipt's rows mostly stand together and its lines count up: then a line's number follows
# from its place, and nothing needs to be sorted.
_RECKONED = """
       min(place) AS basket, count(*) AS line_count, max(place) AS last_place, min(moment) AS "at",
       max(moment) AS last_at, min(member) AS member, max(member) AS other_member, arg_min(channel, place) AS channel,
       count(reason) AS reasons, count(line) AS numbered, min(line) AS first_line, max(line - place) AS most_ahead,
       min(line - place) AS least_ahead, sum(net_fen)::BIGINT AS net_fen, sum(discount_fen)::BIGINT AS discount_fen,
       coalesce(bool_or(quantity_milli > 0), false) AS sells, coalesce(bool_or(quantity_milli < 0), false) AS returns,
       -- The order of lines means nothing, so what they say is summed: the same lines in another order are the same.
       sum((huitou_print & 18446744073709551615::UHUGEINT)::UBIGINT) AS print_low,
       sum((huitou_print >> 64)::UBIGINT) AS print_high
"""
_PRINT = """md5_number(concat_ws('|', quantity_milli, coalesce(unit_price::VARCHAR, ''), discount_fen, net_fen, sku))
       AS huitou_print"""

RECKON = f"""
CREATE TABLE reckoned AS
SELECT store, till, receipt, 0::BIGINT AS part, {_RECKONED}
FROM (SELECT *, {_PRINT} FROM placed WHERE receipt IS NOT NULL) GROUP BY store, till, receipt
"""

MARK_ODD = f"""
CREATE TABLE odd AS
SELECT store, till, receipt FROM reckoned
WHERE last_at - "at" > {_SAME_RECEIPT_WITHIN} OR last_place - basket + 1 <> line_count
   OR (numbered > 0 AND (numbered <> line_count OR most_ahead <> least_ahead))
"""

_SAME_ROW = "sku, name, category, moment, quantity_milli, unit_price, discount_fen, net_fen, member, channel"

# What happens to the rows of odd receipts, and to them alone.
SORT_ODD = (
    f"""
    CREATE TABLE odd_rows AS
    WITH mine AS (SELECT * FROM placed SEMI JOIN odd USING (store, till, receipt)), gaps AS (
        SELECT *, moment - lag(moment) OVER same_number > {_SAME_RECEIPT_WITHIN} AS starts_anew FROM mine
        WINDOW same_number AS (PARTITION BY store, till, receipt ORDER BY moment, place)
    )
    SELECT * EXCLUDE (starts_anew), coalesce(sum(starts_anew::INTEGER) OVER (
               PARTITION BY store, till, receipt ORDER BY moment, place), 0)::BIGINT AS part
    FROM gaps
    """,
    # With line numbers, the very same row twice is one row; the same number with other contents is a conflict.
    f"""
    CREATE TABLE line_twice AS
    SELECT place, kinds > 1 AS conflicting FROM (
        SELECT place, min(place) OVER same_line AS first_place,
               count(DISTINCT hash({_SAME_ROW})) OVER same_line AS kinds
        FROM odd_rows WHERE line IS NOT NULL
        WINDOW same_line AS (PARTITION BY {_KEY}, line)
    ) WHERE first_place <> place
    """,
    """
    DELETE FROM reckoned WHERE (store, till, receipt) IN (SELECT (store, till, receipt) FROM odd)
    """,
    f"""
    INSERT INTO reckoned
    SELECT {_KEY}, {_RECKONED}
    FROM (SELECT *, {_PRINT} FROM odd_rows WHERE place NOT IN (SELECT place FROM line_twice WHERE NOT conflicting))
    GROUP BY {_KEY}
    """,
)

_ODD_LINES = f"row_number() OVER (PARTITION BY {_KEY} ORDER BY line NULLS LAST, place)"

JUDGE_RECEIPTS = (
    """
    CREATE TABLE refused_places AS
    SELECT place, reason AS code FROM placed WHERE reason IS NOT NULL
    UNION ALL SELECT place, 'line_conflict' FROM line_twice WHERE conflicting
        AND place NOT IN (SELECT place FROM odd_rows WHERE reason IS NOT NULL)
    """,
    # A receipt is taken whole or not at all, and is one customer's.
    """
    CREATE TABLE broken AS
    SELECT store, till, receipt, part, member <> other_member AS two_members FROM reckoned
    WHERE reasons > 0 OR member <> other_member OR receipt IN (SELECT receipt FROM ragged)
       OR (store, till, receipt, part) IN (
           SELECT (store, till, receipt, part) FROM odd_rows SEMI JOIN refused_places USING (place))
    """,
    """
    INSERT INTO refused_places
    SELECT place, CASE WHEN two_members AND p.member IS NOT NULL THEN 'two_members' ELSE 'receipt_refused' END
    FROM (SELECT place, store, till, receipt, 0 AS part, member FROM placed ANTI JOIN odd USING (store, till, receipt)
          UNION ALL SELECT place, store, till, receipt, part, member FROM odd_rows) p
    JOIN broken USING (store, till, receipt, part)
    WHERE place NOT IN (SELECT place FROM refused_places)
    """,
    f"""
    CREATE TABLE refused AS
    SELECT row_number, code FROM refused_places JOIN placed USING (place)
    UNION ALL SELECT row_number, {RAGGED} FROM ragged
    """,
    """
    CREATE TABLE repeated_rows AS
    SELECT row_number FROM placed SEMI JOIN line_twice USING (place)
    WHERE place NOT IN (SELECT place FROM refused_places)
    """,
)


def baskets(layout: Layout) -> str:
    """One row per receipt that can be taken."""
    local = f'timezone({values_sql.literal(layout.zone)}, "at")'
    return f"""
CREATE TABLE baskets AS
SELECT basket, store, till, receipt, part, "at", {local}::DATE AS business_date,
       channel, member, CASE WHEN sells OR NOT returns THEN 'sale' ELSE 'return' END AS kind, net_fen, discount_fen,
       line_count::INTEGER AS line_count,
       md5(concat_ws('|', line_count, print_low, print_high, coalesce(member, ''))) AS digest
FROM reckoned ANTI JOIN broken USING (store, till, receipt, part)"""


CLEAN = f"""
CREATE TABLE clean AS
    SELECT basket, (place - basket + 1)::INTEGER AS line, sku, quantity_milli, unit_price, discount_fen, net_fen,
           row_number
    FROM (FROM placed ANTI JOIN odd USING (store, till, receipt))
    JOIN (SELECT basket, store, till, receipt FROM baskets) USING (store, till, receipt)
    UNION ALL
    SELECT basket, {_ODD_LINES}::INTEGER, sku, quantity_milli, unit_price, discount_fen, net_fen, row_number
    FROM (FROM odd_rows WHERE place NOT IN (SELECT place FROM line_twice))
    JOIN (SELECT basket, {_KEY} FROM baskets) USING ({_KEY})
"""

# A code that had several names keeps its newest.
GOODS = """
CREATE TABLE goods AS
SELECT sku, arg_max(name, moment) AS name, arg_max(category, moment) AS category
FROM placed ANTI JOIN (SELECT store, till, receipt FROM broken) USING (store, till, receipt) GROUP BY sku
"""

# Hours apart, but one number of one till on one business day: two files would have brought the second one later, and
# it would be the same receipt or a different one. So it is here.
SAME_IDENTITY = (
    """
    CREATE TABLE same_identity AS
    WITH twice AS (
        SELECT store, till, business_date, receipt, kind FROM baskets SEMI JOIN odd USING (store, till, receipt)
        GROUP BY ALL HAVING count(*) > 1
    )
    SELECT basket, digest = first_value(digest) OVER one_number AS same
    FROM baskets SEMI JOIN twice USING (store, till, business_date, receipt, kind)
    WINDOW one_number AS (PARTITION BY store, till, business_date, receipt, kind ORDER BY "at", basket)
    QUALIFY row_number() OVER one_number > 1
    """,
    "INSERT INTO refused SELECT row_number, 'receipt_differs' FROM clean JOIN same_identity USING (basket) "
    "WHERE NOT same",
    "INSERT INTO repeated_rows SELECT row_number FROM clean JOIN same_identity USING (basket) WHERE same",
    "DELETE FROM clean WHERE basket IN (SELECT basket FROM same_identity)",
    "DELETE FROM baskets WHERE basket IN (SELECT basket FROM same_identity)",
)
