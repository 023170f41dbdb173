"""Refused rows on the page: seen by reason, mended and judged at once, replaced everywhere, dismissed with a word."""

from __future__ import annotations

import re

import pytest

from tests.builders import line, rows, take_into_lake

pytestmark = pytest.mark.django_db
BAD = [
    line("1", "2026-11-01 10:00", "milk", "1", "10.00", member="C1", store="east"),
    line("2", "2026-11-01 11:00", "milk", "1", "10.00", member="C1", store="east"),
    line("2", "2026-11-01 11:00", "tea", "x", "35.00", member="C1", store="east"),
    line("3", "2026-11-01 12:00", "tea", "x", "35.00", member="C2", store="east"),
    line("4", "2026-13-01 12:00", "tea", "1", "35.00", member="C2", store="east"),
]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def number(db, tmp_path):
    """An import with four rows that wait: rows 3 and 4 of one receipt, 5 and 6."""
    return take_into_lake(tmp_path, BAD).import_id


def states(page: str) -> dict[int, str]:
    """By row: `whole`, or the code against it."""
    found = {}
    for row in re.findall(r'<li class="mend.*?</li>', page, re.DOTALL):
        code = re.search(r'<small class="mut">(\w+)</small></span></div>|</span> <small class="mut">(\w+)</small>', row)
        found[int(re.search(r'id="row-(\d+)"', row)[1])] = (
            "whole" if "mended" in row[:40] else next(filter(None, code.groups()))
        )
    return found


def test_rows_stand_with_their_reasons_and_are_filtered_by_them(number, as_role):
    client = as_role("marketer")
    page = client.get(f"/imports/{number}/rows").content.decode()
    assert states(page) == {
        3: "receipt_refused",
        4: "quantity_unreadable",
        5: "quantity_unreadable",
        6: "at_unreadable",
    }
    assert re.search(r'id="cell-4-quantity"[^>]*aria-invalid="true"', page), "the cell at fault is marked"
    some = client.get(f"/imports/{number}/rows?code=at_unreadable").content.decode()
    assert set(states(some)) == {6}
    assert f"/imports/{number}/rows" in client.get(f"/imports/{number}").content.decode()


def test_a_mended_cell_is_judged_at_once_with_its_receipt(number, as_role):
    client = as_role("marketer")
    answer = client.post(f"/imports/{number}/rows/4/mend", {"cell-quantity": "2"}, headers=HTMX).content.decode()
    assert states(answer) == {3: "whole", 4: "whole"}, "the other row of the receipt waited for this one"
    assert 'hx-swap-oob="true"' in answer
    assert "<s data-text>x</s>" in answer, "what stood in the file stays to be seen"
    wrong = client.post(f"/imports/{number}/rows/5/mend", {"cell-quantity": "<b>"}, headers=HTMX).content.decode()
    assert states(wrong) == {5: "quantity_unreadable"}
    assert "<b>" not in wrong
    assert "&lt;b&gt;" in wrong, "shown as it was typed"
    assert rows("SELECT count(*) FROM receipts_receipt") == [(1,)], "nothing comes in before it is taken"
    assert rows("SELECT DISTINCT action FROM access_auditentry") == [("refused_row_mended",)]


def test_one_value_is_replaced_in_all_rows(number, as_role):
    client = as_role("administrator")
    answer = client.post(f"/imports/{number}/rows/replace", {"field": "quantity", "old": "x", "new": "1"})
    page = client.get(answer["Location"]).content.decode()
    assert states(page) == {3: "whole", 4: "whole", 5: "whole", 6: "at_unreadable"}
    nothing = client.post(f"/imports/{number}/rows/replace", {"field": "quantity", "old": "nowhere", "new": "1"})
    assert "rows_unknown" in nothing.content.decode()
    assert (
        "field_unknown"
        in client.post(f"/imports/{number}/rows/replace", {"field": "id", "old": "x", "new": "1"}).content.decode()
    )


@pytest.mark.parametrize(
    ("form", "left", "because"),
    [
        ({"row": ["5", "6"], "because": "训练用的小票"}, {3, 4}, "the ticked rows"),
        ({"of_code": "quantity_unreadable", "because": "训练用的小票"}, {3, 6}, "all of a reason"),
        ({"row": ["5"], "because": "  "}, {3, 4, 5, 6}, "not without a reason"),
        ({"because": "训练用的小票"}, {3, 4, 5, 6}, "nothing was chosen"),
    ],
)
def test_rows_are_dismissed_with_a_reason(number, as_role, form, left, because):
    client = as_role("marketer")
    answer = client.post(f"/imports/{number}/rows/dismiss", form)
    assert set(states(client.get(f"/imports/{number}/rows").content.decode())) == left, because
    assert answer.status_code == 302


@pytest.mark.parametrize("address", ["rows/replace", "rows/dismiss", "rows/4/mend", "rows/take", "rows/take/go"])
def test_a_stores_people_mend_nothing(number, as_role, address):
    assert as_role("store_manager", "east").post(f"/imports/{number}/{address}").status_code == 403


def test_quality_and_mappings_have_their_pages(number, as_role):
    from django.utils import timezone

    from huitou.usecases.quality import keep_quality

    client = as_role("marketer", language="en")
    assert "Nothing was counted yet." in client.get("/quality").content.decode()
    keep_quality(timezone.now())
    page = client.get("/quality").content.decode()
    assert "rounded down" in page
    assert "has a phone" in page
    assert client.get("/quality?sort=duplicates").content.decode().count("has a phone") == 0
    kept = client.get("/mappings").content.decode()
    assert "No mapping is kept yet." in kept
    assert "huitou drops add" in kept
    assert client.post("/mappings/forget", {"source": "nobody", "kind": "receipts"}).status_code == 404
