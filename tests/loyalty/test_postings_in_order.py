"""A member's postings are read by the day they belong to, whenever they were written down."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.loyalty.world import World

from huitou.lake.terms import Field
from huitou.loyalty import service as loyalty
from huitou.loyalty.terms import Moment
from huitou.members import service as members
from huitou.usecases.import_receipts import import_receipts

pytestmark = pytest.mark.django_db

COLUMNS = {Field.RECEIPT: "no", Field.AT: "at", Field.SKU: "sku", Field.QUANTITY: "q", Field.AMOUNT: "paid"}
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HISTORY = """no,at,sku,q,paid,card
1,2026-01-01 10:00,A,1,10.00,C1
2,2026-01-05 10:00,A,-1,-10.00,C1
3,2026-01-09 10:00,B,1,20.00,C1
"""


def test_newest_business_day_first_and_pages_continue_where_they_stopped(tmp_path: Path) -> None:
    file = tmp_path / "till.csv"
    file.write_text(HISTORY)
    import_receipts(file, COLUMNS | {Field.MEMBER: "card"}, now=datetime(2026, 11, 22, tzinfo=UTC))
    member = members.find_members("C1").rows[0].id

    found = loyalty.postings_of(member)
    because = "the return of 5 January was posted after the sale of the 9th, by the same import"
    assert [(posting.business_date.day, posting.points) for posting in found] == [(9, 20), (5, -10), (1, 10)], because

    first = loyalty.postings_of(member, limit=1)
    assert loyalty.postings_of(member, limit=5, before=first[0].id) == found[1:]


def test_a_posting_says_what_of_it_offers_brought() -> None:
    world = World(1)
    (member,) = world.members
    receipt = world.new_receipt("sale", NOON.date())
    world.sell(
        receipt, member, Moment(NOON, NOON.date()), NOON.date(), 30, 0, earned_at=NOON, expires_on=None, hold=None,
        honour=False, bonus={1: 15, 2: 5},
    )  # fmt: skip
    (found,) = loyalty.postings_of(member)
    assert (found.points, found.bonus) == (30, 20), "the rule gave ten; what two lines brought is no point per yuan"
    assert loyalty.postings_before(member, before=(date(2027, 1, 1), 0), limit=9) == [found]
