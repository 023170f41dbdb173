"""The measures of `likeness`: what is asked of each real set, and the same of the sample chain."""

from __future__ import annotations

from benchmarks.likeness import DIFFERENCE, KS, TV, Measure, Yardstick

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
# Which department of ours their categories would be; the first that fits. Tobacco stands behind our counter.
_DEPARTMENTS = {
    "家居清洁": "TISSUE|TISS/|TOWELS|PAPER|LAUNDRY|DISHWASH|CLEANG|BLEACH|AIR CARE|BROOMS|WRAPS/BAGS|FOILWARE|"
    "HOUSEWARES|KITCHEN|COOKWARE|BATTERIES|ELECTRICAL|HARDWARE|DOMESTIC GOODS|CHARCOAL|FILTERS|PET |CAT |DOG ",
    "乳品烘焙": "^(FLUID MILK|YOGURT|CHEESE|MILK BY|BUTTER|MARGARINES|MISC. DAIRY|BAKED |REFRGRATD DOUGH|CANNED MILK)",
    "冷冻食品": "^(FRZN|FROZEN|ICE CREAM)",
    "酒水饮料": "SOFT DRINKS|^WATER|JUICE|ISOTONIC|BEER|WINE|LIQUOR|COFFEE|TEAS|DRNK MX|COCOA",
    "休闲食品": "CANDY|SNACK|COOKIES|CRACKERS|NUTS|CHIPS|DRIED FRUIT|RICE CAKES",
    "个护母婴": "HAIR|ORAL|SOAP|DEODOR|SHAVING|HYGIENE|BABY|DIAPERS|INFANT|FACIAL|VITAMINS|FIRST AID|COLD AND|ANALG|"
    "SINUS|ANTAC|LAXAT|EYE AND|DIETARY|MAKEUP|FRAGRANCE",
}
_CJ_DEPARTMENT = (
    "CASE WHEN department IN ('PRODUCE', 'MEAT', 'MEAT-PCKGD', 'DELI', 'SALAD BAR', 'CHEF SHOPPE') "
    "OR department LIKE 'SEAFOOD%' OR product_category = 'EGGS' THEN '生鲜' WHEN department = 'PASTRY' THEN '乳品烘焙' "
    + " ".join(f"WHEN regexp_matches(product_category, '{what}') THEN '{name}'" for name, what in _DEPARTMENTS.items())
    + " WHEN department IN ('GROCERY', 'NUTRITION') THEN '粮油调味' ELSE '文具百货' END"
)
_CJ_SHOP = (
    f"(SELECT * FROM {_CJ_GOODS} WHERE product_category NOT IN ('CIGARETTES', 'TOBACCO OTHER', 'COUPON/MISC ITEMS'))"
)
_OR = """(SELECT CustomerID AS user_id, InvoiceDate::DATE AS day, InvoiceNo AS basket, StockCode AS item_id,
    Quantity AS pieces, Quantity * UnitPrice AS fen FROM '$/online_retail/lines_2010_2011.parquet'
    WHERE CustomerID IS NOT NULL AND Quantity > 0 AND UnitPrice > 0)"""
_OR_BASKETS = f"(SELECT sum(fen) AS fen FROM {_OR} GROUP BY basket)"
_OR_FOUR_MONTHS = f"""(SELECT * FROM (
    SELECT user_id, dense_rank() OVER (PARTITION BY user_id ORDER BY day) AS basket_seq, item_id
    FROM {_OR} WHERE day BETWEEN DATE '2011-07-01' AND DATE '2011-10-31')
    QUALIFY max(basket_seq) OVER (PARTITION BY user_id) >= 3)"""
_CDNOW = "'$/cdnow/orders.parquet'"
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


def _from_july(year: int) -> str:
    """What the Chinese shop sold in twelve months, from the July of this year."""
    within = f"BETWEEN DATE '{year}-07-01' AND DATE '{year + 1}-06-30'"
    return f"(SELECT * FROM {_VEGETABLES} WHERE 销售日期 {within})"


