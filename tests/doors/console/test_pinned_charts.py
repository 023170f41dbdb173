"""A link to a chart shows the same chart later, whatever came since: it pins the day, and the goals."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from fractions import Fraction
from html import unescape

import pytest

from huitou.insight.service import goals as kpi_goals
from huitou.insight.terms import Goal
from tests.builders import line, member_ids, rows, store_ids, take_into_lake

pytestmark = pytest.mark.django_db
OPTIONS = re.compile(r'<script id="([\w-]+)-options" type="application/json">(.*?)</script>', re.S)
LINK = re.compile(r'data-copy="([^"]*)#([\w-]+)"')


@pytest.fixture
def chain(lasting_chain) -> None:
    """Every test here looks at the small chain."""


def charts(client, address: str) -> dict[str, object]:
    """What each chart of a page draws."""
    page = client.get(address)
    assert page.status_code == 200, address
    return {key: json.loads(options) for key, options in OPTIONS.findall(page.content.decode())}


def links(client, address: str) -> dict[str, str]:
    return {key: unescape(link) for link, key in LINK.findall(client.get(address).content.decode())}


def later(folder) -> None:
    """Three weeks and a day later other things have been bought, and the chain aims higher."""
    from huitou.usecases.refresh import refresh

    folder.mkdir()
    bought = [
        line("late-1", "2026-12-10 10:00", amount="99.00", member="C1"),
        line("late-2", "2026-12-11 18:00", sku="tea", amount="70.00", member="C2", store="west"),
        line("late-3", "2026-12-12 09:00", sku="rice", amount="5.00", member="C3"),
    ]
    take_into_lake(folder, bought, now=datetime(2026, 12, 12, 12, tzinfo=UTC))
    kpi_goals.put({"sales": Goal(Fraction(1), Fraction(900_000))}, note="", made_by="somebody")
    refresh(as_of=date(2026, 12, 12))


def test_every_chart_can_be_linked_to_and_stays_as_it_was(chain, as_role, tmp_path):
    from huitou.usecases.refresh import refresh

    newest = tmp_path / "newest"
    newest.mkdir()
    take_into_lake(newest, [line("7", "2026-11-20 17:00", store="east", member="C1")])
    refresh(as_of=date(2026, 11, 20))
    client = as_role("marketer", language="en")
    store, member = store_ids()["east"], next(iter(member_ids().values()))
    ((milk,),) = rows("SELECT id FROM catalogue_product WHERE sku = 'milk'")
    pages = ["/", f"/?store={store}", "/figures/sales", f"/figures/sales?store={store}", f"/stores/{store}", "/stores"]
    pages += [f"/members/all?view={view}" for view in ("layers", "rfm", "cohorts", "stages", "moves", "loyalty", "new")]
    pages += ["/members/all?view=new&by=store", f"/members/{member}", f"/products/{milk}"]
    before = {}
    for page in pages:
        drawn, linked = charts(client, page), links(client, page)
        assert set(drawn) == set(linked), page
        for key, link in linked.items():
            assert re.search(r"[?&](ends|day)=\d{4}-\d\d-\d\d", link), f"{page}: {key} links to {link or 'the page'}"
            before[page, key, link] = drawn[key]
    assert {key for _, key, _ in before} >= {
        "trend", "hours", "day-hours", "flow", "rfm", "cohorts", "stages", "loyalty", "newcomers", "visits", "sales",
    }  # fmt: skip
    later(tmp_path / "later")
    for (page, key, link), drawn in before.items():
        assert charts(client, link)[key] == drawn, f"{key} of {page}"
    moved = {key for (page, key, _), drawn in before.items() if charts(client, page).get(key) != drawn}
    assert moved >= {"trend", "hours", "flow", "rfm", "newcomers", "visits"}, "the pages themselves went on"


def test_a_picture_of_a_day_is_kept_to_the_stores_of_who_looks(chain, as_role, tmp_path):
    whole, east = as_role("marketer"), as_role("store_manager", "east")
    link = links(whole, "/members/all?view=rfm")["rfm"]
    mine = charts(east, "/members/all?view=rfm")["rfm"]
    later(tmp_path / "later")
    assert charts(east, link)["rfm"] == mine, "their own members, as they stood that day"
    assert charts(east, link)["rfm"] != charts(whole, link)["rfm"]


def test_a_day_that_nobody_knows_shows_what_is_known(chain, as_role):
    client = as_role("marketer")
    for day in ("2020-01-01", "2026-13-01", "x", "9999-12-31", ""):
        for page in ("/", "/members/all", "/stores", f"/stores/{store_ids()['east']}"):
            assert client.get(page, {"ends": day}).status_code == 200, (page, day)
