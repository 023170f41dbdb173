"""The same once more, the same differently, too early, interrupted, and twice at once: the books end up the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, replace

import pytest
from django.db import connection
from tests.builders import (
    NOW,
    SMALL_CHAIN,
    books,
    contents,
    lake_lines,
    line,
    rows,
    run,
    take,
    take_file,
    take_into_lake,
    write_csv,
)

from huitou.kernel.ids import ImportId
from huitou.loyalty.store import taking as posting
from huitou.outbox.terms import Fact
from huitou.receipts import service as receipts
from huitou.receipts.service import import_life
from huitou.usecases import import_receipts, load_lake, ready_rows
from huitou.usecases.audit import audit
from huitou.usecases.load_lake import hear_facts, load_batch
from huitou.usecases.undo_import import undo_import

MANY = [
    line(str(number), f"2026-10-{20 - number:02} 10:00", "milk", "1", "20.00", store=f"S{number % 2}", member=member)
    for number, member in enumerate(["C1", "C2", "C3", "C4", "C5", "C1", "C3", "C5"], 1)
]


def balances() -> dict[str, int]:
    return dict(
        rows(
            "SELECT i.value, a.balance FROM members_identity i JOIN loyalty_account a USING (member_id) ORDER BY 1",
        )
    )


def lots() -> list[tuple]:
    """(number of the sale, points earned, points left), without ids: those depend on the order of arrival."""
    return rows(
        "SELECT r.number, l.original, l.remaining FROM loyalty_lot l JOIN loyalty_transaction t "
        "ON t.id = l.transaction_id JOIN receipts_receipt r ON r.id = t.receipt_id ORDER BY 1"
    )


def broken() -> list[str]:
    return [f"{verdict.name}: {verdict.first_broken}" for verdict in audit() if not verdict.holds]


@pytest.mark.django_db
def test_the_same_file_twice_changes_nothing(tmp_path):
    path, columns = write_csv(tmp_path, SMALL_CHAIN)
    first = take_file(path, columns)
    hear_facts()
    before, in_lake = books(), lake_lines()
    again = take_file(path, columns)
    hear_facts()
    assert (first.rows_taken, first.rows_repeated, first.rows_refused) == (7, 0, 0)
    assert (again.rows_read, again.rows_taken, again.rows_repeated, again.rows_refused) == (7, 0, 7, 0)
    assert (again.receipts, again.points_posted, again.new_members, again.quantity, again.amount) == (
        0,
        0,
        0,
        "0",
        "0.00",
    )
    assert books() == before, "every row of every table"
    assert lake_lines() == in_lake
    assert broken() == []


@pytest.mark.django_db
def test_the_report_says_what_was_taken(tmp_path):
    report = take(tmp_path, [*SMALL_CHAIN, line("8", "2026-11-06 10:00", "tea", "x")])
    said = asdict(report) | {"refused": [row["code"] for row in report.refused], "import_id": None}
    assert said == {
        "dry_run": False,
        "import_id": None,
        "newcomers": {"products": ["milk Milk", "rice", "tea Tea"], "stores": ["east", "west"]},
        "rows_read": 8,
        "rows_taken": 7,
        "rows_repeated": 0,
        "rows_refused": 1,
        "refused": ["quantity_unreadable"],
        "receipts": 6,
        "sales": 5,
        "returns": 1,
        "returned_rows": 1,
        "returned_rows_without_their_sale": 0,
        "new_members": 2,
        "new_stores": 2,
        "new_products": 3,
        "quantity": "8.5",
        "amount": "133.60",
        "no_sales": [],
        "left_out": [],
        "left_out_known": 0,
        "looks_swapped": {},
        "rows_left_out": 0,
        "points_posted": 4,
        "points_reversed": 1,
    }


@pytest.mark.django_db
def test_a_dry_run_says_what_the_run_will_say_and_changes_nothing(tmp_path):
    path, columns = write_csv(tmp_path, [*SMALL_CHAIN, line("8", "2026-11-06 10:00", "tea", "x")])
    before = contents()
    would = take_file(path, columns, dry_run=True)
    assert contents() == before, "not even the log of imports"
    did = take_file(path, columns)
    assert would.dry_run
    assert asdict(would) | {"dry_run": False, "import_id": did.import_id} == asdict(did)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "because"),
    [
        ({"quantity": "2"}, "another quantity"),
        ({"amount": "10.01"}, "a fen more"),
        ({"sku": "tea"}, "another product"),
        ({"member": "C2"}, "another member"),
        ({"member": ""}, "no member"),
        ({"discount": "0.01"}, "another discount"),
        ({"unit_price": "10.01"}, "another price"),
    ],
    ids=lambda case: case if isinstance(case, str) else "",
)
def test_a_receipt_with_other_contents_is_refused_and_the_first_stays(tmp_path, change, because):
    first = line("1", "2026-11-01 10:00", member="C1", discount="0", unit_price="10")
    take(tmp_path, [first, line("2", "2026-11-01 11:00", "tea", member="C2")])
    before = books()
    report = take(tmp_path, [{**first, **change}])
    assert [row["code"] for row in report.refused] == ["receipt_differs"], because
    assert books() == before


@pytest.mark.django_db
def test_a_receipt_may_come_again_in_another_order_and_from_another_source_it_is_another(tmp_path):
    one, two = line("1", "2026-11-01 10:00", "milk"), line("1", "2026-11-01 10:00", "tea", amount="5.00")
    take(tmp_path, [one, two])
    assert take(tmp_path, [two, one]).rows_repeated == 2, "the order of lines means nothing"
    assert take(tmp_path, [one]).rows_refused == 1, "half of it is not the same receipt"
    assert take(tmp_path, [one, two], source="web_shop").rows_taken == 2, "each system counts its own numbers"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "parts",
    [
        [SMALL_CHAIN[:4], SMALL_CHAIN[4:]],
        [SMALL_CHAIN[4:], SMALL_CHAIN[:4]],
        [SMALL_CHAIN[6:], SMALL_CHAIN, SMALL_CHAIN[2:]],
    ],
    ids=["in order", "the return before its sale", "overlapping"],
)
def test_in_parts_and_in_any_order_the_points_end_up_the_same(tmp_path, parts):
    for part in parts:
        take_into_lake(tmp_path, part)
    assert balances() == {"C1": 75, "C2": 22}
    assert lots() == [("1", 55, 55), ("2", 30, 20), ("3", 12, 12), ("4", 10, 10)]
    assert len(lake_lines()) == len(SMALL_CHAIN)
    assert broken() == []


@pytest.mark.django_db
@pytest.mark.parametrize(("at_once", "pieces"), [(1, 3), (3, 2), (100, 1)])
def test_however_many_returns_are_looked_at_together_each_finds_its_own_sale(tmp_path, monkeypatch, at_once, pieces):
    monkeypatch.setattr(receipts, "RETURNS_AT_ONCE", at_once)
    asked = []
    matching = receipts.matching.match_returns
    monkeypatch.setattr(receipts.matching, "match_returns", lambda *found: asked.append(1) or matching(*found))
    members = ("C1", "C2", "C3")
    sold = [line(f"S{who}", "2026-11-02 10:00", "milk", "3", "30.00", member=who) for who in members]
    back = [line(f"R{who}", "2026-11-05 09:00", "milk", "-1", "-10.00", member=who) for who in members]
    twice = line("RC2b", "2026-11-06 09:00", "milk", "-1", "-10.00", member="C2")
    lone = line("RC3b", "2026-11-06 09:00", "rice", "-1", "-10.00", member="C3")
    report = take(tmp_path, [*sold, *back, twice, lone])
    assert len(asked) == pieces, "a member's returns stay together"
    assert (report.returned_rows_without_their_sale, report.points_reversed) == (1, 4)
    assert balances() == {"C1": 20, "C2": 10, "C3": 20}
    assert broken() == []


@pytest.mark.django_db
def test_in_however_small_pieces_members_and_known_receipts_come_through(tmp_path, monkeypatch):
    path, columns = write_csv(tmp_path, MANY)
    once = take_file(path, columns)
    joined = rows("SELECT joined_on, home_store_id IS NULL FROM members_member ORDER BY id")
    undo_import(once.import_id, now=NOW, actor="anna")
    assert rows("SELECT count(*) FROM members_member") == [(0,)]
    monkeypatch.setattr(ready_rows, "AT_ONCE", 2)
    monkeypatch.setattr(posting, "_AT_ONCE", 2)
    in_pieces = take_file(path, columns)
    assert replace(in_pieces, import_id=None) == replace(once, import_id=None)
    assert rows("SELECT joined_on, home_store_id IS NULL FROM members_member ORDER BY id") == joined
    assert take_file(path, columns).rows_repeated == len(MANY)
    undone = undo_import(in_pieces.import_id, now=NOW, actor="anna")
    assert (undone.receipts, undone.receipts_kept) == (0, len(MANY)), "because the second import brought all of them"
    last = undo_import(in_pieces.import_id + 1, now=NOW, actor="anna")
    assert (last.receipts, last.members) == (len(MANY), 5), "because each piece was noted beside those before it"
    assert broken() == []


@pytest.mark.django_db
def test_a_return_that_no_sale_explains_takes_no_points_and_waits(tmp_path):
    report = take(tmp_path, [line("6", "2026-11-05 09:00", "milk", "-1", "-10.00", member="C1")])
    assert (report.returned_rows_without_their_sale, report.points_reversed) == (1, 0)
    assert rows("SELECT count(*) FROM receipts_returnmatch") == [(0,)]
    assert balances() == {}
    other = take(tmp_path, [line("7", "2026-11-06 10:00", "tea", "1", "5.00", member="C1")])
    assert (other.returned_rows, other.returned_rows_without_their_sale) == (0, 0), "what waits came with another file"
    report = take(tmp_path, [line("2", "2026-11-02 10:00", "milk", "3", "30.00", member="C1")])
    assert (report.returned_rows_without_their_sale, report.points_reversed) == (0, 1)
    assert balances() == {"C1": 25}


@pytest.mark.django_db
def test_a_crash_between_commit_and_lake_loses_nothing(tmp_path):
    report = take(tmp_path, SMALL_CHAIN)
    assert lake_lines() == [], "the process ended here"
    assert hear_facts() == 1
    loaded = lake_lines()
    assert len(loaded) == 7
    run("UPDATE outbox_fact SET done_at = NULL")
    assert hear_facts() == 1, "the process ended before it could say that it had heard"
    load_batch(Fact(0, "receipts_taken", {"batch": ImportId(report.import_id)}))
    assert lake_lines() == loaded, "heard three times, it acted once"
    assert broken() == []


@pytest.mark.django_db
def test_a_lake_that_fails_is_loaded_later_and_other_imports_pass(tmp_path, monkeypatch):
    from huitou.lake import service as lake

    append, failed = lake.append, []

    def append_once_full(batch, *parts):
        if not failed:
            failed.append(batch)
            raise OSError("disk full")
        return append(batch, *parts)

    take(tmp_path, SMALL_CHAIN[:4])
    take(tmp_path, SMALL_CHAIN[4:])
    monkeypatch.setattr(lake, "append", append_once_full)
    assert hear_facts() == 1
    assert len(lake_lines()) == 3
    assert broken() == [], "what waits is not lost"
    run("UPDATE outbox_fact SET next_try_at = now() WHERE done_at IS NULL")
    assert hear_facts() == 1
    assert len(lake_lines()) == 7


IMPORTING = """
import json, sys
from dataclasses import asdict, replace
from pathlib import Path
import django
django.setup()
from django.conf import settings
settings.LAKE_PATH = Path(sys.argv[4])
from tests.builders import take_file
from huitou.lake.terms import Field

