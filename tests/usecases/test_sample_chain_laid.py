"""The sample chain arrives whole in books and lake, heals what was stopped, and leaves a real chain alone."""

from __future__ import annotations

from collections import namedtuple
from datetime import UTC, date, datetime, timedelta

import duckdb
import pytest
from tests.builders import rows
from tests.usecases.test_kpis_plain import compare

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SEED = 20261
MEMBERS, MONTHS = 60, 15


def _hear_nothing(step, done, total):
    pass


@pytest.fixture
def lay(transactional_db, tmp_path):
    """Lay a chain of 60 members and 15 months; returns it and the steps that it named."""
    from huitou.usecases.sample_chain.laying import lay_sample_chain

    def lay_once(now=NOW, begin=None, seed=SEED, members=MEMBERS):
        steps = []
        chain = lay_sample_chain(
            tmp_path,
            seed=seed,
            members=members,
            months=MONTHS,
            now=now,
            begin=begin or (lambda step, done, total: steps.append((step, done))),
        )
        return chain, steps

    return lay_once


Everything = namedtuple(
    "Everything",
    "members identities profiles receipts net_fen lines balance entries facts products sites gone",
)


def _books():
    """Counts and sums that any change would move."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM members_member), (SELECT count(*) FROM members_identity), "
            "(SELECT count(*) FROM members_profile), "
            "(SELECT count(*) FROM receipts_receipt), (SELECT sum(net_fen) FROM receipts_receipt)::bigint, "
            "(SELECT count(*) FROM receipts_line), (SELECT sum(balance) FROM loyalty_account)::bigint, "
            "(SELECT count(*) FROM loyalty_entry), (SELECT count(*) FROM members_facts), "
            "(SELECT count(*) FROM catalogue_product WHERE price_fen > cost_fen), "
            "(SELECT count(*) FROM catalogue_store WHERE latitude IS NOT NULL AND opens_at < closes_at), "
            "(SELECT sum(lines) FROM receipts_monthgone)::bigint"
        )
        return Everything(*cursor.fetchone())


def _lake():
    from huitou.lake import service as lake

    with lake.open_session() as session:
        return session.sql(
            "SELECT count(*), count(DISTINCT receipt_id), sum(net_fen)::BIGINT, min(business_date), "
            "max(business_date), count(DISTINCT number) FROM lines"
        ).fetchall()[0]


def _broken():
    from huitou.usecases.audit import audit

    return [f"{verdict.name} {verdict.first_broken}" for verdict in audit() if verdict.first_broken]


def test_the_chain_arrives_whole(lay, tmp_path):
    from huitou.insight.service import goals as kpi_goals
    from huitou.lake.service import open_snapshot
    from huitou.usecases.analyse import Asked, funnel_of
    from huitou.usecases.sample_chain.goals import lay_goals
    from huitou.usecases.sample_chain.looks import lay_looks

    chain, steps = lay()
    books, lake = _books(), _lake()
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
    assert _broken() == []
    with open_snapshot() as snapshot:
        compared = compare(snapshot.session, TODAY - timedelta(days=60), TODAY - timedelta(days=20))
    _, found = funnel_of(Asked(until=chain.last_day))
    assert [one.channel for one in found.channels] == ["mini_program"], "some tell how they came to buy there"
    here = found.channels[0].here
    assert here.looked > here.basket.part > here.basket_paid.part > 0
    assert lay_looks(chain) == 0, "because of the same chain they are the same"
    goals = kpi_goals.standing()
    assert goals.version == 1
    assert {"sales", "average_ticket", "repurchase_rate"} <= set(goals.goals), "every demo shows roads and target lines"
    assert lay_goals() == 0, "goals that stand are left alone"
    assert compared > 100, "each KPI, of the chain and its parts, is what plain SQL over the lines says"


def test_the_truth_stands_beside_and_names_every_member(lay, tmp_path):
    lay()
    members = duckdb.sql(
        f"SELECT count(*), count(DISTINCT card), count(coupon_effect), count(message_effect) "
        f"FROM '{tmp_path}/truth/members.parquet'"
    ).fetchall()[0]
    assert members == (MEMBERS,) * 4
    arms = duckdb.sql(f"SELECT DISTINCT kind, arm FROM '{tmp_path}/truth/campaign-*.parquet' ORDER BY ALL").fetchall()
    assert arms == [
        ("coupon", "held_out"),
        ("coupon", "treated"),
        ("message", "held_out"),
        ("message", "treated"),
    ]


def test_who_lives_together_in_truth_is_linked_and_nobody_else(lay, tmp_path):
    lay()
    true = dict(
        duckdb.sql(
            "SELECT household::VARCHAR, list_sort(list(card)) "
            f"FROM '{tmp_path}/truth/members.parquet' GROUP BY 1 HAVING count(*) > 1"
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


def test_whoever_told_an_address_has_a_place_within_reach_of_it(lay, tmp_path):
    lay()
    told = rows(
        "SELECT i.value, p.lives_at FROM members_profile p JOIN members_identity i USING (member_id) "
        "WHERE i.kind = 'card' AND p.address_sealed IS NOT NULL ORDER BY 1"
    )
    assert rows("SELECT count(*) FROM members_profile WHERE lives_at IS NOT NULL") == [(len(told),)]
    truth = duckdb.read_parquet(f"{tmp_path}/truth/members.parquet").project("card, latitude, longitude").fetchall()
    homes = {card: (latitude, longitude) for card, latitude, longitude in truth}
    assert len(told) > 0
    for card, place in told:
        for degrees, exact in zip(place.split(","), homes[card], strict=True):
            assert abs(float(degrees) - exact) <= 0.0005 + 1e-9, card


def test_the_truth_says_what_a_measurement_of_tags_needs(lay, tmp_path):
    lay()
    members = duckdb.read_parquet(f"{tmp_path}/truth/members.parquet")
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


def test_a_redeemed_coupon_names_its_receipt_and_what_it_gave(lay, tmp_path):
    from huitou.lake import service as lake

    lay()
    redeemed = duckdb.sql(
        "SELECT redeemed_by, card, arm, kind, responds, coupon_fen, starts_on, ends_on "
        f"FROM '{tmp_path}/truth/campaign-*.parquet' WHERE redeemed_by IS NOT NULL"
    ).to_arrow_table()
    with lake.open_session() as session:
        session.register("redeemed", redeemed)
        rows = session.sql(
            "SELECT arm, redeemed.kind, responds, min(business_date BETWEEN starts_on AND ends_on), "
            "sum(discount_fen) >= coupon_fen AND coupon_fen * 9 <= sum(net_fen) + 9 * count(*) "
            "FROM redeemed JOIN lines ON number = redeemed_by "
            "GROUP BY redeemed_by, coupon_fen, arm, redeemed.kind, responds"
        ).fetchall()
    assert len(rows) == redeemed.num_rows > 10
    assert {(arm, kind, within, right) for arm, kind, _, within, right in rows} == {("treated", "coupon", True, True)}
    assert {responds for _, _, responds, _, _ in rows} == {True, False}, "some would have come anyway"


def test_of_a_large_chain_the_last_half_year_earns_points(lay, monkeypatch):
    from django.db import connection

    from huitou.usecases.sample_chain import terms

    monkeypatch.setattr(terms, "POINTS_OF_ALL_UP_TO", MEMBERS - 1)
    lay()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(business_date), (SELECT min(business_date) FROM receipts_receipt) FROM loyalty_transaction"
        )
        first_posting, first_receipt = cursor.fetchone()
    assert date(2026, 6, 1) <= first_posting < date(2026, 6, 15)
    assert first_receipt < date(2025, 11, 15), "the books begin as before"
    assert _broken() == []


def test_a_second_start_changes_nothing_and_keeps_its_day(lay):
    lay()
    before = _books(), _lake()
    chain, steps = lay(now=datetime(2026, 12, 24, 9, tzinfo=UTC))
    assert steps == [], "nothing was done"
    assert chain.today == TODAY
    assert (_books(), _lake()) == before


@pytest.mark.parametrize(
    ("stopped_at", "because"),
    [
        (("people", 0), "nothing is there yet"),
        (("months", 1), "one month of the lake alone is there"),
        (("months", 9), "some months of the books are there"),
        (("refresh", 16), "every month is there"),
        (("done", 16), "only the note is missing"),
    ],
)
def test_what_was_stopped_on_the_way_is_finished_by_the_next_run(lay, tmp_path, stopped_at, because):
    from huitou.usecases.sample_chain.note import chain_in

    def stop(step, done, total):
        if (step, done) == stopped_at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        lay(begin=stop)
    assert chain_in(tmp_path) is not None
    # The next run comes on another day and asks for another chain; what was begun is what is finished.
    chain, _ = lay(now=NOW + timedelta(days=3), seed=1, members=99)
    books, lake = _books(), _lake()
    assert (chain.seed, chain.members, chain.months, chain.today, chain.laid) == (SEED, MEMBERS, MONTHS, TODAY, True)
    assert books.members == MEMBERS
    assert lake[0] == books.lines + books.gone, because
    assert lake[1] == lake[5], "no receipt is there twice"
    assert _broken() == []


@pytest.mark.parametrize("lake_alone", [True, False], ids=["a month of the lake alone", "a month of the books"])
def test_a_kill_between_books_and_lake_is_healed(lay, monkeypatch, lake_alone):
    from huitou.lake import service as lake

    append, count = lake.append, []

    def append_and_die(batch, parts, products):
        count.append(batch)
        if len(count) == (1 if lake_alone else 6):
            raise KeyboardInterrupt
        return append(batch, parts, products)

    with monkeypatch.context() as patched:
        patched.setattr(lake, "append", append_and_die)
        with pytest.raises(KeyboardInterrupt):
            lay()
    lay()
    books = _books()
    found = _lake()
    assert found[0] == books.lines + books.gone
    assert found[1] == found[5], "no receipt is there twice"
    assert _broken() == []


def test_a_real_chains_data_is_left_alone(lay, tmp_path):
    from huitou.catalogue import service as catalogue
    from huitou.usecases.sample_chain.errors import OtherDataHere

    catalogue.take_stores([("S1", "新城店", "")])
    with pytest.raises(OtherDataHere) as refusal:
        lay()
    assert "新城店" in str(refusal.value)
    assert _books() == (0, 0, 0, 0, None, 0, None, 0, 0, 0, 0, None), "nothing moved"
    assert not (tmp_path / "sample-chain.json").exists(), "a refusal begins nothing"


def test_a_disk_that_is_too_small_is_refused_before_anything_begins(lay, tmp_path, monkeypatch):
    from huitou.usecases.sample_chain import disk

    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda path: usage(10**9, 9 * 10**8, 10**8))
    with pytest.raises(disk.NotEnoughRoom) as refusal:
        lay()
    assert "100 MB" in str(refusal.value)
    assert _books().members == 0
    assert not (tmp_path / "sample-chain.json").exists()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"seed": 1}', '{"seed":1,"members":2,"months":3,"today":"soon","laid":true}']
)
def test_a_broken_note_is_named(tmp_path, text):
    from huitou.usecases.sample_chain.errors import SampleNoteUnreadable
    from huitou.usecases.sample_chain.note import chain_in

    note = tmp_path / "sample-chain.json"
    note.write_text(text)
    with pytest.raises(SampleNoteUnreadable) as refusal:
        chain_in(tmp_path)
    assert str(note) in str(refusal.value)
