"""The pages of staff and of shelf labels: who may, what comes out, and what is refused with its next step."""

from __future__ import annotations

import csv
import io

import pytest
from django.utils import timezone

from huitou.doors.console import figures
from tests.builders import rows, run

pytestmark = pytest.mark.django_db


def test_labels_are_taken_out_by_who_may_of_their_own_stores(chain, as_role):
    run("UPDATE catalogue_product SET price_fen = 990")
    manager = as_role("store_manager", "west", "en")
    assert manager.get("/labels").status_code == 200
    asked = {"store": "west", "on": "2026-11-30", "as": "csv"}
    told = manager.post("/labels", asked)
    assert told["Content-Disposition"] == 'attachment; filename="labels-2026-11-30.csv"'
    found = list(csv.DictReader(io.StringIO(told.content.decode("utf-8-sig"))))
    assert {row["shelf_price"] for row in found} == {"9.90"}
    assert len(found) == rows("SELECT count(*) FROM catalogue_product")[0][0]
    again = manager.post("/labels", {**asked, "changed": "1"}).content.decode("utf-8-sig")
    assert len(again.splitlines()) == 1, "nothing says something else than a moment ago"
    assert manager.post("/labels", {**asked, "as": "xlsx"}).content[:2] == b"PK"
    for wrong, code in (({"store": "east"}, "store_unknown"), ({"on": "soon"}, "labels_day_unreadable")):
        refused = manager.post("/labels", {**asked, **wrong})
        assert (refused.status_code, code in refused.content.decode()) == (422, True)
    assert as_role("cashier", "west").post("/labels", asked).status_code == 403


def test_staff_are_named_and_leave_by_an_administrator_alone(chain, as_role):
    boss = as_role("administrator", language="en")
    card = rows("SELECT value FROM members_identity WHERE kind = 'card' ORDER BY id LIMIT 1")[0][0]
    assert boss.post("/staff", {"number": "E1", "member": card}).status_code == 302
    assert "E1" in boss.get("/staff").content.decode()
    refused = boss.post("/staff", {"number": "E2", "member": "nobody"})
    assert (refused.status_code, "member_unknown" in refused.content.decode()) == (404, True)
    assert boss.post("/staff/end", {"number": "E1"}).status_code == 302
    assert rows("SELECT until IS NOT NULL FROM members_staff") == [(True,)]
    page = boss.get("/staff").content.decode()
    today = figures.day(timezone.localdate())
    assert f"{today} to {today}" in page, "days as people write them"
    assert page.count('action="/staff/stay?number=E1"') == 2, "what was just done can be undone, and until tonight"
    for _ in range(2):
        assert boss.post("/staff/stay?number=E1").status_code == 302
    assert rows("SELECT until IS NULL FROM members_staff") == [(True,)]
    run("UPDATE members_staff SET since = '2020-01-01', until = '2020-02-01'")
    assert boss.post("/staff/stay?number=E1").status_code == 404, "who left long ago is employed anew, not kept on"
    assert boss.post("/staff/stay?number=E9").status_code == 404
    marketer = as_role("marketer")
    assert [marketer.get("/staff").status_code, marketer.post("/staff/end", {"number": "E1"}).status_code] == [403, 403]
