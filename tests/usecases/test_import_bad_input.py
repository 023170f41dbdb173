"""Wrong files, wrong mappings and wrong rows: each has a clear code, and nothing moves."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.builders import NOW, books, contents, line, rows, take, take_file, write_csv

from huitou.doors.cli.mapping import FieldTwice, MappingUnreadable, read_mapping
from huitou.kernel.errors import HuitouError
from huitou.lake import service as lake
from huitou.lake.errors import FieldUnknown
from huitou.lake.rules.refusals import REASONS
from huitou.lake.terms import Field, Layout

HEADER = "receipt,at,sku,quantity,amount"
GOOD = "1,2026-11-01 10:00,milk,1,10.00"
USUAL = {field: str(field) for field in (Field.RECEIPT, Field.AT, Field.SKU, Field.QUANTITY, Field.AMOUNT)}


def csv_of(*lines: str, encoding: str = "utf-8") -> bytes:
    return "".join(f"{text}\n" for text in lines).encode(encoding)


FILES = [
    ("till.csv", None, USUAL, {}, "file_missing", "nobody put it there"),
    ("till.csv", b"", USUAL, {}, "file_empty", "no byte in it"),
    ("till.csv", csv_of(HEADER), USUAL, {}, "file_empty", "a header and no rows"),
    ("till.xlsx", b"PK\x03\x04", USUAL, {}, "file_unreadable", "a zip that ends before it begins"),
    ("till.xls", b"\xd0\xcf\x11\xe0\xa1\xb1", USUAL, {}, "file_kind_unknown", "the workbooks of the last century"),
    ("till.parquet", csv_of(HEADER, GOOD), USUAL, {}, "file_unreadable", "a CSV with another ending"),
    ("till.csv", csv_of(HEADER, "1,2026-11-01,牛奶,1,2", encoding="gbk"), USUAL, {}, "encoding_unclear", "or 籟騷"),
    (
        "till.csv",
        csv_of(HEADER, GOOD),
        {**USUAL, Field.SKU: "code"},
        {},
        "column_missing",
        "a column that is nowhere",
    ),
    ("till.csv", csv_of(HEADER, GOOD), {**USUAL, Field.SKU: "SKU"}, {}, "column_missing", "spelled in capitals"),
    *(
        (
            "till.csv",
            csv_of(HEADER, GOOD),
            {field: column for field, column in USUAL.items() if field is not left_out},
            {},
            "field_missing",
            f"{left_out} is needed",
        )
        for left_out in USUAL
    ),
    ("till.csv", csv_of(f"{HEADER},amount", f"{GOOD},9"), USUAL, {}, "column_twice", "two columns named amount"),
    ("till.csv", csv_of(HEADER, GOOD), USUAL, {"date_format": "%Q"}, "date_format_unknown", "no such letter"),
    ("till.csv", csv_of(HEADER, GOOD), {}, {}, "field_missing", "nothing is mapped"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "text", "columns", "more", "code", "because"), FILES, ids=[case[-1] for case in FILES]
)
def test_a_wrong_file_is_refused_before_anything_moves(tmp_path, name, text, columns, more, code, because):
    path = tmp_path / name
    if text is not None:
        path.write_bytes(text)
    before = contents()
    with pytest.raises(HuitouError) as refused:
        take_file(path, columns, **more)
    assert refused.value.code == code, because
    assert str(refused.value), "it says what"
    assert "{" not in refused.value.remedy, "and what next, with its facts"
    assert contents() == before


@pytest.mark.parametrize(
    ("given", "error", "because"),
    [
        (["sku"], MappingUnreadable, "no column"),
        (["sku="], MappingUnreadable, "an empty column"),
        (["price=Price"], FieldUnknown, "there is no field price"),
        (["=Price"], FieldUnknown, "nor an empty one"),
        (["SKU=Code"], FieldUnknown, "fields are written small"),
        (["sku=Code", "sku=Other"], FieldTwice, "one of them would be dropped in silence"),
    ],
)
def test_a_wrong_mapping_is_refused(given, error, because):
    with pytest.raises(error):
        read_mapping(given)


def test_a_mapping_is_read_as_it_is_written():
    assert read_mapping(["sku=Stock Code", "amount=a=b"]) == {Field.SKU: "Stock Code", Field.AMOUNT: "a=b"}


def bad(at="2026-11-01 10:00", **more: str) -> dict:
    return {**line("", at), **more}


# Each row is a receipt of its own, numbered by its place; the code None is a row that is taken.
ROWS = [
    (line("", "2026-11-01 10:00"), "receipt_blank", "no number"),
    (bad(receipt="\u3000"), "receipt_blank", "a full-width space is blank too"),
    (bad(sku=""), "sku_blank", "nothing was sold"),
    (bad(sku="x" * 201), "text_too_long", "no code of a product is that long, and no index holds any length"),
    (bad(sku="x" * 200), None, "two hundred are taken"),
    (bad(at=""), "at_blank", "never"),
    (bad(at="yesterday"), "at_unreadable", "a word"),
    (bad(at="2026-02-30 10:00"), "at_unreadable", "February has no 30th"),
    (bad(at="2026-13-01 10:00"), "at_unreadable", "no month has the number 13"),
    (bad(at="2026-11-01 25:00"), "at_unreadable", "no day has 25 hours"),
    (bad(at="２０２６-11-01 10:00"), None, "full-width digits are digits"),
    (bad(at="20261101"), None, "no other day is written so"),
    (bad(at="31122026"), "at_unreadable", "the day first, and no year at the front"),
    (bad(at="45292.5"), None, "a day as spreadsheets count them"),
    (bad(at="12345"), "at_unreadable", "as they count it 1933, and so a number"),
    (bad(at="2026年11月1日 9时5分"), None, "as it is written by hand"),
    (bad(at="2026/11/1 下午 3:05:00"), None, "as a Chinese Windows writes it"),
    (bad(at="01/02/2026 10:00"), "at_ambiguous", "the first of February or the second of January"),
    (bad(at="31.10.26"), "at_ambiguous", "and which century"),
    (bad(at="2031-01-01 10:00"), "at_absurd", "the future"),
    (bad(at="2026-11-22 12:01+00:00"), "at_absurd", "more than two days ahead"),
    (bad(at="2026-11-22 11:59+00:00"), None, "a clock may be two days ahead"),
    (bad(at="9999-12-31 23:59"), "at_absurd", "the end of time"),
    (bad(at="1989-12-31 10:00"), "at_absurd", "before there were such tills"),
    (bad(at="0001-01-01"), "at_absurd", "an empty date of some systems"),
    (bad(quantity=""), "quantity_blank", "how many"),
    (bad(quantity="two"), "quantity_unreadable", "a word"),
    (bad(quantity="1e308"), "quantity_unreadable", "a number that no shelf holds, as programs write it"),
    (bad(quantity="NaN"), "quantity_unreadable", "not a number"),
    (bad(quantity="inf"), "quantity_unreadable", "nor is this"),
    (bad(quantity="１"), None, "full-width digits are digits"),
    (bad(quantity="¥1"), "quantity_unreadable", "nobody counts in money"),
    (bad(quantity="1,5"), "quantity_unreadable", "one and a half, or one thousand five hundred cut off"),
    (bad(quantity="1000001"), "quantity_absurd", "a million pieces"),
    (bad(quantity="999999999999999", unit_price="999999999999999", amount=""), "quantity_absurd", "times a fortune"),
    (bad(unit_price="a lot"), "price_unreadable", "a word"),
    (bad(unit_price="10000001"), "price_absurd", "ten million for one"),
    (bad(unit_price="-1"), "price_negative", "nobody is paid for taking goods"),
    (bad(amount="¥1,234.50"), None, "with the currency, and a comma that can only stand between thousands"),
    (bad(amount="1,234"), "amount_unreadable", "a thousand and more, or one and a bit"),
    (bad(amount="$10"), "amount_unreadable", "another currency's"),
    (bad(amount="10.00元"), None, "the currency behind"),
    (bad(amount="(10.00)"), "amount_unreadable", "below zero, as bookkeepers write it"),
    (bad(member="#N/A"), "cell_error", "a look-up that found nobody is no member"),
    (bad(member="1.38E+10"), "digits_lost", "a phone after a spreadsheet"),
    (bad(receipt="receipt", at="at", sku="sku"), "header_again", "the second of two files put together"),
    (bad(amount="1e308"), "amount_unreadable", "a number that no purse holds"),
    (bad(amount=""), "amount_blank", "neither an amount nor a price"),
    (bad(amount="100000000.01"), "amount_absurd", "more than a hundred million"),
    (bad(amount="-10.00"), "price_negative", "a sale below zero"),
    (bad(amount="10.00", discount="-1"), "price_negative", "a discount that makes dearer"),
    (bad(discount="some"), "discount_unreadable", "a word"),
    (bad(quantity="-1", amount="10.00"), "signs_disagree", "goods came back and money came in"),
    (bad(line="0"), "line_unreadable", "lines count from 1"),
    (bad(line="1.5"), "line_unreadable", "in whole numbers"),
    (bad(line="99999999999999999999"), "line_unreadable", "as far as anybody counts"),
    (bad(name="mi\x00lk"), "nul", "a NUL cannot be stored"),
    (bad(member="C\x00"), "nul", "in no text"),
    (bad(quantity="0"), None, "a line of nothing is odd and harmless"),
    (bad(quantity="-1", amount="-10.00"), None, "goods that came back"),
    (bad(amount="", unit_price="3.335", quantity="3"), None, "price times quantity"),
    (bad(name="'; DROP TABLE receipts_receipt; --"), None, "a name is a name"),
    (bad(name='quoted "name", with a comma'), None, "however it is written"),
]  # fmt: skip


def _numbered() -> list[dict]:
    return [
        {**row, "receipt": row["receipt"] or (f"R{place}" if code != "receipt_blank" else ""), "sku": row["sku"]}
        for place, (row, code, _) in enumerate(ROWS)
    ]


@pytest.fixture(scope="module")
def judged(tmp_path_factory) -> dict[int, str]:
    path, columns = write_csv(tmp_path_factory.mktemp("bad"), _numbered())
    with lake.read_file(path, Layout(columns, "Asia/Shanghai", NOW)) as session:
        found = lake.refusals(session).select(["row_number", "code"]).to_pylist()
    return {row["row_number"]: row["code"] for row in found}


@pytest.mark.parametrize("place", range(len(ROWS)), ids=[f"{code}: {because}" for _, code, because in ROWS])
def test_a_wrong_row_has_its_reason(judged, place):
    _, code, because = ROWS[place]
    assert judged.get(place + 2) == code, because


def test_every_reason_of_a_row_is_shown_above():
    elsewhere = {
        "undecodable",
        "formula_without_value",
        "merged_number",
        "ragged",
        "line_conflict",
        "two_members",
        "receipt_differs",
        "receipt_refused",
        "member_unfit",
        # Of files with the time in a column of its own: tests/lake/test_date_and_time_apart.py.
        "clock_blank",
        "clock_unreadable",
        "clock_differs",
        # Of files with the state of orders: tests/usecases/test_no_sales.py.
        "status_unclear",
    }
    assert {code for _, code, _ in ROWS if code} | elsewhere == set(REASONS)


@pytest.mark.django_db
def test_wrong_rows_are_kept_with_their_reason_and_nothing_else_moves(tmp_path):
    take(tmp_path, [line("0", "2026-11-01 10:00", member="C0")])
    before = books()
    refused = [row for row, (_, code, _) in zip(_numbered(), ROWS, strict=True) if code]
    report = take(tmp_path, refused)
    assert (report.rows_read, report.rows_taken, report.rows_refused) == (len(refused), 0, len(refused))
    assert books() == before
    kept = rows("SELECT row_number, code, detail, row::text FROM receipts_refusal ORDER BY row_number")
    assert [row[:2] for row in kept] == [(row["row_number"], row["code"]) for row in report.refused]
    assert all(detail == REASONS[code] for _, code, detail, _ in kept)
    assert any("mi␀lk" in row for *_, row in kept), "the row as it stood, a NUL shown for what it is"
    assert rows("SELECT report->>'refused' FROM receipts_import ORDER BY id DESC LIMIT 1") == [("[]",)], "kept once"


RECEIPTS = [
    (
        [line("1", "2026-11-01 10:00", "milk"), line("1", "2026-11-01 10:00", "tea", "x")],
        {2: "receipt_refused", 3: "quantity_unreadable"},
        "a receipt is taken whole or not at all",
    ),
    (
        [line("1", "2026-11-01 10:00", member="C1"), line("1", "2026-11-01 10:00", "tea", member="C2"),
         line("1", "2026-11-01 10:00", "rice")],
        {2: "two_members", 3: "two_members", 4: "receipt_refused"},
        "one receipt is one customer's",
    ),
    (
        [line("1", "2026-11-01 10:00", line="1"), line("1", "2026-11-01 10:00", "tea", line="1")],
        {2: "receipt_refused", 3: "line_conflict"},
        "one number, two contents",
    ),
    (
        [line("1", "2026-11-01 10:00", line="1"), line("1", "2026-11-01 10:00", line="1", quantity="x")],
        {2: "receipt_refused", 3: "quantity_unreadable"},
        "a row has one reason, even where it could have two",
    ),
    (
        [line("1", "2026-11-01 08:00"), line("1", "2026-11-01 20:00", "tea")],
        {3: "receipt_differs"},
        "twelve hours later the same number on the same day is another receipt, and the identity is taken",
    ),
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("given", "codes", "because"), RECEIPTS, ids=[case[-1] for case in RECEIPTS])
def test_a_receipt_is_taken_whole_or_not_at_all(tmp_path, given, codes, because):
    other = line("9", "2026-11-01 10:00", "rice", "1", "7.00")
    report = take(tmp_path, [*given, other])
    assert {row["row_number"]: row["code"] for row in report.refused} == codes, because
    assert report.rows_read == len(given) + 1 == report.rows_taken + report.rows_repeated + report.rows_refused
    taken = {number for (number,) in rows("SELECT number FROM receipts_receipt")}
    whole = {"1"} if len(codes) < len(given) else set()
    assert taken == {"9"} | whole, "the other receipt of the file is taken"


@pytest.mark.parametrize(
    ("given", "baskets", "repeated", "because"),
    [
        (["2026-11-01 10:00", "2026-11-02 10:00"], ["2026-11-01", "2026-11-02"], 0, "a till counts from 1 each day"),
        (["2026-11-01 23:50", "2026-11-02 00:10"], ["2026-11-01"], 0, "one receipt across midnight is yesterday's"),
        (["2026-11-01 10:00", "2026-11-01 15:59"], ["2026-11-01"], 0, "a slow till"),
        (["2026-11-01 08:00", "2026-11-01 20:00"], ["2026-11-01"], 1, "the same once more, hours later, is a repeat"),
    ],
)
def test_a_number_is_one_receipt_of_its_day(tmp_path, given, baskets, repeated, because):
    path, columns = write_csv(tmp_path, [line("1", at) for at in given])
    with lake.read_file(path, Layout(columns, "Asia/Shanghai", NOW)) as session:
        found = session.sql("SELECT business_date::VARCHAR FROM baskets ORDER BY 1").fetchall()
        again = session.sql("SELECT count(*) FROM repeated_rows").fetchall()[0][0]
    assert ([date for (date,) in found], again) == (baskets, repeated), because


@pytest.mark.parametrize(
    ("zone", "at", "utc", "on", "because"),
    [
        ("Asia/Shanghai", "2026-11-01 00:30", "2026-10-31 16:30:00", "2026-11-01", "the shop's day, not Greenwich's"),
        ("Europe/London", "2026-03-29 01:30", "2026-03-29 01:30:00", "2026-03-29", "an hour that the clock skipped"),
        ("Europe/London", "2026-03-29 02:30", "2026-03-29 01:30:00", "2026-03-29", "the hour after it is one less"),
        ("Europe/London", "2025-10-26 01:30", "2025-10-26 01:30:00", "2025-10-26", "one that came twice: the second"),
        ("Europe/London", "2026-07-01 00:30", "2026-06-30 23:30:00", "2026-07-01", "summer time"),
        ("Asia/Shanghai", "2024-02-29 10:00", "2024-02-29 02:00:00", "2024-02-29", "a leap day"),
        ("Asia/Shanghai", "2026-11-01 00:30Z", "2026-11-01 00:30:00", "2026-11-01", "a moment with its own zone"),
        ("Asia/Shanghai", "2026-10-31 20:30-03:00", "2026-10-31 23:30:00", "2026-11-01", "is the shop's day too"),
        ("Asia/Shanghai", "2026/11/1 9:05", "2026-11-01 01:05:00", "2026-11-01", "as spreadsheets write it"),
        ("Asia/Shanghai", "2026.11.01 09:05:30", "2026-11-01 01:05:30", "2026-11-01", "with dots"),
        ("Asia/Shanghai", "2026-11-01T09:05:30.25", "2026-11-01 01:05:30.25", "2026-11-01", "as machines write it"),
        ("Asia/Shanghai", "2026-11-01", "2026-10-31 16:00:00", "2026-11-01", "a day without a time"),
    ],
)  # fmt: skip
def test_times_are_the_shops(tmp_path, zone, at, utc, on, because):
    path, columns = write_csv(tmp_path, [line("1", at)])
    with lake.read_file(path, Layout(columns, zone, NOW)) as session:
        found = session.sql("SELECT timezone('UTC', \"at\")::VARCHAR, business_date::VARCHAR FROM baskets").fetchall()
    assert found == [(utc, on)], because


@pytest.mark.parametrize(("date_format", "on"), [("%d/%m/%Y %H:%M", "2026-02-01"), ("%m/%d/%Y %H:%M", "2026-01-02")])
def test_a_format_ends_the_ambiguity(tmp_path, date_format, on):
    path, columns = write_csv(tmp_path, [line("1", "01/02/2026 10:00")])
    with lake.read_file(path, Layout(columns, "Asia/Shanghai", NOW, date_format)) as session:
        assert session.sql("SELECT business_date::VARCHAR FROM baskets").fetchall() == [(on,)]


def _read_text(tmp_path: Path, text: str, columns=USUAL) -> tuple[list, list]:
    path = tmp_path / "raw.csv"
    path.write_text(text, encoding="utf-8", newline="")
    with lake.read_file(path, Layout(columns, "Asia/Shanghai", NOW)) as session:
        taken = session.sql("SELECT receipt FROM baskets ORDER BY 1").fetchall()
        return [number for (number,) in taken], [
            (row["row_number"], row["code"]) for row in lake.refusals(session).to_pylist()
        ]


@pytest.mark.parametrize(
    ("text", "taken", "refused", "because"),
    [
        (
            f"{HEADER}\n{GOOD}\n2,2026-11-01,tea,1\n3,2026-11-01,tea,1,2\n",
            ["1", "3"],
            [(3, "ragged")],
            "too few cells",
        ),
        (f"{HEADER}\n{GOOD}\n2,2026-11-01,tea,1,2,3,4\n", ["1"], [(3, "ragged")], "cells too many"),
        (
            f"{HEADER}\n{GOOD}\n1,2026-11-01 10:00,tea,1\n",
            [],
            [(2, "receipt_refused"), (3, "ragged")],
            "a broken row breaks its receipt",
        ),
        (f"\ufeff{HEADER}\r\n{GOOD}\r\n", ["1"], [], "a mark at the front and carriage returns"),
        (f"{HEADER}\n{GOOD}", ["1"], [], "no end of line at the end"),
        (f'{HEADER}\n1,2026-11-01,"a\nb",1,2\n', ["1"], [], "a line break inside a cell"),
        (f"{HEADER}\n{GOOD}\n".replace(",", ";"), ["1"], [], "semicolons"),
        (f"{HEADER}\n{GOOD}\n".replace(",", "\t"), ["1"], [], "tabs"),
    ],
)
def test_texts_are_read_row_by_row(tmp_path, text, taken, refused, because):
    assert _read_text(tmp_path, text) == (taken, refused), because


def test_a_file_may_have_a_column_named_like_our_own(tmp_path):
    text = f"row_number,{HEADER}\n7,{GOOD}\n"
    assert _read_text(tmp_path, text, {**USUAL, Field.LINE: "row_number"}) == (["1"], [])
