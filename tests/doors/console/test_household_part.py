"""Who lives with a member, on their page: a second look before, an undo after, and nobody of other stores."""

from __future__ import annotations

import re

import pytest

from tests.builders import contents, member_ids, rows, run, store_ids

pytestmark = pytest.mark.django_db


@pytest.fixture
def ids(chain) -> dict[str, int]:
    """C1 of the east, C2 of the west, and C3, who is of the west too."""
    west = store_ids()["west"]
    run(
        f"INSERT INTO members_member (name, joined_on, home_store_id) VALUES ('曾安', '2026-11-01', {west})",
        "INSERT INTO members_identity (member_id, kind, value, tail) SELECT max(id), 'card', 'C3', 'C3' "
        "FROM members_member",
    )
    return member_ids()


def section(client, member: int) -> str:
    page = client.get(f"/members/{member}").content.decode()
    return re.search(r'id="household".*?</table>|id="household".*?</div>\s*</section>', page, re.S).group()


def test_somebody_is_shown_then_put_in_and_taken_out_with_an_undo(ids, as_role):
    boss, c2, c3 = as_role("administrator", language="en"), ids["C2"], ids["C3"]
    assert "Nobody is known to live with them." in section(boss, c2)
    before = contents()
    shown = boss.post(f"/members/{c2}/household/meant", {"who": "C3"}).content.decode()
    assert "曾安" in shown
    assert contents(without=("django_session",)) == {k: v for k, v in before.items() if k != "django_session"}
    assert boss.post(f"/members/{c2}/household", {"other": c3}).status_code == 302
    assert "曾安" in section(boss, c2)
    assert boss.post(f"/members/{c2}/household/name", {"name": "曾家"}).status_code == 302
    assert "曾家" in section(boss, c3)
    assert boss.post(f"/members/{c2}/household/{c3}/leave").status_code == 302
    undo = boss.session["toast"]["undo"]
    assert rows("SELECT member_id FROM members_householdmember") == [(c2,)]
    assert boss.post(undo).status_code == 302
    assert rows("SELECT member_id FROM members_householdmember ORDER BY 1") == [(c2,), (c3,)]
    assert boss.post(f"/members/{c2}/household", {"other": c3}).status_code == 302, "said again it changes nothing"
    assert rows("SELECT count(*) FROM members_householdmember") == [(2,)]


def test_a_person_of_a_store_sees_and_names_its_members_alone(ids, as_role):
    boss, manager = as_role("administrator", language="en"), as_role("store_manager", "west", "en")
    for other in ("C1", "C3"):
        boss.post(f"/members/{ids['C2']}/household", {"other": ids[other]})
    here = section(manager, ids["C2"])
    assert f"/members/{ids['C3']}" in here
    assert f"/members/{ids['C1']}" not in here
    before = rows("SELECT * FROM members_householdmember ORDER BY 1")
    tries = (
        (f"/members/{ids['C2']}/household/meant", {"who": "C1"}),
        (f"/members/{ids['C2']}/household", {"other": ids["C1"]}),
        (f"/members/{ids['C2']}/household", {"other": "x"}),
        (f"/members/{ids['C2']}/household/{ids['C1']}/leave", {}),
        (f"/members/{ids['C1']}/household/{ids['C2']}/leave", {}),
        (f"/members/{ids['C1']}/household/name", {"name": "x"}),
        (f"/members/{ids['C1']}/household/{ids['C2']}/back/1", {}),
    )
    for path, body in tries:
        assert manager.post(path, body).status_code == 404, path
    assert rows("SELECT * FROM members_householdmember ORDER BY 1") == before
    assert manager.post(f"/members/{ids['C2']}/household/{ids['C3']}/leave").status_code == 302


def test_a_cashier_sees_and_says_nothing(ids, as_role):
    as_role("administrator").post(f"/members/{ids['C2']}/household", {"other": ids["C3"]})
    cashier = as_role("cashier", "west", "en")
    here = section(cashier, ids["C2"])
    assert "曾安" in here
    assert "<form" not in here
    for path in ("", "/meant", "/name", f"/{ids['C3']}/leave", f"/{ids['C3']}/back/1"):
        assert cashier.post(f"/members/{ids['C2']}/household{path}", {}).status_code == 403