def _visits(source: str) -> str:
    """How many have how many baskets, of members with three at least."""
    return f"SELECT n, count(*) FROM (SELECT count(DISTINCT basket_seq) AS n FROM {source} GROUP BY user_id) GROUP BY 1"


def _came_again(who: str, day: str, source: str) -> str:
    return f"SELECT avg((n > 1)::INTEGER) FROM (SELECT count(DISTINCT {day}) AS n FROM {source} GROUP BY {who})"


def _against_the_median(what: str, source: str) -> str:
    return (
        f"SELECT round(ln({what} / m) * 10), count(*) FROM {source}, (SELECT median({what}) AS m FROM {source}) "
        f"WHERE {what} > 0 GROUP BY 1"
    )


def _kinds(source: str) -> str:
    return (
        "SELECT CASE 分类名称 WHEN '花叶类' THEN '叶菜' WHEN '花菜类' THEN '花菜' WHEN '水生根茎类' THEN '根茎' "
        f"WHEN '食用菌' THEN '菌菇' ELSE '茄果' END, sum(transaction_count) FROM {source} GROUP BY 1"
    )


def _weekdays(source: str) -> str:
    return f"SELECT isodow(销售日期), sum(transaction_count) FROM {source} GROUP BY 1"


def _months(source: str) -> str:
    return f"SELECT month(销售日期), sum(transaction_count) / count(DISTINCT 销售日期) FROM {source} GROUP BY 1"


def _weights(source: str, fewest: int) -> str:
    return (
        "SELECT kg, count(*) FROM (SELECT round(sum(total_qty) / sum(transaction_count), 2) AS kg "
        f"FROM {source} GROUP BY 单品编码 HAVING sum(transaction_count) >= {fewest}) GROUP BY 1"
    )


def _costs(source: str) -> str:
    return f'SELECT round("批发价格(元/千克)" / avg_price, 2), count(*) FROM {source} WHERE avg_price > 0 GROUP BY 1'


_ONLINE_RETAIL = "Online Retail, a wholesaler by post"
_OTHER_YEAR = "the same shop a year later"
_FIRST_YEAR, _SECOND_YEAR = _from_july(2020), _from_july(2021)
_OUR_YEAR = f"(SELECT * FROM our_baskets WHERE i IS NOT NULL AND {_YEAR})"
_CJ_DAYS = f"(SELECT household_id, transaction_timestamp::DATE AS day FROM {_CJ})"