def progress(step):
    print(step, flush=True)
    if step == stop_at:
        sys.stdin.readline()

path, columns, stop_at = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3]
sys.stdin.readline()
report = take_file(Path(path), {Field(field): column for field, column in columns.items()}, progress=progress)
print(json.dumps(asdict(report)), flush=True)
"""


@pytest.fixture
def importing(tmp_path, settings):
    """Start a process of its own that imports the small chain as soon as it is told to."""
    path, columns = write_csv(tmp_path, SMALL_CHAIN)
    parts = connection.get_connection_params()
    place = {
        "dbname": parts["dbname"],
        **{key: parts[key] for key in ("host", "port", "user", "password") if key in parts},
    }
    url = " ".join(f"{key}='{value}'" for key, value in place.items() if value)
    started = []

    def start(stop_at: str = "") -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, "-c", IMPORTING, str(path), json.dumps(columns), stop_at, str(settings.LAKE_PATH)],
            env={**os.environ, "HUITOU_DATABASE_URL": url, "PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def go(*processes: subprocess.Popen) -> None:
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()


def wait_for(process: subprocess.Popen, step: str) -> None:
    while process.stdout.readline().strip() != step:
        assert process.poll() is None, "it ended before it came so far"


@pytest.mark.django_db(transaction=True)
def test_two_processes_take_one_file_once(importing, tmp_path):
    # Stores, products and members are known, or their unique names alone would make the second one wait.
    known = [{**row, "receipt": f"0{row['receipt']}"} for row in SMALL_CHAIN]
    take_file(*write_csv(tmp_path, known, "known.csv"))
    first, second = importing(stop_at="points"), importing()
    go(first)
    wait_for(first, "points")
    go(second)
    # The second one meets the first one's lock, and is not told anything before the first has ended.
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    while rows(waiting) != [(1,)]:
        assert second.poll() is None, "it ended without waiting"
        time.sleep(0.05)
    go(first)
    reports = [json.loads(process.communicate(timeout=120)[0].splitlines()[-1]) for process in (first, second)]
    assert [(report["rows_taken"], report["rows_repeated"]) for report in reports] == [(7, 0), (0, 7)]
    hear_facts()
    assert len(lake_lines()) == 14
    assert balances() == {"C1": 150, "C2": 44}
    assert broken() == []


@pytest.mark.django_db(transaction=True)
def test_an_import_that_is_killed_leaves_nothing(importing):
    before = contents()
    steps = ("receipts", "done")
    killed = [importing(stop_at) for stop_at in steps]
    for process, stop_at in zip(killed, steps, strict=True):
        go(process)
        wait_for(process, stop_at)
        process.kill()
        process.wait()
    last = importing()
    go(last)
    waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'"
    report = json.loads(last.communicate(timeout=120)[0].splitlines()[-1])
    assert rows(waits) == [(0,)]
    assert report["rows_taken"] == 7, "the lock went with the process, and no receipt was half taken"
    assert rows("SELECT count(*) FROM receipts_import") == [(1,)], "the killed ones left not even their names"
    assert before["receipts_import"][0] == 0
    hear_facts()
    assert broken() == []


@pytest.mark.django_db(transaction=True)
def test_an_import_that_left_again_before_it_came_into_the_lake_stays_out(monkeypatch, tmp_path):
    load = import_receipts.load_at_hand
    # Stores, products and members are known: they stay, and would let the lines into the lake.
    known = [{**row, "receipt": f"0{row['receipt']}"} for row in SMALL_CHAIN]
    take_into_lake(tmp_path, known)
    before = lake_lines()

    def undone_first(session, batch, source):
        undo_import(batch, now=NOW, actor="anna")
        # Another worker hears of the undo while this one has the import's own fact in hand.
        load_lake.unload_import(Fact(0, import_life.UNDONE, {"batch": batch}))
        run(f"UPDATE outbox_fact SET done_at = now() WHERE kind = '{import_life.UNDONE}'")
        load(session, batch, source)

    monkeypatch.setattr(import_receipts, "load_at_hand", undone_first)
    take(tmp_path, SMALL_CHAIN)
    assert hear_facts() == 0, "its fact was heard"
    assert lake_lines() == before
    assert broken() == []
