"""The measures of `likeness`: what is asked of each real set, and the same of the sample chain."""

from __future__ import annotations

from benchmarks.likeness import DIFFERENCE, KS, TV, Measure

_TAFENG = (
    "(SELECT * FROM '$/tafeng/history.parquet' UNION ALL SELECT user_id, 1000, item_id FROM '$/tafeng/future.parquet')"
)
# Four months as Ta-Feng has them, a basket being a member's day, and of members with three baskets at least.
_FOUR_MONTHS = """(SELECT * FROM (
    SELECT i AS user_id, dense_rank() OVER (PARTITION BY i ORDER BY day) AS basket_seq, product AS item_id
    FROM our_lines WHERE i IS NOT NULL AND day BETWEEN DATE '2026-07-01' AND DATE '2026-10-31')
    QUALIFY max(basket_seq) OVER (PARTITION BY user_id) >= 3)"""
_CJ = "'$/complete_journey/transactions.parquet'"
_CJ_GOODS = (
    f"(SELECT * FROM {_CJ} JOIN '$/complete_journey/products.parquet' USING (product_id) WHERE quantity BETWEEN 1 "
    "AND 100 AND sales_value > 0 AND department NOT IN ('FUEL', 'MISCELLANEOUS'))"
)
_VEGETABLES = "'$/vegetables/daily_sales_to_2023_03.parquet'"
_OUR_VEGETABLES = "our_lines JOIN categories USING (sku) WHERE category LIKE '生鲜/蔬菜/%' AND category NOT LIKE '%豆%'"
_YEAR = "day BETWEEN DATE '2025-11-25' AND DATE '2026-11-24'"


def _repeats(lines: str) -> str:
    """The share of the last basket's items that were bought before, by the number of earlier baskets."""
    return f"""WITH l AS (SELECT DISTINCT user_id, basket_seq, item_id FROM {lines}),
    ends AS (SELECT user_id, max(basket_seq) AS last, count(DISTINCT basket_seq) - 1 AS earlier FROM l GROUP BY 1),
    seen AS (SELECT DISTINCT l.user_id, item_id FROM l JOIN ends e ON e.user_id = l.user_id AND basket_seq < last),
    shares AS (SELECT earlier, avg((s.item_id IS NOT NULL)::INTEGER) AS again FROM l
               JOIN ends e ON e.user_id = l.user_id AND basket_seq = last
               LEFT JOIN seen s ON s.user_id = l.user_id AND s.item_id = l.item_id
               WHERE earlier BETWEEN 2 AND 10 GROUP BY earlier)
    SELECT avg(again) FROM shares"""


def _gaps(who: str, day: str, source: str) -> str:
    return f"""SELECT gap, count(*) FROM (SELECT {day} - lag({day}) OVER (PARTITION BY {who} ORDER BY {day}) AS gap
    FROM (SELECT DISTINCT {who}, {day} FROM {source})) WHERE gap IS NOT NULL GROUP BY 1"""


def _top_tenth(who: str, what: str, source: str) -> str:
    return f"""SELECT sum(s) FILTER (tenth = 1) / sum(s) FROM (SELECT sum({what}) AS s,
    ntile(10) OVER (ORDER BY sum({what}) DESC) AS tenth FROM {source} GROUP BY {who})"""


def _festival(day: str, count: str, source: str, festivals: str) -> str:
    return f"""SELECT ({day} - festival)::INTEGER AS left_days, sum({count}) FROM {source},
    (SELECT unnest([{festivals}]) AS festival) WHERE abs({day} - festival) <= 14 AND {day} - festival <> -1
    GROUP BY 1"""


