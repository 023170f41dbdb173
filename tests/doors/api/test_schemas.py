"""What a till sends becomes plain values of a sale or a return, exactly, or is refused at its place. No database."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from huitou.doors.api.findings import found_by_pydantic
from huitou.doors.api.schemas import ReturnSaid, SaleSaid
from huitou.usecases.recording.digests import digest_of
from huitou.usecases.till_terms import MemberRef, SaleNamed, Tender
from tests.doors.api.bodies import RESPELLED, return_body, sale_body


def test_a_sale_is_read_to_the_fen_and_the_gram():
    sale = SaleSaid.model_validate(sale_body()).sale()
    assert (sale.store, sale.till, sale.number, sale.channel) == ("east", "1", "0007", "store")
    assert sale.at == datetime(2026, 11, 25, 10, 15, tzinfo=timezone(timedelta(hours=8)))
    assert sale.business_date is None, "because the store's zone decides, further in"
    assert sale.member == MemberRef("card", "C1")
    tea, apples = sale.lines
    assert (tea.quantity_milli, tea.unit_price, tea.discount_fen, tea.amount_fen) == (1000, Decimal("35.50"), 50, 3500)
    assert (apples.quantity_milli, apples.unit_price, apples.amount_fen) == (1352, None, 1280)


def test_a_return_is_read():
    back = ReturnSaid.model_validate(return_body()).taken_back()
    assert (back.sale.number, back.sale.business_date) == ("0007", date(2026, 11, 25))
    assert [(line.sale_line, line.quantity_milli, line.amount_fen) for line in back.lines] == [(1, 1000, 3500)]


LINE = {"line": 1, "sku": "tea", "quantity": "1.000", "amount": "1.00"}


@pytest.mark.parametrize(
    ("changed", "where", "because"),
    [
        ({"store": None}, "store", "a store is needed"),
        ({"store": ""}, "store", "and a name"),
        ({"store": " east"}, "store", "a blank in front would be another store for ever"),
        ({"number": "7\n"}, "number", "so would a line end"),
        ({"number": "7\x7f"}, "number", "or a control character"),
        ({"number": 7}, "number", "0007 and 7 are two numbers: it is a text"),
        ({"number": "7" * 65}, "number", "64 characters are the most"),
        ({"at": "2026-11-25T10:15:00"}, "at", "without an offset nobody knows when that was"),
        ({"at": 1764036900}, "at", "seconds since when?"),
        ({"at": "2026-02-30T10:15:00+08:00"}, "at", "there is no such day"),
        ({"at": "9999-12-31T23:59:59-12:00"}, "at", "a clock that is millennia off"),
        ({"at": "2026-11-25T10:15:00+20:41"}, "at", "an offset that no place has and no database takes"),
        ({"business_date": "2026-11-31"}, "business_date", "there is no such day"),
        ({"business_date": "２026-11-25"}, "business_date", "full-width digits are not what a till writes"),
        ({"member": {"kind": "face", "value": "x"}}, "member.kind", "an unknown kind of identity"),
        ({"member": {"kind": "card"}}, "member.value", "a card without its number"),
        ({"member": "C1"}, "member", "not an object"),
        ({"points_used": -1}, "points_used", "spending below zero would earn"),
        ({"points_used": True}, "points_used", "true is not one"),
        ({"points_used": "5"}, "points_used", "points are whole numbers"),
        ({"points_used": 1.5}, "points_used", "no half points"),
        ({"paid": "1.00"}, "paid", "an unknown field is a mistake that nobody would see"),
        ({"lines": []}, "lines", "a sale of nothing"),
        ({"lines": [{**LINE, "line": at} for at in range(1, 502)]}, "lines", "500 lines are the most"),
        ({"lines": [LINE, LINE]}, "lines", "two lines of one number"),
        ({"lines": [{**LINE, "amount": 1.0}]}, "lines.0.amount", "a float has lost fen already"),
        ({"lines": [{**LINE, "amount": "1.0"}]}, "lines.0.amount", "two decimals, always"),
        ({"lines": [{**LINE, "amount": "1e3"}]}, "lines.0.amount", "no exponents"),
        ({"lines": [{**LINE, "amount": "01.00"}]}, "lines.0.amount", "one spelling of one amount"),
        ({"lines": [{**LINE, "amount": "１.00"}]}, "lines.0.amount", "ASCII digits"),
        ({"lines": [{**LINE, "amount": "10000000000.00"}]}, "lines.0.amount", "10^12 fen are too much"),
        ({"lines": [{**LINE, "quantity": "1"}]}, "lines.0.quantity", "three decimals, always"),
        ({"lines": [{**LINE, "unit_price": "-1.00"}]}, "lines.0.unit_price", "prices are not negative"),
        ({"lines": [{**LINE, "line": 0}]}, "lines.0.line", "lines count from 1"),
        ({"lines": [{**LINE, "colour": "red"}]}, "lines.0.colour", "an unknown field of a line"),
    ],
)
def test_what_is_unfit_is_named_by_its_place(changed, where, because):
    body = {name: value for name, value in (sale_body() | changed).items() if value is not None}
    with pytest.raises(ValidationError) as refused:
        SaleSaid.model_validate(body)
    assert [finding.where for finding in found_by_pydantic(refused.value.errors())] == [where], because


@pytest.mark.parametrize(
    ("changed", "where", "because"),
    [
        ({"sale": {"store": "east", "till": "1", "number": "7"}}, "sale.business_date", "numbers repeat by day"),
        (
            {"lines": [{"line": 1, "sale_line": 1, "quantity": "0.000", "amount": "0.00"}]},
            "lines.0.quantity",
            "nothing",
        ),
        ({"lines": [{"line": 1, "sale_line": 1, "quantity": "-1.000", "amount": "0.00"}]}, "lines.0.quantity", "sold"),
        ({"lines": [{"line": 1, "sale_line": 1, "quantity": "1.000", "amount": "-1.00"}]}, "lines.0.amount", "paid"),
    ],
)
def test_an_unfit_return_is_named_by_its_place(changed, where, because):
    with pytest.raises(ValidationError) as refused:
        ReturnSaid.model_validate(return_body() | changed)
    assert [finding.where for finding in found_by_pydantic(refused.value.errors())] == [where], because


def test_every_mistake_is_named_up_to_fifty():
    body = sale_body() | {"lines": [{"line": 0}] * 100}
    with pytest.raises(ValidationError) as refused:
        SaleSaid.model_validate(body)
    assert len(found_by_pydantic(refused.value.errors())) == 50


@pytest.mark.parametrize(("changed", "because"), RESPELLED)
def test_the_digest_is_of_the_contents_and_not_of_their_spelling(changed, because):
    respelled = SaleSaid.model_validate(sale_body() | changed).sale()
    assert digest_of(respelled) == digest_of(SaleSaid.model_validate(sale_body()).sale()), because


def test_the_digest_is_over_every_field():
    sale, back = SaleSaid.model_validate(sale_body()).sale(), ReturnSaid.model_validate(return_body()).taken_back()
    paid = (Tender("cash", 100),)
    quoted = replace(sale, programme=7, quoted_at=sale.at, coupons=("one", "two"), tenders=paid)
    back = replace(back, tenders=paid)
    alone = [replace(sale, programme=7), replace(sale, quoted_at=sale.at), replace(sale, coupons=("one",))]
    assert len({digest_of(sale), *map(digest_of, alone)}) == 4, "a sale without a quote is another one with any of it"
    for said in (quoted, back):
        first, *others = said.lines
        changed = [*changes_of(said), *(replace(said, lines=(line, *others)) for line in changes_of(first))]
        assert len({digest_of(said), *map(digest_of, changed)}) == 1 + len(changed)


NO_PART = frozenset({"proof"})
"""What the server said of the sale before, and takes back: it is no part of what happened."""


def changes_of(noun: Any) -> list[Any]:
    """The noun with another value in each of its fields in turn."""
    names = noun._fields if isinstance(noun, tuple) else [field.name for field in fields(noun)]
    put = type(noun)._replace if isinstance(noun, tuple) else replace
    return [put(noun, **{name: other(getattr(noun, name))}) for name in names if name not in NO_PART]


def other(value: Any) -> Any:
    """Another value that the same field could have."""
    match value:
        case datetime():
            return value + timedelta(seconds=1)
        case int() | Decimal():
            return value + 1
        case str():
            return f"{value}x"
        case tuple():
            return value[:-1]
        case None:
            return "other"
        case MemberRef():
            return replace(value, value=f"{value.value}x")
        case SaleNamed():
            return replace(value, number=f"{value.number}x")
    raise AssertionError(f"what else could {value!r} be?")
