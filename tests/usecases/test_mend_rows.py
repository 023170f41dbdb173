"""Refused rows wait with their import, are mended and taken in later; nothing is taken twice."""

from __future__ import annotations

import json

import pytest
from tests.builders import NOW, contents, line, rows, take, take_into_lake

from huitou.members import personal_data as of_members
from huitou.receipts import personal_data as of_receipts
from huitou.receipts.errors import ImportUndone, NothingToTake, RowsUnknown
from huitou.receipts.service import import_life, quarantine
from huitou.usecases.audit import audit
from huitou.usecases.load_lake import hear_facts
from huitou.usecases.mend_rows import mend_cells, replace_everywhere, take_refused
from huitou.usecases.undo_import import undo_import

pytestmark = pytest.mark.django_db

BAD = [
    line("1", "2026-11-01 10:00", "milk", "1", "10.00", member="C1"),
    line("2", "2026-11-01 11:00", "milk", "1", "10.00", member="C1"),
    line("2", "2026-11-01 11:00", "tea", "x", "35.00", member="C1"),
    line("3", "2026-11-01 12:00", "tea", "x", "35.00", member="C2"),
    line("4", "2026-13-01 12:00", "tea", "1", "35.00", member="C2"),
]


def take_now(number: int, **more):
    report = take_refused(number, now=NOW, actor="anna", **more)
    hear_facts()
    return report


def broken() -> list[str]:
    return [f"{verdict.name}: {verdict.first_broken}" for verdict in audit() if not verdict.holds]


def test_one_wrong_value_is_replaced_everywhere_and_whole_receipts_are_taken(tmp_path):
    number = take_into_lake(tmp_path, BAD).import_id
    assert import_life.refused_by_code(number) == {"quantity_unreadable": 2, "at_unreadable": 1, "receipt_refused": 1}
    assert replace_everywhere(number, "quantity", "x", "2") == 2
    would = take_refused(number, now=NOW, actor="anna", dry_run=True)
    report = take_now(number)
    assert (would.rows_taken, report.rows_taken, report.rows_refused) == (3, 3, 1)
    assert rows("SELECT number, line_count, net_fen FROM receipts_receipt ORDER BY number") == [
        ("1", 1, 1000), ("2", 2, 4500), ("3", 1, 3500),
    ]  # fmt: skip
    assert import_life.refused_by_code(number) == {"at_unreadable": 1}, "because its time is still wrong"
    assert import_life.import_seen(report.import_id).mends == number
    assert broken() == []


def test_nothing_is_taken_twice(tmp_path):
    number = take_into_lake(tmp_path, BAD).import_id
    replace_everywhere(number, "quantity", "x", "2")
    take_now(number)
    before = contents()
    again = take_refused(number, now=NOW, actor="anna", dry_run=True)
    assert (again.rows_taken, again.rows_refused, contents()) == (0, 1, before)
    mend_cells(number, [6], {"at": "2026-11-02 09:00"})
    assert take_now(number).rows_taken == 1
    with pytest.raises(NothingToTake):
        take_refused(number, now=NOW, actor="anna")
    fixed = [row | {"quantity": row["quantity"].replace("x", "2")} for row in BAD[:4]]
    assert take_into_lake(tmp_path, fixed).rows_taken == 0, "because the whole file again finds all of it known"
    assert broken() == []


def test_a_row_that_is_dismissed_is_not_taken_and_an_undo_lets_rows_wait_again(tmp_path):
    number = take_into_lake(tmp_path, BAD).import_id
    assert quarantine.dismiss_rows(number, code="at_unreadable", because="a test of the till", actor="anna") == 1
    replace_everywhere(number, "quantity", "x", "2")
    second = take_now(number).import_id
    assert import_life.refused_by_code(number) == {}
    undo_import(second, now=NOW, actor="anna")
    hear_facts()
    assert sum(import_life.refused_by_code(number).values()) == 3, "because nothing of them is in the books any more"
    assert take_now(number).rows_taken == 3
    undo_import(number, now=NOW, actor="anna")
    with pytest.raises(ImportUndone):
        mend_cells(number, [6], {"at": "2026-11-02 09:00"})
    assert broken() == []


@pytest.mark.parametrize("which", [[99], [2], [10**30], []])
def test_a_row_that_does_not_wait_is_not_mended(tmp_path, which):
    number = take(tmp_path, BAD).import_id
    before = contents()
    with pytest.raises(RowsUnknown):
        mend_cells(number, which, {"sku": "milk"})
    assert contents() == before


def test_a_phone_shows_its_mask_and_is_taken_all_the_same_and_forgotten_with_its_owner(tmp_path):
    bad = [
        line("1", "2026-11-01 10:00", "milk", "x", "10.00", member="138 0013 8000"),
        line("2", "2026-11-01 10:00", "milk", "1", "10.00", member="nobody"),
        line("3", "2026-11-01 10:00", "milk", "1", "10.00", member="13800138000"),
        line("4", "2026-11-01 10:00", "milk", "x", "10.00", member="13800138000"),
    ]
    number = take_into_lake(tmp_path, bad, member_kind="phone").import_id
    kept = json.dumps(rows("SELECT row::text, mended::text FROM receipts_refusal"))
    assert "0013" not in kept.replace("138****8000", "")
    mend_cells(number, [3], {"member": "13900139000"})
    mend_cells(number, [2], {"quantity": "1"})
    assert take_now(number).rows_taken == 2
    assert rows("SELECT count(*) FROM members_member") == [(2,)], "138... is one person, however it was spelled"
    ((owner,),) = rows("SELECT member_id FROM receipts_receipt WHERE number = '1'")
    assert len(of_receipts.export(owner)["receipts_refusal"]) == 2
    assert of_receipts.erase(owner)["receipts_refusal"] == 2
    assert rows("SELECT count(*) FROM receipts_refusal WHERE row <> '{}' AND sealed IS NOT NULL") == [(1,)]
    assert of_members.erase(owner)
    assert broken() == []
