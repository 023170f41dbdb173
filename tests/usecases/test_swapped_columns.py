"""Quantity and amount in each other's columns are told in the trial, and nothing that is right is called swapped."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.builders import line, take

from huitou.lake import service as lake
from huitou.lake.terms import Field, Layout

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def rows(kind: str, count: int = 60) -> list[dict[str, str]]:
    """Lines of one kind of shop; `quantity` and `amount` as they are."""
    chance = random.Random(kind)
    told = []
    for n in range(count):
        pieces, cents = chance.choice((1, 1, 2, 3)), chance.randrange(150, 9900)
        grams = chance.randrange(120, 4000)
        quantity, amount = {
            "pieces": (str(pieces), f"{pieces * cents / 100:.2f}"),
            "whole yuan": (str(pieces), f"{pieces * (cents // 100 + 1)}"),
            "weighed": (f"{grams / 1000:.3f}", f"{grams * cents / 100_000:.2f}"),
            "a market that rounds to yuan": (f"{grams / 1000:.2f}", f"{1 + grams * cents // 100_000}"),
            "penny sweets": (str(pieces * 40), f"{pieces * 4}.00"),
            "every fourth weighed": (f"{grams / 1000:.3f}", f"{grams * cents / 100_000:.2f}")
            if n % 4 == 0
            else (str(pieces), f"{pieces * cents / 100:.2f}"),
            "fuel": (f"{grams / 100:.2f}", f"{grams / 100 * 7.49:.2f}"),
        }[kind]
        told.append({"quantity": quantity, "amount": amount})
    return [line(str(n), f"2026-11-01 {8 + n % 12}:{n % 60:02}", "P" + str(n % 7), **one) for n, one in enumerate(told)]


KINDS = ("pieces", "whole yuan", "weighed", "a market that rounds to yuan", "penny sweets", "every fourth weighed",
         "fuel")  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_right_is_never_called_swapped(tmp_path, settings, kind):
    settings.LAKE_PATH = tmp_path / "lake"
    assert not looks_swapped(tmp_path, rows(kind))


@pytest.mark.parametrize("with_price", [True, False])
@pytest.mark.parametrize("kind", ["pieces", "every fourth weighed"])
def test_what_is_swapped_is_told(tmp_path, settings, kind, with_price):
    settings.LAKE_PATH = tmp_path / "lake"
    swapped = [{**one, "quantity": one["amount"], "amount": one["quantity"]} for one in rows(kind)]
    if with_price:
        swapped = [{**one, "unit_price": f"{float(one['quantity']) / float(one['amount']):.2f}"} for one in swapped]
    assert looks_swapped(tmp_path, swapped)


def looks_swapped(folder: Path, told: list[dict[str, str]]) -> bool:
    from tests.builders import write_csv

    path, columns = write_csv(folder, told)
    columns = {**columns, **({Field.UNIT_PRICE: "unit_price"} if "unit_price" in told[0] else {})}
    with lake.read_file(path, Layout(columns, "Asia/Shanghai", NOW)) as session:
        return lake.look_swapped(session, columns)


@pytest.mark.django_db
def test_the_trial_names_the_columns(tmp_path):
    swapped = [{**one, "quantity": one["amount"], "amount": one["quantity"]} for one in rows("pieces")]
    report = take(tmp_path, swapped, dry_run=True)
    assert set(report.looks_swapped) == {"quantity", "amount"}
    assert take(tmp_path, rows("pieces"), dry_run=True).looks_swapped == {}


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("place", "turned"),
    [
        ("orders_zh/order_1", False),
        ("orders_zh/order_1", True),
        ("online_retail/lines_2010_2011", False),
        ("complete_journey/transactions", False),
    ],
)
def test_of_the_real_sets_none_is_called_swapped_until_it_is(real_data, tmp_path, settings, place, turned):
    settings.LAKE_PATH = tmp_path / "lake"
    with lake.open_file(real_data / f"{place}.parquet") as opened:
        guess = lake.guess_mapping(lake.KINDS["receipts"], opened)
        columns = {Field(field): column for field, column in guess.columns.items()}
        if place.startswith("complete"):
            columns |= {Field.AMOUNT: "sales_value", Field.QUANTITY: "quantity"}
        if turned:
            columns |= {Field.QUANTITY: columns[Field.AMOUNT], Field.AMOUNT: columns[Field.QUANTITY]}
            columns.pop(Field.UNIT_PRICE, None)
        lake.judge_receipts(opened, Layout(columns, "Asia/Shanghai", NOW))
        assert lake.look_swapped(opened.session, columns) is turned
