"""The sample chain arrives whole in books and lake, with the truth beside it: one chain, laid once, of which each of
these tests asks something."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from django.core.management import call_command
from django.test import override_settings
from django.utils import translation
from tests.builders import copy_lake, rows
from tests.usecases.laid_chains import MEMBERS, NOW, TODAY, Steps, broken, in_books, in_lake, lay_chain
from tests.usecases.test_kpis_plain import compare

from huitou.insight.service import goals as kpi_goals
from huitou.lake import service as lake
from huitou.lake.service import open_snapshot
from huitou.segments import service as segments
from huitou.usecases.analyse import Asked, funnel_of
from huitou.usecases.sample_chain.goals import lay_goals
from huitou.usecases.sample_chain.looks import lay_looks
from huitou.usecases.sample_chain.terms import SampleChain
from huitou.usecases.segments import count_segment

MONTHS = 15
"""Two more than stand in the books."""


@dataclass(frozen=True)
class Laid:
    chain: SampleChain
    steps: Steps
    folder: Path
    """With its note and its truth."""


@pytest.fixture(scope="module")
def laid_once(django_db_setup, django_db_blocker, tmp_path_factory):
    """Laying takes lines to the database of its own, so it is committed, and gone at the end of the module."""
    folder = tmp_path_factory.mktemp("chain")
    # Half the time of laying so few, and none of these tests asks who looks alike.
    with django_db_blocker.unblock(), override_settings(LAKE_PATH=folder / "lake", FIND_DUPLICATES=False):
        chain, steps = lay_chain(folder, months=MONTHS)
    try:
        yield Laid(chain, steps, folder)
    finally:
        with django_db_blocker.unblock():
            call_command("flush", verbosity=0, interactive=False, allow_cascade=True, inhibit_post_migrate=True)


@pytest.fixture
def laid(laid_once, db, settings) -> Laid:
    copy_lake(laid_once.folder / "lake", settings)
    return laid_once


def test_the_chain_arrives_whole(laid):
    chain, steps = laid.chain, laid.steps
    books, lake = in_books(), in_lake()
    assert chain.laid
    assert chain.today == TODAY
    assert list(dict.fromkeys(step for step, _ in steps)) == ["people", "months", "refresh", "done"]
    assert books.members == MEMBERS
    assert books.identities > 2 * MEMBERS, "a card each, most with a phone, many with an id of the mini program"
    assert MEMBERS * 0.7 < books.profiles < MEMBERS, "most told the desk something, and some nothing"
    assert books.products >= 5000
    assert books.sites == 6
    assert books.gone > 0, "what is older than 13 months stands in the lake alone"
    lines, receipts, net_fen, first, last, numbers = lake
    assert lines == books.lines + books.gone
    assert receipts == numbers > books.receipts
    assert date(2025, 8, 22) <= first < date(2025, 8, 26), "fifteen months ago, or the days after for so few members"
    assert last == TODAY - timedelta(days=1)
    assert net_fen > books.net_fen
    assert books.balance > 0
    assert broken() == []
    with open_snapshot() as snapshot:
        compared = compare(snapshot.session, TODAY - timedelta(days=60), TODAY - timedelta(days=20))
    _, found = funnel_of(Asked(until=chain.last_day))
    assert [one.channel for one in found.channels] == ["mini_program"], "some tell how they came to buy there"
    here = found.channels[0].here
    assert here.looked > here.basket.part > here.basket_paid.part > 0
    assert lay_looks(chain) == 0, "because of the same chain they are the same"
    goals = kpi_goals.standing()
    assert goals.made_by == "huitou demo"
    assert {"sales", "average_ticket", "repurchase_rate"} <= set(goals.goals), "every demo shows roads and target lines"
    assert lay_goals() == 0, "goals that stand are left alone"
    assert compared > 100, "each KPI, of the chain and its parts, is what plain SQL over the lines says"


def test_the_truth_stands_beside_and_names_every_member(laid):
    members = duckdb.sql(
        f"SELECT count(*), count(DISTINCT card), count(coupon_effect), count(message_effect) "
        f"FROM '{laid.folder}/truth/members.parquet'"
    ).fetchall()[0]
    assert members == (MEMBERS,) * 4
    campaigns = f"'{laid.folder}/truth/campaign-*.parquet'"
    arms = duckdb.sql(f"SELECT DISTINCT kind, arm FROM {campaigns} ORDER BY ALL").fetchall()
    assert arms == [
        ("coupon", "held_out"),
        ("coupon", "treated"),
        ("message", "held_out"),
        ("message", "treated"),
    ]


def test_who_lives_together_in_truth_is_linked_and_nobody_else(laid):
    true = dict(
        duckdb.sql(
            "SELECT household::VARCHAR, list_sort(list(card)) "
            f"FROM '{laid.folder}/truth/members.parquet' GROUP BY 1 HAVING count(*) > 1"
        ).fetchall()
    )
    linked = dict(
        rows(
            "SELECT h.number, array_agg(i.value ORDER BY i.value) FROM members_householdmember l "
            "JOIN members_household h ON h.id = l.household_id "
            "JOIN members_identity i ON i.member_id = l.member_id AND i.kind = 'card' GROUP BY 1"
        )
    )
    assert len(true) > 5
    assert linked == true


def test_whoever_told_an_address_has_a_place_within_reach_of_it(laid):
    told = rows(
        "SELECT i.value, p.lives_at FROM members_profile p JOIN members_identity i USING (member_id) "
        "WHERE i.kind = 'card' AND p.address_sealed IS NOT NULL ORDER BY 1"
    )
    assert rows("SELECT count(*) FROM members_profile WHERE lives_at IS NOT NULL") == [(len(told),)]
    truth = duckdb.read_parquet(f"{laid.folder}/truth/members.parquet").project("card, latitude, longitude").fetchall()
    homes = {card: (latitude, longitude) for card, latitude, longitude in truth}
    assert len(told) > 0
    for card, place in told:
        for degrees, exact in zip(place.split(","), homes[card], strict=True):
            assert abs(float(degrees) - exact) <= 0.0005 + 1e-9, card


def test_the_truth_says_what_a_measurement_of_tags_needs(laid):
    members = duckdb.read_parquet(f"{laid.folder}/truth/members.parquet")
    scenes = members.aggregate(
        "count(*) FILTER (is_homemaker), count(*) FILTER (is_office_worker), count(*) FILTER (is_senior), "
        "count(*) FILTER (is_young_parent), count(DISTINCT home_store), min(household_size), count(day_part)"
    ).fetchall()[0]
    assert min(scenes[:3]) > 0, "each scene has its people"
    assert scenes[4:] == (6, 1, MEMBERS)
    contradictions = members.filter(
        "is_senior AND (is_office_worker OR is_homemaker) OR is_office_worker AND is_homemaker "
        "OR is_young_parent AND shops_today_as <> 'baby' OR is_homemaker AND household_size = 1"
    )
    assert contradictions.fetchall() == []


def test_a_redeemed_coupon_names_its_receipt_and_what_it_gave(laid):
    redeemed = duckdb.sql(
        "SELECT redeemed_by, card, arm, kind, responds, coupon_fen, starts_on, ends_on "
        f"FROM '{laid.folder}/truth/campaign-*.parquet' WHERE redeemed_by IS NOT NULL"
    ).to_arrow_table()
    with lake.open_session() as session:
        session.register("redeemed", redeemed)
        found = session.sql(
            "SELECT arm, redeemed.kind, responds, min(business_date BETWEEN starts_on AND ends_on), "
            "sum(discount_fen) >= coupon_fen AND coupon_fen * 9 <= sum(net_fen) + 9 * count(*) "
            "FROM redeemed JOIN lines ON number = redeemed_by "
            "GROUP BY redeemed_by, coupon_fen, arm, redeemed.kind, responds"
        ).fetchall()
    assert len(found) == redeemed.num_rows > 10
    assert {(arm, kind, within, right) for arm, kind, _, within, right in found} == {("treated", "coupon", True, True)}
    assert {responds for _, _, responds, _, _ in found} == {True, False}, "some would have come anyway"


def test_a_second_start_changes_nothing_and_keeps_its_day(laid):
    before = in_books(), in_lake()
    chain, steps = lay_chain(laid.folder, months=MONTHS, now=datetime(2026, 12, 24, 9, tzinfo=UTC))
    assert steps == [], "nothing was done"
    assert chain.today == TODAY
    assert (in_books(), in_lake()) == before


@pytest.mark.parametrize(("page", "language"), [("segments.md", "en"), ("segments.zh-CN.md", "zh-hans")])
def test_the_examples_of_the_docs_of_segments_run_here_and_say_what_stands_beneath_them(laid, page, language):
    told = (Path(__file__).parents[2] / "docs" / page).read_text()
    examples = re.findall(r"```json\n(.*?)```\n\n> (.*?)\n", told, re.DOTALL)
    assert len(examples) == told.count("```json"), "beneath each stands what it says"
    for text, says in examples:
        counted = count_segment(text, at=NOW)
        assert (counted.all, counted.warnings) == (MEMBERS, []), "nothing in it is unheard of"
        with translation.override(language):
            assert segments.sentence(segments.parsed(text), translation.gettext) == says
