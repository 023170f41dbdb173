"""What a till did that does not fit the books stands on a page, until a person says what was found."""

from __future__ import annotations

import json

import pytest

from tests.builders import rows, store_ids
from tests.usecases.tills import Till, card

pytestmark = pytest.mark.django_db

LISTED = "/conflicts"


@pytest.fixture
def twice(chain) -> int:
    """A number that a till of S1 used for two sales while it was offline."""
    till = Till(store=min(store_ids()))
    sale = till.sale(3000, member=card("C1"))
    till.upload(sale, till.sale(9900, number=sale.number))
    ((number,),) = rows("SELECT id FROM receipts_conflict")
    return number


def test_the_manager_of_the_store_sees_it_and_settles_it_with_a_note(as_role, twice):
    manager = as_role("store_manager", min(store_ids()), language="en")
    page = manager.get(LISTED).content.decode()
    assert "A number was used for two sales" in page
    assert "what differs: member, lines.1.amount" in page
    manager.post(f"{LISTED}/{twice}/settle", {"note": "The cashier typed it twice."})
    assert "Nothing waits for a person." in manager.get(LISTED).content.decode()
    assert "The cashier typed it twice." in manager.get(f"{LISTED}?settled=1").content.decode()
    trail = "SELECT actor, action, subject, detail ->> 'note' FROM access_auditentry WHERE action = 'conflict.settle'"
    who = "store_manager-" + min(store_ids()) + "-en"
    assert rows(trail) == [(who, "conflict.settle", f"conflict:{twice}", "The cashier typed it twice.")]
    again = manager.post(f"{LISTED}/{twice}/settle", {"note": "Once more."})
    assert again.status_code == 409
    assert rows("SELECT resolved_note FROM receipts_conflict") == [("The cashier typed it twice.",)]


def test_without_a_note_nothing_is_settled(as_role, twice):
    assert as_role("administrator").post(f"{LISTED}/{twice}/settle", {"note": " "}).status_code == 422
    assert rows("SELECT resolved_at FROM receipts_conflict") == [(None,)]


def test_another_stores_manager_neither_sees_nor_settles_it(as_role, twice):
    other = as_role("store_manager", max(store_ids()))
    assert "一个小票号用于两笔销售" not in other.get(LISTED).content.decode()
    assert other.post(f"{LISTED}/{twice}/settle", {"note": "x"}).status_code == 404
    assert rows("SELECT resolved_at FROM receipts_conflict") == [(None,)]


@pytest.mark.parametrize("role", ["marketer", "cashier"])
def test_who_has_not_the_right_is_told_so(as_role, twice, role):
    person = as_role(role, min(store_ids()) if role == "cashier" else "")
    assert person.get(LISTED).status_code == 403
    assert person.post(f"{LISTED}/{twice}/settle", {"note": "x"}).status_code == 403


def test_in_chinese(as_role, twice):
    page = as_role("administrator").get(LISTED).content.decode()
    assert "一个小票号用于两笔销售" in page


def test_the_command_lists_and_settles(twice):
    from huitou.usecases.conflicts import list_conflicts, settle_conflict

    (seen,) = list_conflicts()
    assert (seen["kind"], seen["store"], seen["said"]["differs"]) == (
        "number_used_twice", min(store_ids()), "member, lines.1.amount")  # fmt: skip
    settle_conflict(twice, actor="command line", note="seen")
    assert list_conflicts() == []
    assert json.loads(json.dumps(list_conflicts(settled=True)))[0]["note"] == "seen"
