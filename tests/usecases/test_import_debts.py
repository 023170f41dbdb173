"""A file that comes in after points were spent: what a return no longer finds is owed, and the next sale repays it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import transaction
from tests.builders import SMALL_CHAIN, line, member_ids, rows, take

from huitou.bulk.trip import trip
from huitou.loyalty import service as loyalty
from huitou.loyalty.terms import Moment, Spending
from huitou.usecases.audit import audit

pytestmark = pytest.mark.django_db

MOMENT = Moment(datetime(2026, 11, 20, 12, tzinfo=UTC), date(2026, 11, 20))
BACK = line("7", "2026-11-06 09:00", "milk", "-2", "-20.00", store="east", member="C1")
NEXT = line("8", "2026-11-07 09:00", "tea", "1", "35.50", store="east", member="C1")
ANOTHER = line("9", "2026-11-08 09:00", "rice", "1", "5.00", store="east", member="C2")


def _spend_everything(card: str) -> None:
    member = member_ids()[card]
    ((receipt,),) = rows("SELECT id FROM receipts_identity WHERE number = '5'")
    with transaction.atomic(), trip() as travel:
        account = loyalty.lock_accounts(travel, [member], MOMENT).read()[member]
        spending = Spending(receipt, account.available, MOMENT.today, None, "till")
        loyalty.burn(travel, account, spending, actor="test")


def _stands(card: str) -> tuple[int, int]:
    (found,) = rows("SELECT balance, debt FROM loyalty_account WHERE member_id = %s", member_ids()[card])
    return found


def test_an_import_owes_and_repays_as_a_till_would(tmp_path):
    take(tmp_path, SMALL_CHAIN)
    _spend_everything("C1")
    assert _stands("C1") == (0, 0)

    report = take(tmp_path, [BACK])
    assert report.points_reversed == 1
    assert _stands("C1") == (-20, 20), "the two packs had earned twenty, and they were spent"
    assert take(tmp_path, [BACK]).points_reversed == 0, "the same file again owes nothing more"

    report = take(tmp_path, [NEXT, ANOTHER])
    assert report.points_posted == 2, "of who owes and of who does not"
    assert _stands("C1") == (15, 0), "35 earned, 20 of them repaid"
    assert _stands("C2") == (27, 0)
    assert [verdict for verdict in audit() if not verdict.holds and verdict.name.startswith("L")] == []
