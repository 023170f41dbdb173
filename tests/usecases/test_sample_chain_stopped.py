"""Laying the sample chain heals what was stopped, begins nothing that it cannot end, and leaves a real chain alone."""

from __future__ import annotations

from collections import namedtuple
from datetime import date, timedelta

import pytest
from tests.builders import rows
from tests.usecases.laid_chains import MEMBERS, NOW, SEED, TODAY, broken, in_books, in_lake, lay_chain

from huitou.catalogue import service as catalogue
from huitou.lake import service as lake
from huitou.usecases.sample_chain import disk, laying, terms
from huitou.usecases.sample_chain.errors import OtherDataHere, SampleNoteUnreadable
from huitou.usecases.sample_chain.note import chain_in
from huitou.usecases.sample_chain.terms import SampleChain

MONTHS, IN_BOOKS = 4, 3
"""Five calendar months, of which the first two stand in the lake alone: a stop knows no other kinds of months."""


@pytest.fixture
def lay(transactional_db, tmp_path, settings, monkeypatch):
    """Lay a chain of 60 members; returns it and the steps that it named."""
    settings.FIND_DUPLICATES = False  # half the time of laying so few
    for where in (terms, laying, disk):
        monkeypatch.setattr(where, "BOOK_MONTHS", IN_BOOKS)

    return lambda **asked: lay_chain(tmp_path, **{"months": MONTHS, **asked})


def test_who_opens_it_first_finds_the_data_s_quality_and_who_looks_alike(lay, settings, monkeypatch):
    settings.FIND_DUPLICATES = True
    looked = []
    monkeypatch.setattr(laying, "find_duplicates", lambda: looked.append(laying.members.count_members()))
    lay()
    assert looked == [MEMBERS], "once, when everybody is there"
    assert rows("SELECT DISTINCT day FROM insight_quality") == [(TODAY,)]


def test_of_a_large_chain_the_last_half_year_earns_points(lay, monkeypatch):
    most = terms.POINTS_OF_ALL_UP_TO
    monkeypatch.setattr(terms, "BOOK_MONTHS", 13)
    assert [SampleChain(SEED, members, 24, TODAY).point_months for members in (most, most + 1)] == [13, 6]
    # Here a half year is two months of three.
    monkeypatch.setattr(terms, "BOOK_MONTHS", IN_BOOKS)
    monkeypatch.setattr(terms, "POINT_MONTHS", 2)
    monkeypatch.setattr(terms, "POINTS_OF_ALL_UP_TO", MEMBERS - 1)
    lay()
    ((first_posting, first_receipt),) = rows(
        "SELECT min(business_date), (SELECT min(business_date) FROM receipts_receipt) FROM loyalty_transaction"
    )
    assert date(2026, 10, 1) <= first_posting < date(2026, 10, 15)
    assert date(2026, 9, 1) <= first_receipt < date(2026, 9, 15), "the books begin as before"
    assert broken() == []


@pytest.mark.parametrize(
    ("stopped_at", "because"),
    [
        (("people", 0), "nothing is there yet"),
        (("months", 1), "one month of the lake alone is there"),
        (("months", 4), "some months of the books are there"),
        (("refresh", 5), "every month is there"),
        (("done", 5), "only the note is missing"),
    ],
)
def test_what_was_stopped_on_the_way_is_finished_by_the_next_run(lay, tmp_path, stopped_at, because):
    def stop(step, done, total):
        if (step, done) == stopped_at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        lay(begin=stop)
    assert chain_in(tmp_path) is not None
    # The next run comes on another day and asks for another chain; what was begun is what is finished.
    chain, _ = lay(now=NOW + timedelta(days=3), seed=1, members=99)
    books, lake = in_books(), in_lake()
    assert (chain.seed, chain.members, chain.months, chain.today, chain.laid) == (SEED, MEMBERS, MONTHS, TODAY, True)
    assert books.members == MEMBERS
    assert lake[0] == books.lines + books.gone, because
    assert lake[1] == lake[5], "no receipt is there twice"
    assert broken() == []


@pytest.mark.parametrize("lake_alone", [True, False], ids=["a month of the lake alone", "a month of the books"])
def test_a_kill_between_books_and_lake_is_healed(lay, monkeypatch, lake_alone):
    append, months = lake.append_straight, []

    def append_and_die(*month):
        months.append(month)
        if len(months) == (1 if lake_alone else 4):
            raise KeyboardInterrupt
        return append(*month)

    with monkeypatch.context() as patched:
        patched.setattr(lake, "append_straight", append_and_die)
        with pytest.raises(KeyboardInterrupt):
            lay()
    assert in_books().facts == 0, "it was killed among its months, and no refresh came"
    lay()
    books = in_books()
    found = in_lake()
    assert found[0] == books.lines + books.gone
    assert found[1] == found[5], "no receipt is there twice"
    assert broken() == []


def test_a_real_chains_data_is_left_alone(lay, tmp_path):
    catalogue.take_stores([("S1", "新城店", "")])
    with pytest.raises(OtherDataHere) as refusal:
        lay()
    assert "新城店" in str(refusal.value)
    assert in_books() == (0, 0, 0, 0, None, 0, None, 0, 0, 0, 0, None), "nothing moved"
    assert not (tmp_path / "sample-chain.json").exists(), "a refusal begins nothing"


def test_a_disk_that_is_too_small_is_refused_before_anything_begins(lay, tmp_path, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda path: usage(10**9, 9 * 10**8, 10**8))
    with pytest.raises(disk.NotEnoughRoom) as refusal:
        lay()
    assert "100 MB" in str(refusal.value)
    assert in_books().members == 0
    assert not (tmp_path / "sample-chain.json").exists()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"seed": 1}', '{"seed":1,"members":2,"months":3,"today":"soon","laid":true}']
)
def test_a_broken_note_is_named(tmp_path, text):
    note = tmp_path / "sample-chain.json"
    note.write_text(text)
    with pytest.raises(SampleNoteUnreadable) as refusal:
        chain_in(tmp_path)
    assert str(note) in str(refusal.value)
