"""Golden files that are texts: encodings, delimiters, headers, rows, numbers and times."""

from __future__ import annotations

from tests.lake.golden import (
    FIVE,
    HEADER,
    MANY,
    MANY_TAKEN,
    PLAIN,
    ROWS,
    TAKEN,
    Golden,
    amounts,
    dates,
    objects,
    row,
    table,
)  # fmt: skip

ENGLISH = ("InvoiceNo", "InvoiceDate", "CustomerID", "StockCode", "Description", "Quantity", "Amount")
ONE, TWO = TAKEN
BAD_BYTES = MANY.encode().replace(
    "1005,2026-06-01 09:15:40,,6902,五花肉".encode(), b"1005,2026-06-01 09:15:40,,6902,\xce\xe5"
)


def one(text: str, because: str, **more) -> Golden:
    return Golden("till.csv", text.encode(), because, **more)


def single(because: str, code: str | None = None, *, fen: int = 2560, milli: int = 2000, **changed: str) -> Golden:
    """The first row of thirty changed."""
    text = table(row(**changed)) + MANY[len(table(ROWS[0])) :]
    taken = [] if code else [("1001", "6901", milli, fen)]
    return one(text, because, taken=[*taken, *MANY_TAKEN[1:]], refused={2: code} if code else {})


ENCODINGS = [
    one(PLAIN, "as a programmer would write it", taken=TAKEN),
    one("\ufeff" + PLAIN, "UTF-8 with the mark that Excel wants", taken=TAKEN),
    Golden("till.csv", PLAIN.encode("gb18030"), "as most tills in China write", taken=TAKEN),
    Golden("till.csv", b"\x84\x31\x95\x33" + PLAIN.encode("gb18030"), "GB18030 with its own mark", taken=TAKEN),
    Golden("till.csv", PLAIN.encode("utf-16"), "Unicode text, as old Windows programs call it", taken=TAKEN),
    Golden("till.csv", PLAIN.encode("utf-16-le"), "the same without a mark", taken=TAKEN),
    Golden("till.csv", b"\xfe\xff" + PLAIN.encode("utf-16-be"), "the other way round", taken=TAKEN),
    Golden(
        "till.csv",
        table(row(name="牛奶"), row(1, name=""), header=ENGLISH).encode("gbk"),
        "牛奶 alone could be 籟騷",
        asked=("encoding_unclear",),
    ),
    Golden(
        "till.csv",
        table(row(name="牛奶"), row(1, name=""), header=ENGLISH).encode("gbk"),
        "asked and answered",
        taken=TAKEN,
        reading={"encoding": "gb18030"},
    ),
    Golden(
        "till.csv",
        BAD_BYTES,
        "one row in GBK among thirty in UTF-8",
        taken=[t for t in MANY_TAKEN if t[0] != "1005"],
        refused={6: "undecodable"},
    ),
    Golden(
        "till.csv",
        PLAIN.encode() + PLAIN.encode("gbk"),
        "half in one and half in the other",
        asked=("encoding_unclear",),
    ),
    Golden(
        "till.csv",
        MANY.encode()[:-1] + "牛".encode()[:2],
        "cut off within a character",
        taken=MANY_TAKEN[:-1],
        refused={31: "undecodable"},
    ),
    single("an emoji is a character", name="🍎 苹果"),
    single("a mark in the middle of a cell's edge, from joined files", receipt="\ufeff1001"),
    one(
        MANY + "\ufeff" + table(row(receipt="2009")),
        "two exports joined, mark and header again",
        taken=[*MANY_TAKEN, ("2009", "6901", 2000, 2560)],
        refused={32: "header_again"},
    ),
    single("a NUL is no character of a name", "nul", name="鲜\0奶"),
]