MEASURES = (
    Measure(
        "Lines in a basket",
        "Ta-Feng, 91,000 baskets",
        KS,
        f"SELECT n, count(*) FROM (SELECT count(*) AS n FROM {_TAFENG} GROUP BY user_id, basket_seq) GROUP BY 1",
        "SELECT lines, count(*) FROM our_baskets WHERE i IS NOT NULL GROUP BY 1",
        0.10,
        "Ta-Feng is a hypermarket (6.2 lines on average), this is a neighbourhood shop (asked for: 5).",
    ),
    Measure(
        "Baskets of a member in four months",
        "Ta-Feng, 13,858 users",
        KS,
        f"SELECT n, count(*) FROM (SELECT count(DISTINCT basket_seq) AS n FROM {_TAFENG} GROUP BY user_id) GROUP BY 1",
        f"SELECT n, count(*) FROM (SELECT max(basket_seq) AS n FROM {_FOUR_MONTHS} GROUP BY user_id) GROUP BY 1",
        0.15,
        "The set holds users with three baskets or more, so ours are those too.",
    ),
    Measure(
        "Items of the last basket bought before",
        "Ta-Feng",
        DIFFERENCE,
        _repeats(_TAFENG),
        _repeats(_FOUR_MONTHS),
        0.08,
        "The mean over members with two to ten earlier baskets, each number of baskets weighing the same.",
    ),
    Measure(
        "Lines that fall on the top tenth of items",
        "Ta-Feng",
        DIFFERENCE,
        _top_tenth("item_id", "1", _TAFENG),
        _top_tenth("product", "1", "our_lines"),
        0.12,
    ),
    Measure(
        "Days between two visits",
        "The Complete Journey, 2,377 households",
        KS,
        _gaps("household_id", "day", f"(SELECT household_id, transaction_timestamp::DATE AS day FROM {_CJ})"),
        _gaps("i", "day", f"(SELECT i, day FROM our_baskets WHERE i IS NOT NULL AND {_YEAR})"),
        0.20,
        "The set is a sample of lines: visits are missing from it, so its true gaps are shorter than shown.",
    ),
    Measure(
        "Days between two orders",
        "Online Retail, 4,300 customers",
        KS,
        _gaps(
            "CustomerID",
            "day",
            "(SELECT CustomerID, InvoiceDate::DATE AS day FROM "
            "'$/online_retail/lines_2010_2011.parquet' WHERE CustomerID IS NOT NULL AND Quantity > 0)",
        ),
        _gaps("i", "day", f"(SELECT i, day FROM our_baskets WHERE i IS NOT NULL AND {_YEAR})"),
        0.40,
        "A wholesaler by post: the other end, where people come seldom. Food is bought more often, so this stays far.",
    ),
    Measure(
        "Customers who came again within the year",
        "Online Retail",
        DIFFERENCE,
        "SELECT avg((n > 1)::INTEGER) FROM (SELECT count(DISTINCT InvoiceDate::DATE) AS n FROM "
        "'$/online_retail/lines_2010_2011.parquet' WHERE CustomerID IS NOT NULL AND Quantity > 0 GROUP BY CustomerID)",
        f"SELECT avg((n > 1)::INTEGER) FROM (SELECT count(DISTINCT day) AS n FROM our_baskets WHERE i IS NOT NULL "
        f"AND {_YEAR} GROUP BY i)",
        0.28,
        "CDNOW has 0.489 in 18 months. Whoever takes a supermarket's card comes again more often than either.",
    ),
    Measure(
        "Spend of the top tenth",
        "The Complete Journey",
        DIFFERENCE,
        _top_tenth("household_id", "sales_value", _CJ_GOODS),
        _top_tenth("i", "net_fen", f"(SELECT * FROM our_baskets WHERE i IS NOT NULL AND {_YEAR})"),
        0.10,
    ),
    Measure(
        "Value of a line against the median",
        "The Complete Journey",
        KS,
        f"SELECT round(ln(sales_value / m) * 10), count(*) FROM {_CJ_GOODS}, "
        f"(SELECT median(sales_value) AS m FROM {_CJ_GOODS}) GROUP BY 1",
        "SELECT round(ln(net_fen / m) * 10), count(*) FROM our_lines, (SELECT median(net_fen) AS m FROM our_lines) "
        "WHERE net_fen > 0 GROUP BY 1",
        0.15,
        "Tenths of the natural logarithm: 0 is the median line, 7 twice, -7 half of it.",
    ),
    Measure(
        "Pieces in a line",
        "The Complete Journey",
        TV,
        f"SELECT least(quantity, 5)::INTEGER, count(*) FROM {_CJ_GOODS} GROUP BY 1",
        "SELECT least(quantity_milli // 1000, 5)::INTEGER, count(*) FROM our_lines WHERE NOT weighed GROUP BY 1",
        0.06,
    ),
    Measure(
        "Kinds of vegetables",
        "a Chinese supermarket, 821,000 purchases",
        TV,
        "SELECT CASE 分类名称 WHEN '花叶类' THEN '叶菜' WHEN '花菜类' THEN '花菜' WHEN '水生根茎类' THEN '根茎' "
        f"WHEN '食用菌' THEN '菌菇' ELSE '茄果' END, sum(transaction_count) FROM {_VEGETABLES} GROUP BY 1",
        f"SELECT split_part(category, '/', 3), count(*) FROM {_OUR_VEGETABLES} GROUP BY 1",
        0.08,
        "Its aubergines and peppers are our 茄果. It has no potatoes and carrots, so our 根茎 is the larger.",
    ),
    Measure(
        "Weekdays of buying vegetables",
        "a Chinese supermarket",
        TV,
        f"SELECT isodow(销售日期), sum(transaction_count) FROM {_VEGETABLES} GROUP BY 1",
        f"SELECT isodow(day), count(*) FROM {_OUR_VEGETABLES} AND {_YEAR} GROUP BY 1",
        0.04,
    ),
    Measure(
        "Months of buying vegetables",
        "a Chinese supermarket",
        TV,
        f"SELECT month(销售日期), sum(transaction_count) / count(DISTINCT 销售日期) FROM {_VEGETABLES} GROUP BY 1",
        f"SELECT month(day), count(*) / count(DISTINCT day) FROM {_OUR_VEGETABLES} AND {_YEAR} GROUP BY 1",
        0.10,
        "Its years are 2020 to 2023, with lock-downs in spring.",
    ),
    Measure(
        "Days around Spring Festival",
        "a Chinese supermarket, 2021 to 2023",
        TV,
        _festival(
            "销售日期", "transaction_count", _VEGETABLES, "DATE '2021-02-12', DATE '2022-02-01', DATE '2023-01-22'"
        ),
        _festival("day", "1", f"(SELECT day FROM {_OUR_VEGETABLES})", "DATE '2026-02-17'"),
        0.20,
        "Two weeks before and after, by day, without the eve, for which the set has nothing.",
    ),
    Measure(
        "Kilograms of a vegetable in a line",
        "a Chinese supermarket, 251 items",
        KS,
        f"SELECT kg, count(*) FROM (SELECT round(sum(total_qty) / sum(transaction_count), 2) AS kg "
        f"FROM {_VEGETABLES} GROUP BY 单品编码 "
        "HAVING sum(transaction_count) >= 50) GROUP BY 1",
        f"SELECT kg, count(*) FROM (SELECT round(avg(quantity_milli) / 1000, 2) AS kg "
        f"FROM {_OUR_VEGETABLES} AND weighed GROUP BY sku "
        "HAVING count(*) >= 20) GROUP BY 1",
        0.35,
        "The mean of each item. Many real ones are packed by 200 g or one kilogram, which ours are not.",
    ),
    Measure(
        "Cost of vegetables against price",
        "a Chinese supermarket",
        KS,
        f'SELECT round("批发价格(元/千克)" / avg_price, 2), count(*) FROM {_VEGETABLES} WHERE avg_price > 0 GROUP BY 1',
        f"SELECT round(cost_share, 2), count(*) FROM {_OUR_VEGETABLES} GROUP BY 1",
        0.20,
        "Ours is set once, the real one moves with the market from day to day.",
    ),
)
