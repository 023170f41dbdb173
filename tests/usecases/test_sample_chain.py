"""The sample chain is lifelike, the same for the same seed, and adds up to the fen."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import duckdb
import pytest

from huitou.usecases.sample_chain.goods import read_goods
from huitou.usecases.sample_chain.people import SAMPLE_DAYS, draw_people
from huitou.usecases.sample_chain.places import PLACES
from huitou.usecases.sample_chain.receipt_lines import COLUMNS, write_receipt_lines
from huitou.usecases.sample_chain.seasons import in_season, pull_of
from huitou.usecases.sample_chain.visits import draw_visits

TODAY = date(2026, 11, 22)
SEED = 20261


@pytest.fixture(scope="module")
def people():
    return draw_people(400, seed=SEED, today=TODAY)


@pytest.fixture(scope="module")
def visits(people):
    return draw_visits(people, seed=SEED, today=TODAY)


@pytest.fixture(scope="module")
def last_days(visits):
    """The last day of purchase of each card that bought."""
    days = {}
    for visit in visits:
        if visit.card and visit.lines[0].quantity_milli > 0:
            days[visit.card] = visit.at.date()
    return days


def test_the_shelf_has_whole_products():
    goods = read_goods()
    assert 350 <= len(goods) <= 450
    assert len({good.sku for good in goods}) == len(goods), "a code names one product"
    assert len({good.name for good in goods}) == len(goods), "a name names one product"
    assert all(good.category.count("/") == 2 for good in goods), "categories have three levels"
    assert all(good.price_fen > 0 for good in goods)
    assert {good.weighed for good in goods} == {True, False}


def test_members_are_different_people(people):
    phones = [person.phone for person in people if person.phone]
    assert len(set(phones)) == len(phones)
    assert all(len(phone) == 11 and phone[0] == "1" and phone[1] in "3456789" for phone in phones)
    assert len({person.card for person in people}) == len(people)
    assert all(_passes_luhn(person.card) for person in people)
    assert all(person.joined_on <= TODAY for person in people)
    assert {person.home_store for person in people} == {place.code for place in PLACES}


def test_a_member_does_not_depend_on_how_many_follow(people):
    assert draw_people(40, seed=SEED, today=TODAY) == people[:40]


def test_the_same_seed_makes_the_same_bytes(tmp_path, people, visits):
    first, second, other = tmp_path / "a.parquet", tmp_path / "b.parquet", tmp_path / "c.parquet"
    write_receipt_lines(visits, first)
    write_receipt_lines(draw_visits(people, seed=SEED, today=TODAY), second)
    write_receipt_lines(draw_visits(people, seed=SEED + 1, today=TODAY), other)
    assert first.read_bytes() == second.read_bytes()
    assert first.read_bytes() != other.read_bytes(), "the seed is used"


def test_every_line_adds_up_to_the_fen(visits):
    for visit in visits:
        for line in visit.lines:
            gross = Decimal(line.price_fen) * line.quantity_milli / 1000
            assert abs(gross - line.discount_fen - line.amount_fen) <= 1, (
                "price times quantity less discount is what was paid; part of a promoted line rounds once"
            )
            assert (line.amount_fen < 0) == (line.quantity_milli < 0)


def test_the_file_holds_the_visits(tmp_path, visits):
    path = tmp_path / "lines.parquet"
    rows = write_receipt_lines(visits, path)
    query = f'SELECT sum("{COLUMNS["amount"]}"), count(DISTINCT "{COLUMNS["receipt"]}"), count(*)'
    query += " FROM read_parquet(?)"
    amount, receipts, lines = duckdb.connect().execute(query, [str(path)]).fetchone()
    assert lines == rows == sum(len(visit.lines) for visit in visits)
    assert receipts == len(visits), "numbers are unique over stores, tills and days"
    assert int(amount * 100) == sum(line.amount_fen for visit in visits for line in visit.lines)


def test_the_year_ends_yesterday(visits):
    days = {visit.at.date() for visit in visits}
    assert min(days) == TODAY - timedelta(days=SAMPLE_DAYS)
    assert max(days) == TODAY - timedelta(days=1), "a till cannot have sold in the future"


def test_returns_give_back_what_was_bought(visits):
    bought = {
        (visit.card, visit.place.code, line.good.sku): line
        for visit in visits
        for line in visit.lines
        if line.quantity_milli > 0
    }
    returns = [visit for visit in visits if visit.lines[0].quantity_milli < 0]
    assert 0.01 <= len(returns) / len(visits) <= 0.04, "a few percent come back"
    for visit in returns:
        for line in visit.lines:
            assert line.quantity_milli < 0, "a return holds no sale"
            assert (visit.card, visit.place.code, line.good.sku) in bought


def test_about_three_in_ten_have_been_silent_for_three_months(last_days):
    silent = sum((TODAY - day).days > 90 for day in last_days.values()) / len(last_days)
    assert 0.22 <= silent <= 0.38, "the dormant layer is large enough to win back and not the whole chain"


def test_spend_is_uneven(visits):
    spend = Counter()
    for visit in visits:
        if visit.card:
            spend[visit.card] += sum(line.amount_fen for line in visit.lines)
    ranked = sorted(spend.values(), reverse=True)
    top = sum(ranked[: len(ranked) // 10]) / sum(ranked)
    assert 0.25 <= top <= 0.55, "a tenth of the members spends a third of the money"


def test_hours_weekdays_and_channels_have_a_rhythm(visits):
    hours = Counter(visit.at.hour for visit in visits)
    assert hours[18] > 1.5 * hours[13], "people shop after work"
    weekdays = Counter(visit.at.weekday() for visit in visits)
    assert weekdays[5] > 1.2 * weekdays[1], "Saturday beats Tuesday"
    channels = Counter(visit.channel for visit in visits)
    assert set(channels) == {"store", "mini_program", "delivery"}
    assert channels["store"] > 0.75 * len(visits)
    strangers = sum(visit.card is None for visit in visits) / len(visits)
    assert 0.08 <= strangers <= 0.25, "some receipts name no member"


@pytest.mark.parametrize(
    ("season", "day", "sold", "because"),
    [
        ("", date(2026, 1, 1), True, "no season is all year"),
        ("6-9", date(2026, 7, 1), True, "within the months"),
        ("6-9", date(2026, 10, 1), False, "after the months"),
        ("10-3", date(2026, 1, 15), True, "winter spans the year's end"),
        ("10-3", date(2026, 5, 15), False, "spring is not winter"),
        ("中秋节-30", date(2026, 9, 25), True, "the festival itself is the last day"),
        ("中秋节-30", date(2026, 9, 26), False, "nobody buys moon cakes the day after"),
        ("中秋节-30", date(2026, 8, 25), False, "31 days before is too early"),
    ],
)
def test_goods_have_their_season(season, day, sold, because):
    assert in_season(season, day) is sold, because


def test_the_city_shops_before_spring_festival_and_rests_on_the_day():
    new_year = date(2026, 2, 17)
    assert pull_of(new_year - timedelta(days=3)) > 1.5
    assert pull_of(new_year) < 0.4


def _passes_luhn(digits):
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


@pytest.fixture
def lay(transactional_db, tmp_path):
    """Lay a chain of 40 members; returns the steps that it named."""
    from huitou.usecases.sample_chain.laying import lay_sample_chain

    def lay_once(now=datetime(2026, 11, 22, 9, tzinfo=UTC)):
        steps = []
        chain = lay_sample_chain(tmp_path, seed=SEED, member_count=40, now=now, begin=steps.append)
        return chain, steps

    return lay_once


def _everything(connection):
    """Counts and sums that any change would move."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM members_member), (SELECT count(*) FROM members_identity), "
            "(SELECT count(*) FROM receipts_receipt), (SELECT sum(net_fen) FROM receipts_receipt), "
            "(SELECT count(*) FROM receipts_line), (SELECT sum(balance) FROM loyalty_account), "
            "(SELECT count(*) FROM loyalty_entry), (SELECT count(*) FROM members_facts)"
        )
        return cursor.fetchone()