SHAPES = [
    one(table(*ROWS, delimiter="\t"), "tabs", taken=TAKEN),
    one(table(*ROWS, delimiter=";"), "semicolons", taken=TAKEN),
    one(table(*ROWS, delimiter="|"), "bars", taken=TAKEN),
    one(table(*ROWS, end="\r\n"), "ends of lines as Windows writes them", taken=TAKEN),
    one(PLAIN[:-1], "no end of the last line", taken=TAKEN),
    one("2026年6月销售明细\n" + PLAIN, "a title above the header", taken=TAKEN),
    one("某某超市\n2026年6月\n\n" + PLAIN, "titles and a blank line above it", taken=TAKEN),
    one(
        table(ROWS[0], header=ENGLISH) + "\n\n" + table(ROWS[1])[len(table()) :],
        "blank lines between rows",
        taken=TAKEN,
    ),
    one("".join(",".join(cells) + "\n" for cells in ROWS), "no header at all", asked=("header_unclear",)),
    one(
        "".join(",".join(cells) + "\n" for cells in ROWS),
        "none, as said",
        taken=TAKEN,
        reading={"header_row": 0},
        given={
            "receipt": "column 1",
            "at": "column 2",
            "member": "column 3",
            "sku": "column 4",
            "name": "column 5",
            "quantity": "column 6",
            "amount": "column 7",
        },
    ),
    one(PLAIN + "1003,2026-06-01,,6902\n", "a row too short", taken=TAKEN, refused={4: "ragged"}),
    one(
        PLAIN + ",".join((*row(receipt="1003"), "x", "y")) + "\n", "a row too long", taken=TAKEN, refused={4: "ragged"}
    ),
    one(PLAIN + '1003,2026-06-01,,"6902"x,a,1,2\n', "a quote that ends too early", taken=TAKEN, refused={4: "ragged"}),
    one(
        table(row(name='"a\nb"'), ROWS[1]) + "1003\n",
        "a line break within a cell begins no row",
        taken=TAKEN,
        refused={4: "ragged"},
    ),
    one(table(row(name='"a, ""b"""'), ROWS[1]), "commas and quotes within a cell", taken=TAKEN),
    one(PLAIN + ",,,,,,\n", "a row of commas, as spreadsheets leave them", taken=TAKEN),
    one(
        table(*((*cells, "9") for cells in ROWS), header=(*HEADER, "实付金额")),
        "two columns of one name",
        asked=("column_unclear",),
    ),
    one(
        table(*((*cells, "9") for cells in ROWS), header=(*HEADER, "实付金额")),
        "the first of them, as said",
        taken=TAKEN,
        given={"amount": "实付金额#1"},
    ),
    one(table(header=HEADER), "a header and nothing below", error="file_empty"),
    Golden("till.csv", b"", "no byte", error="file_empty"),
    Golden("till.csv", b"\n\n\n", "blank lines alone", error="file_empty"),
    Golden(
        "till.txt", b"<html><body><table></table></body></html>", "a page saved as a file", error="file_kind_unknown"
    ),
    Golden("till.gz", b"\x1f\x8b\x08\0\0\0\0\0", "packed", error="file_kind_unknown"),
    Golden("till.json", b'[{"receipt": 1}]', "one JSON array", error="file_kind_unknown"),
    Golden("till.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "the old kind of workbook", error="file_kind_unknown"),
]

NUMBERS = [
    single("full-width digits are digits", quantity="２", amount="２５．６０"),
    single("the chain's currency in front", amount="¥25.60"),
    single("and behind", amount="25.60元"),
    single("another currency's sign", "amount_unreadable", amount="$25.60"),
    single("a comma that can only stand between thousands", amount='"1,025.60"', fen=102560),
    single("one thousand, or one and a bit: one row alone is refused", "amount_unreadable", amount='"1,025"'),
    one(amounts("25,60", "12,80", "1.025,60"), "commas before fractions, perhaps", asked=("decimal_unclear",)),
    one(
        amounts("25,60", "12,80", "1.025,60"),
        "commas, as said",
        reading={"decimal": ","},
        taken=[("4001", "6901", 2000, 2560), ("4002", "6901", 2000, 1280), ("4003", "6901", 2000, 102560)],
    ),
    single("no shelf holds as much", "quantity_unreadable", quantity="1e308"),
    single("nor as little, but it is a number", quantity="1e-9", milli=0, amount="25.60"),
    single("more digits than anything counts", "quantity_absurd", quantity="123456789012345678"),
    single("the same of money", "amount_absurd", amount="123456789012345678"),
    single("with its sign and fen", "amount_absurd", amount="-1234567890123456.78"),
    single("a million pieces and one", "quantity_absurd", quantity="1000001"),
    single("a price below zero", "price_negative", amount="-25.60"),
    single("nothing for it: a gift", amount="0", fen=0),
    single("goods that came back", quantity="-2", amount="-25.60", milli=-2000, fen=-2560),
    single("goods came back and money came in", "signs_disagree", quantity="-2"),
    single("a spreadsheet's error", "cell_error", sku="#N/A"),
    single("an error where an amount should be", "cell_error", amount="#REF!"),
    single("a number that a spreadsheet has shortened", "digits_lost", sku="6.9E+12"),
]

TIMES = [
    single("as it is written by hand", at="2026年6月1日 9时12分3秒"),
    single("a day as spreadsheets count", at="46174.3833680556"),
    single("without any marks", at="20260601091203"),
    single("with half a day's name", at="2026/6/1 上午 9:12:03"),
    single("tomorrow's year", "at_absurd", at="2036-06-01 09:12:03"),
    single("no such day", "at_unreadable", at="2026-02-30"),
    single("one row alone that could be June or January", "at_ambiguous", at="01/06/2026 09:12"),
    one(dates("01/06/2026", "02/06/2026", "03/06/2026"), "all of them could be", asked=("dates_unclear",)),
    one(
        dates("01/06/2026", "02/06/2026"),
        "days first, as said",
        reading={"date_format": "%d/%m/%Y"},
        taken=[("3001", "6901", 2000, 2560), ("3002", "6901", 2000, 2560)],
    ),
    one(
        dates("2026-06-01", "05/06/2026", "2026-06-02", "06/06/2026"),
        "two ways in one column",
        asked=("dates_unclear",),
    ),
    one(
        dates("2026-06-01", "05/06/2026"),
        "both, as said",
        reading={"date_format": "%Y-%m-%d | %d/%m/%Y"},
        taken=[("3001", "6901", 2000, 2560), ("3002", "6901", 2000, 2560)],
    ),
    one(
        table(row(at="2026-06-01 23:58:00"), row(1, receipt="1001", at="2026-06-02 00:03:00", member="VIP-1")),
        "one receipt across midnight",
        taken=[("1001", "6901", 2000, 2560), ("1001", "6902", 752, 2241)],
    ),
]

OBJECTS = [
    Golden("till.ndjson", objects(*ROWS).encode(), "an object per line", taken=TAKEN),
    Golden(
        "till.ndjson",
        objects(*FIVE).encode() + b"{broken\n[1]\n",
        "lines that are no object",
        taken=[(r[0], r[3], *((2000, 2560) if r[3] == "6901" else (752, 2241))) for r in FIVE],
        refused={6: "ragged", 7: "ragged"},
    ),
    Golden(
        "till.jsonl",
        objects(*ROWS).encode() + b'{"a": 1, "a": 2}\n',
        "one name twice says nothing",
        taken=TAKEN,
        refused={3: "ragged"},
    ),
    Golden(
        "till.ndjson",
        objects(*FIVE).encode().replace("鲜牛奶".encode(), b"\\ud83d", 1),
        "a till cuts names after so many units, and an emoji in two",
        taken=[(r[0], r[3], *((2000, 2560) if r[3] == "6901" else (752, 2241))) for r in FIVE[1:]],
        refused={1: "undecodable"},
    ),
    Golden(
        "till.ndjson",
        objects(*ROWS).encode().replace("鲜牛奶".encode(), b"\\ud83c\\udf4e", 1),
        "a whole emoji in two escapes is a character",
        taken=TAKEN,
    ),
    Golden(
        "till.ndjson",
        objects(("1001", "2026-06-01", None, 6901, "奶", 2, 25.6)).encode(),
        "numbers as numbers, nothing as null",
        taken=[ONE],
    ),
    Golden(
        "till.ndjson",
        b'{"a": ' + b"[" * 100_000 + b"\n" + objects(*ROWS).encode(),
        "nested without end",
        taken=TAKEN,
        refused={1: "ragged"},
    ),
]

TEXTS = [*ENCODINGS, *SHAPES, *NUMBERS, *TIMES, *OBJECTS]
