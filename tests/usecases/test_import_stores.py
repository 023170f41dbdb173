"""Stores as a chain's system describes them."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from pathlib import Path

import pytest
from tests.builders import books, line, rows, take
from tests.usecases.describing import counted, reasons, take_described

from huitou.catalogue import service as catalogue
from huitou.catalogue.rules.store_rows import judge
from huitou.catalogue.terms import Hours, Site
from huitou.kernel.rows import RowRefused

EAST = {
    "code": "east", "name": "东门店", "district": "上城区", "address": "东门路2号", "region": "杭州大区",
    "format": "便利店", "latitude": "30.25", "longitude": "120.15", "hours": "08:00-22:00", "zone": "Asia/Urumqi",
    "opened_on": "2018-05-01",
}  # fmt: skip


@pytest.mark.django_db
def test_a_store_that_a_till_named_gets_its_name_and_place(tmp_path: Path) -> None:
    take(tmp_path, [line("1", "2026-11-01 10:00", store="east")])
    assert counted(take_described(tmp_path, "stores", [EAST])) == (0, 1, 0)
    store = catalogue.stores_of(["east"])["east"]
    assert (store.name, store.district, store.zone) == ("东门店", "上城区", "Asia/Urumqi")
    assert store.site is not None
    assert (str(store.site.latitude), f"{store.hours.opens_at:%H:%M}") == ("30.250000", "08:00")
    before = books()
    assert counted(take_described(tmp_path, "stores", [EAST])) == (0, 0, 1)
    assert books() == before
    assert counted(take_described(tmp_path, "stores", [{"code": "east", "name": "", "closed_on": "2026-01-01"}])) == (
        0,
        1,
        0,
    )
    assert rows("SELECT name, closed_on::text FROM catalogue_store") == [("东门店", "2026-01-01")], (
        "a blank erases nothing"
    )


@pytest.mark.django_db
def test_place_and_hours_are_told_each_without_the_other(tmp_path: Path) -> None:
    places = [
        {"code": "place", "latitude": "30.25", "longitude": "120.15"},
        {"code": "hours", "hours": "24小时"},
        {"code": "opens", "opens_at": "08:00"},
    ]
    take_described(tmp_path, "stores", places)
    seen = catalogue.stores_of([one["code"] for one in places])
    assert seen["place"].site == Site(Decimal("30.25"), Decimal("120.15"))
    assert seen["hours"].hours == Hours(time(0), time(0))
    assert [seen["place"].hours, seen["hours"].site, seen["opens"].hours] == [None, None, None]


@pytest.mark.django_db
def test_bad_rows_are_refused_and_the_others_taken(tmp_path: Path) -> None:
    report = take_described(tmp_path, "stores", [EAST, {"code": "west", "hours": "morning"}, {"code": "", "name": "x"}])
    assert (counted(report), reasons(report)) == ((1, 0, 0), {3: "hours_unreadable", 4: "store_code_blank"})


@pytest.mark.parametrize(
    ("cells", "reason", "because"),
    [
        ({"latitude": "120.15", "longitude": "30.25"}, "place_absurd", "they have changed places"),
        ({"latitude": "30.25"}, "place_unreadable", "half a place is none"),
        ({"coordinates": "30.25,20.15"}, "place_ambiguous", "both can be the latitude"),
        ({"hours": "8-22"}, "hours_unreadable", "minutes are written"),
        ({"opens_at": "25:00"}, "hours_unreadable", "no such hour"),
        ({"opened_on": "01/05/2018"}, "day_ambiguous", "day or month first"),
        ({"opened_on": "soon"}, "day_unreadable", "no day"),
        ({"opened_on": "2020-01-02", "closed_on": "2020-01-01"}, "closed_before_opened", "backwards"),
        ({"zone": "../etc/passwd"}, "zone_unknown", "no zone"),
        ({"name": "x" * 201}, "text_too_long", "no name of a shop"),
        ({"name": "a\0b"}, "nul", "no text"),
    ],
)
def test_what_is_refused(cells: dict[str, str], reason: str, because: str) -> None:
    with pytest.raises(RowRefused) as found:
        judge({"code": "east", **cells})
    assert found.value.code == reason, because


@pytest.mark.parametrize(
    ("cells", "opens", "closes"),
    [
        ({"hours": "24小时"}, "00:00", "00:00"),
        ({"hours": "7:30～21:00"}, "07:30", "21:00"),
        ({"hours": "08:00至24:00"}, "08:00", "00:00"),
        ({"opens_at": "09:00:00", "closes_at": "22:30"}, "09:00", "22:30"),
    ],
)
def test_opening_hours(cells: dict[str, str], opens: str, closes: str) -> None:
    found = judge({"code": "east", **cells})
    assert (f"{found.opens_at:%H:%M}", f"{found.closes_at:%H:%M}") == (opens, closes)


def test_coordinates_in_one_column_are_told_apart_where_only_one_can_be_the_longitude() -> None:
    for text in ("120.15,30.25", "30.25 120.15"):
        found = judge({"code": "east", "coordinates": text})
        assert (str(found.latitude), str(found.longitude)) == ("30.25", "120.15")
