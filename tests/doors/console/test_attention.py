"""What the overview says waits for whoever looks: each with its page, and nothing that they can do nothing about."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from huitou.doors.console import attention
from huitou.doors.console.tiles import kpi_tile
from huitou.insight import service as insight
from huitou.insight.service import goals
from huitou.insight.terms import Goal, KpiFigure
from huitou.usecases import live_segments
from huitou.usecases import segments as asking
from tests.builders import member_ids, run, store_ids
from tests.usecases.tills import Till, card

pytestmark = pytest.mark.django_db


@pytest.fixture
def counted_today(chain):
    """The figures are those of today: nothing is late."""
    run(f"UPDATE insight_refresh SET as_of = '{timezone.localdate()}'")


@pytest.fixture
def open_conflict(chain) -> str:
    """A number that a till of the first store used for two sales; returns the store's code."""
    first = min(store_ids())
    till = Till(store=first)
    sale = till.sale(3000, member=card("C1"))
    till.upload(sale, till.sale(9900, number=sale.number))
    return first


def page(client) -> str:
    return client.get("/").content.decode()


def test_a_conflict_is_shown_to_whoever_may_settle_it(as_role, open_conflict):
    said = "1 conflict of the tills is open"
    others = max(store_ids())
    assert said in page(as_role("administrator", language="en"))
    assert said in page(as_role("store_manager", open_conflict, "en"))
    assert said not in page(as_role("store_manager", others, "en")), "it is another store's"
    assert said not in page(as_role("marketer", language="en")), "who may not settle it is not asked to"


def test_targets_are_asked_for_until_they_are_set(as_role, counted_today):
    boss = as_role("administrator", language="en")
    assert "No figure has a target yet." in page(boss)
    assert "No figure has a target yet." not in page(as_role("marketer", language="en"))
    goals.put({"sales": Goal(Fraction(1), Fraction(900_000))}, note="", made_by="somebody")
    assert "No figure has a target yet." not in page(boss)
    assert "Nothing waits for you." in page(boss)


def test_figures_that_stop_are_named_to_whoever_may_refresh(as_role, chain):
    assert "The figures stop at 20 Nov" in page(as_role("marketer", language="en"))
    assert "The figures stop at" not in page(as_role("store_manager", "west", "en"))
    run(f"UPDATE insight_refresh SET as_of = '{timezone.localdate()}'")
    assert "The figures stop at" not in page(as_role("marketer", language="en"))


def test_live_segments_that_nobody_follows_are_named_to_whoever_makes_them(as_role, chain):
    def is_told(role: str = "marketer", store: str = "") -> bool:
        return "Live segments have stood still since" in page(as_role(role, store, "en"))

    asking.define_segment("all", '{"language": 1, "where": {"leaf": "everyone"}}', made_by="ann")
    live_segments.switch_live("all", on=True, actor="ann")
    assert not is_told(), "it was switched on this moment"
    run("UPDATE segments_live SET since = since - INTERVAL '11 minutes'")
    assert is_told(), "it waits for its first turn"
    assert not is_told("store_manager", "west"), "who makes no segments is not asked to look"
    run("UPDATE segments_live SET found_by = 'somebody'")
    assert not is_told()
    someone = next(iter(member_ids().values()))
    run(f"INSERT INTO segments_look (member_id, at) VALUES ({someone}, now() + INTERVAL '1 hour')")
    assert not is_told(), "their time has not come"
    run("UPDATE segments_look SET at = now() - INTERVAL '11 minutes'")
    assert is_told(), "their time has come, and nobody looked"


@pytest.mark.parametrize(
    ("weeks", "told", "because"),
    [
        ((400, 300, 200, 100), True, "it fell in each of three weeks"),
        ((400, 300, 350, 100), False, "it rose once on the way"),
        ((400, 300, 300, 100), False, "it stood still once on the way"),
        ((900, 300, 200, 100), True, "and from wherever it fell"),
        ((300, 200, 100), False, "two falls are no three"),
        ((100, 200, 300, 400), False, "it rose"),
    ],
)
def test_only_what_gets_worse_for_three_weeks_is_spoken_of(weeks, told, because):
    last = date(2026, 11, 22)
    ends = [last - timedelta(days=7 * back) for back in reversed(range(len(weeks)))]
    pairs = zip(ends, weeks, strict=True)
    series = [KpiFigure("sales", end - timedelta(days=27), end, fen, None) for end, fen in pairs]
    tile = kpi_tile(insight.kpi("sales"), series)
    found = list(attention.worse([tile], {"sales": series}, None))
    assert [one.address for one in found] == (["/figures/sales"] if told else []), because


@pytest.mark.parametrize("role", ["administrator", "marketer", "store_manager"])
@pytest.mark.parametrize("address", ["/", "/?kpi=repurchase_rate", "/figures/sales", "/stores", "/members/all"])
def test_no_page_asks_the_same_thing_twice(as_role, chain, role, address):
    client = as_role(role, "west" if role == "store_manager" else "")
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(address).status_code == 200
    told = Counter(one["sql"] for one in asked if one["sql"].lstrip().upper().startswith(("SELECT", "WITH")))
    assert [sql for sql, times in told.items() if times > 1] == []
