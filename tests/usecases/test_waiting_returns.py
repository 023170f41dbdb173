"""A till's return, and its sale that comes later by file: the end is the same as if the sale had come first."""

from __future__ import annotations

import pytest
from tests.builders import line, member_ids, rows, take
from tests.usecases.tills import NOW, Till, open_store

from huitou.bulk.trip import trip
from huitou.receipts import service as receipts
from huitou.receipts.terms.conflicts import ConflictKind, NewConflict
from huitou.usecases.apply_waiting_returns import apply_waiting_returns
from huitou.usecases.audit import audit

pytestmark = pytest.mark.django_db

SALE = line("A1", "2026-11-18 10:00", "milk", "3", "60.00", store="S1", till="1", member="C1")


@pytest.fixture
def till() -> Till:
    open_store("S1")
    return Till()


def _sale(till: Till):
    """The sale of the file, as a return names it."""
    return till.sale(6000, number="A1", at=NOW.replace(day=18, hour=2))


def _broken() -> list[str | None]:
    return [verdict.first_broken for verdict in audit() if not verdict.holds]


def test_the_files_sale_takes_the_return_that_waited(till, tmp_path):
    told = till.record(till.back(_sale(till), (1, 1000, 2000)))
    assert told["state"] == "parked"
    take(tmp_path, [SALE])
    assert rows("SELECT balance FROM loyalty_account WHERE role = 'member'") == [(40,)], "60 less the 20 of one pack"
    assert rows("SELECT DISTINCT member_id FROM receipts_receipt") == [(member_ids()["C1"],)]
    assert _broken() == []
    assert apply_waiting_returns(now=NOW, actor="test") == 0, "nothing waits any more"


def test_a_till_has_its_answer_again_after_that(till, tmp_path):
    back = till.back(_sale(till), (1, 1000, 2000))
    told = till.tell(back)
    take(tmp_path, [SALE])
    assert till.tell(back) == told


def test_a_return_after_the_file_ends_the_same(till, tmp_path):
    take(tmp_path, [SALE])
    told = till.record(till.back(_sale(till), (1, 1000, 2000)))
    assert (told["state"], told["points_taken_back"]) == ("applied", 20)
    assert rows("SELECT balance FROM loyalty_account WHERE role = 'member'") == [(40,)]
    assert _broken() == []


def test_more_than_the_file_sold_is_listed_and_takes_nothing(till, tmp_path):
    till.record(till.back(_sale(till), (1, 4000, 6000)))
    take(tmp_path, [SALE])
    (conflict,) = receipts.conflicts()
    assert (conflict.kind, conflict.body["code"]) == ("returned_more_than_sold", "returned_more_than_sold")
    assert rows("SELECT balance FROM loyalty_account WHERE role = 'member'") == [(60,)]
    assert apply_waiting_returns(now=NOW, actor="test") == 0
    assert len(receipts.conflicts()) == 1, "told once"
    assert _broken() == []


def test_a_dry_run_applies_nothing(till, tmp_path):
    till.record(till.back(_sale(till), (1, 1000, 2000)))
    take(tmp_path, [SALE], dry_run=True)
    assert rows("SELECT count(*) FROM receipts_returnof WHERE applied_at IS NULL") == [(1,)]


def test_what_was_missed_is_found_within_the_hour(till, tmp_path, monkeypatch):
    """The import looked before the return was there, and the return before the import had committed."""
    monkeypatch.setattr("huitou.usecases.import_receipts.apply_waiting_returns", lambda **_: 0)
    till.record(till.back(_sale(till), (1, 1000, 2000)))
    take(tmp_path, [SALE])
    assert "which is here" in str(_broken()), "the audit sees it meanwhile"
    assert apply_waiting_returns(now=NOW, actor="test") == 1
    assert _broken() == []


def test_a_return_of_strangers_goods_has_no_points_to_take(till, tmp_path):
    till.record(till.back(_sale(till), (1, 1000, 2000)))
    take(tmp_path, [{name: text for name, text in SALE.items() if name != "member"}])
    assert rows("SELECT count(*) FROM receipts_returnmatch") == [(1,)]
    assert _broken() == []


@pytest.mark.parametrize("kind", list(ConflictKind))
def test_what_is_listed_of_it_keeps_only_those_from_their_sale_that_it_cannot_bear(till, tmp_path, kind):
    """A return of a store's own process that nothing proves is recorded all the same, and so are its points."""
    told = till.record(till.back(_sale(till), (1, 1000, 2000)))
    ((store,),) = rows("SELECT id FROM catalogue_store")
    with trip() as only:
        receipts.note_conflicts(only, [NewConflict(kind, store, "till", "x", receipt_id=told["receipt"])])
    take(tmp_path, [SALE])
    waits = kind in (ConflictKind.RETURNED_MORE_THAN_SOLD, ConflictKind.RETURN_OF_RETURN)
    assert rows("SELECT applied_at IS NULL FROM receipts_returnof") == [(waits,)]
    assert rows("SELECT balance FROM loyalty_account WHERE role = 'member'") == [(60 if waits else 40,)]
    assert _broken() == []