def test_the_chain_arrives_whole(lay, tmp_path):
    from django.db import connection

    chain, steps = lay()
    people = draw_people(40, seed=SEED, today=TODAY)
    visits = draw_visits(people, seed=SEED, today=TODAY)
    members, identities, receipts, net_fen, lines, *_ = _everything(connection)
    assert chain.laid
    assert chain.today == TODAY
    assert list(dict.fromkeys(steps)) == ["people", "receipts", "import", "refresh", "done"]
    assert (members, identities) == (40, 40 + sum(person.phone is not None for person in people))
    assert receipts == len(visits)
    assert lines == sum(len(visit.lines) for visit in visits)
    assert net_fen == sum(line.amount_fen for visit in visits for line in visit.lines)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM receipts_refusal")
        assert cursor.fetchone() == (0,), "the import took every row"
    assert not list(tmp_path.glob("*.parquet")), "the file was only the way in"


def test_a_second_start_changes_nothing_and_keeps_its_day(lay):
    from django.db import connection

    lay()
    before = _everything(connection)
    chain, steps = lay(now=datetime(2026, 12, 24, 9, tzinfo=UTC))
    assert steps == [], "nothing was done"
    assert chain.today == TODAY
    assert _everything(connection) == before


@pytest.mark.parametrize("stopped_at", ["receipts", "import", "refresh", "done"])
def test_what_was_stopped_on_the_way_is_finished_by_the_next_run(transactional_db, tmp_path, stopped_at):
    from django.db import connection

    from huitou.usecases.sample_chain.laying import lay_sample_chain, sample_chain_in

    def stop(step):
        if step == stopped_at:
            raise KeyboardInterrupt

    when = datetime(2026, 11, 22, 9, tzinfo=UTC)
    with pytest.raises(KeyboardInterrupt):
        lay_sample_chain(tmp_path, seed=SEED, member_count=40, now=when, begin=stop)
    assert not sample_chain_in(tmp_path).laid
    # The next run comes on another day and asks for another chain; what was begun is what is finished.
    later = when + timedelta(days=3)
    chain = lay_sample_chain(tmp_path, seed=1, member_count=99, now=later, begin=lambda step: None)
    members, _, receipts, net_fen, *_ = _everything(connection)
    visits = draw_visits(draw_people(40, seed=SEED, today=TODAY), seed=SEED, today=TODAY)
    assert (chain.seed, chain.members, chain.today, chain.laid) == (SEED, 40, TODAY, True)
    assert (members, receipts) == (40, len(visits))
    assert net_fen == sum(line.amount_fen for visit in visits for line in visit.lines)


def test_a_real_chains_data_is_left_alone(lay, tmp_path):
    from django.db import connection

    from huitou.catalogue import service as catalogue
    from huitou.usecases.sample_chain.errors import OtherDataHere

    catalogue.take_stores([("S1", "新城店", "")])
    with pytest.raises(OtherDataHere) as refusal:
        lay()
    assert "新城店" in str(refusal.value)
    assert _everything(connection) == (0, 0, 0, None, 0, None, 0, 0), "nothing moved"
    assert not (tmp_path / "sample-chain.json").exists(), "a refusal begins nothing"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"seed": 1}', '{"seed":1,"members":2,"today":"soon","laid":true}'])
def test_a_broken_note_is_named(tmp_path, text):
    from huitou.usecases.sample_chain.errors import SampleNoteUnreadable
    from huitou.usecases.sample_chain.laying import sample_chain_in

    note = tmp_path / "sample-chain.json"
    note.write_text(text)
    with pytest.raises(SampleNoteUnreadable) as refusal:
        sample_chain_in(tmp_path)
    assert str(note) in str(refusal.value)