MEASURES = (
    Measure(
        "Lines in a basket",
        "Ta-Feng, 91,000 baskets",
        KS,
        f"SELECT n, count(*) FROM (SELECT count(*) AS n FROM {_TAFENG} GROUP BY user_id, basket_seq) GROUP BY 1",
        "SELECT lines, count(*) FROM our_baskets WHERE i IS NOT NULL GROUP BY 1",
        Yardstick(
            f"SELECT n, count(*) FROM (SELECT count(*) AS n FROM {_OR} GROUP BY basket) GROUP BY 1",
            _ONLINE_RETAIL,
            0.25,
        ),
        "Ta-Feng is a hypermarket (6.2 lines on average), this is a neighbourhood shop (asked for: 5).",
    ),
    Measure(
        "Baskets of a member in four months",
        "Ta-Feng, 13,858 users",
        KS,
        _visits(_TAFENG),
        _visits(_FOUR_MONTHS),
        Yardstick(_visits(_OR_FOUR_MONTHS), _ONLINE_RETAIL, 0.5),
        "The set holds users with three baskets or more, so ours are those too.",
    ),
    Measure(
        "Items of the last basket bought before",
        "Ta-Feng",
        DIFFERENCE,
        _repeats(_TAFENG),
        _repeats(_FOUR_MONTHS),
        Yardstick(_repeats(_OR_FOUR_MONTHS), _ONLINE_RETAIL, 0.5),
        "The mean over members with two to ten earlier baskets, each number of baskets weighing the same.",
    ),
    Measure(
        "Lines that fall on the top tenth of items",
        "Ta-Feng",
        DIFFERENCE,
        _top_tenth("item_id", "1", _TAFENG),
        _top_tenth("product", "1", "our_lines"),
        Yardstick(_top_tenth("item_id", "1", _OR), _ONLINE_RETAIL, 1),
    ),
    Measure(
        "Days between two visits",
        "The Complete Journey, 2,377 households",
        KS,
        _gaps("household_id", "day", _CJ_DAYS),
        _gaps("i", "day", _OUR_YEAR),
        Yardstick(_gaps("user_id", "day", _OR), _ONLINE_RETAIL, 0.5),
        "The set is a sample of lines: visits are missing from it, so its true gaps are shorter than shown.",
    ),
    Measure(
        "Days between two orders",
        "Online Retail, 4,300 customers",
        KS,
        _gaps("user_id", "day", _OR),
        _gaps("i", "day", _OUR_YEAR),
        Yardstick(_gaps("household_id", "day", _CJ_DAYS), "The Complete Journey, households of a grocer", 1),
        "A wholesaler by post: the other end, where people come seldom. Food is bought more often, so this stays far.",
    ),
    Measure(
        "Customers who came again within the year",
        "Online Retail",
        DIFFERENCE,
        _came_again("user_id", "day", _OR),
        _came_again("i", "day", _OUR_YEAR),
        Yardstick(
            _came_again("customer_id", "date", f"(FROM {_CDNOW} WHERE date < DATE '1998-01-01')"),
            "CDNOW, records by post, in 1997",
            1,
        ),
        "No set is of a shop round the corner: The Complete Journey chose households that came often (0.955 of them "
        "came again), Ta-Feng keeps who came three times, and the two that hold everybody sell by post, where people "
        "come seldom. Ours lies between them, nearer to the post.",
    ),
    Measure(
        "Value of a basket against the median",
        "Online Retail, 18,500 invoices",
        KS,
        _against_the_median("fen", _OR_BASKETS),
        _against_the_median("net_fen", "(SELECT net_fen FROM our_baskets WHERE i IS NOT NULL)"),
        Yardstick(_against_the_median("dollar_value", f"(FROM {_CDNOW})"), "CDNOW, records by post", 1),
        "Tenths of the natural logarithm. The Complete Journey holds 1.6 lines of a basket and not what it came to, "
        "Ta-Feng and the Chinese supermarket hold no prices of baskets, and the Chinese orders are made up.",
    ),
    Measure(
        "Departments, by lines",
        "The Complete Journey",
        TV,
        f"SELECT {_CJ_DEPARTMENT}, count(*) FROM {_CJ_SHOP} GROUP BY 1",
        "SELECT split_part(category, '/', 1), count(*) FROM our_lines JOIN categories USING (sku) GROUP BY 1",
        0.25,
        "An American grocer, and the only set that has departments: they were put under ours by hand. Fresh food is "
        "what a Chinese shop round the corner is for: two lines in five with us, fewer than one in four there; that "
        "alone is 0.16. A quarter of the lines may lie elsewhere, no more.",
    ),
    Measure(
        "Departments, by value",
        "The Complete Journey",
        TV,
        f"SELECT {_CJ_DEPARTMENT}, sum(sales_value) FROM {_CJ_SHOP} GROUP BY 1",
        "SELECT split_part(category, '/', 1), sum(net_fen) FROM our_lines JOIN categories USING (sku) GROUP BY 1",
        0.2,
        "The same by what was paid: meat is dear there and vegetables are cheap here, so shares of money lie nearer.",
    ),
    Measure(
        "Spend of the top tenth",
        "The Complete Journey",
        DIFFERENCE,
        _top_tenth("household_id", "sales_value", _CJ_GOODS),
        _top_tenth("i", "net_fen", _OUR_YEAR),
        Yardstick(_top_tenth("user_id", "fen", _OR), _ONLINE_RETAIL, 0.5),
    ),
    Measure(
        "Value of a line against the median",
        "The Complete Journey",
        KS,
        _against_the_median("sales_value", _CJ_GOODS),
        _against_the_median("net_fen", "our_lines"),
        Yardstick(_against_the_median("fen", _OR), _ONLINE_RETAIL, 1),
        "Tenths of the natural logarithm: 0 is the median line, 7 twice, -7 half of it.",
    ),
    Measure(
        "Pieces in a line",
        "The Complete Journey",
        TV,
        f"SELECT least(quantity, 5)::INTEGER, count(*) FROM {_CJ_GOODS} GROUP BY 1",
        "SELECT least(quantity_milli // 1000, 5)::INTEGER, count(*) FROM our_lines WHERE NOT weighed GROUP BY 1",
        Yardstick(f"SELECT least(pieces, 5)::INTEGER, count(*) FROM {_OR} GROUP BY 1", _ONLINE_RETAIL, 0.1),
    ),
    Measure(
        "Kinds of vegetables",
        "a Chinese supermarket, 821,000 purchases",
        TV,
        _kinds(_VEGETABLES),
        f"SELECT split_part(category, '/', 3), count(*) FROM {_OUR_VEGETABLES} GROUP BY 1",
        Yardstick(_kinds(_SECOND_YEAR), _OTHER_YEAR, 1, _kinds(_FIRST_YEAR)),
        "Its aubergines and peppers are our 茄果. It has no potatoes and carrots, so our 根茎 is the larger.",
    ),
    Measure(
        "Weekdays of buying vegetables",
        "a Chinese supermarket",
        TV,
        _weekdays(_VEGETABLES),
        f"SELECT isodow(day), count(*) FROM {_OUR_VEGETABLES} AND {_YEAR} GROUP BY 1",
        Yardstick(_weekdays(_SECOND_YEAR), _OTHER_YEAR, 1, _weekdays(_FIRST_YEAR)),
    ),
    Measure(
        "Months of buying vegetables",
        "a Chinese supermarket",
        TV,
        _months(_VEGETABLES),
        f"SELECT month(day), count(*) / count(DISTINCT day) FROM {_OUR_VEGETABLES} AND {_YEAR} GROUP BY 1",
        Yardstick(_months(_SECOND_YEAR), _OTHER_YEAR, 1, _months(_FIRST_YEAR)),
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
        Yardstick(
            _festival("销售日期", "transaction_count", _VEGETABLES, "DATE '2023-01-22'"),
            "the same shop in 2022 and in 2023",
            1,
            _festival("销售日期", "transaction_count", _VEGETABLES, "DATE '2022-02-01'"),
        ),
        "Two weeks before and after, by day, without the eve, for which the set has nothing.",
    ),
    Measure(
        "Kilograms of a vegetable in a line",
        "a Chinese supermarket, 251 items",
        KS,
        _weights(_VEGETABLES, 50),
        f"SELECT kg, count(*) FROM (SELECT round(avg(quantity_milli) / 1000, 2) AS kg "
        f"FROM {_OUR_VEGETABLES} AND weighed GROUP BY sku "
        "HAVING count(*) >= 20) GROUP BY 1",
        Yardstick(_weights(_SECOND_YEAR, 50), _OTHER_YEAR, 2, _weights(_FIRST_YEAR, 50)),
        "The mean of each item. Many real ones are packed by 200 g or one kilogram, which ours are not.",
    ),
    Measure(
        "Cost of vegetables against price",
        "a Chinese supermarket",
        KS,
        _costs(_VEGETABLES),
        f"SELECT round(cost_share, 2), count(*) FROM {_OUR_VEGETABLES} GROUP BY 1",
        Yardstick(_costs(_SECOND_YEAR), _OTHER_YEAR, 3, _costs(_FIRST_YEAR)),
        "Ours is set once, the real one moves with the market from day to day.",
    ),
)
