"""People and rights: who may let others in, what they get, and what nobody may do to themselves or to the last one."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from huitou.access import service as access
from huitou.access.errors import LastAdministrator
from huitou.access.rules.log_ins import is_fit_log_in
from tests.builders import rows

MINE = "administrator--zh-hans"


def _user(name):
    return get_user_model().objects.get(username=name)


def _shown(response):
    """The password on the page that shows it once."""
    return re.search(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}", response.content.decode())[0]


@pytest.mark.parametrize(
    ("username", "fit", "because"),
    [
        ("li.na", True, "a name as mail writes it"),
        ("李娜@hz01", True, "a Chinese name with a store"),
        ("", False, "no name"),
        ("li na", False, "a space at its end is not seen"),
        ("li\n", False, "a line does not end inside a name"),
        ("a" * 81, False, "longer than its column"),
    ],
)
def test_what_may_be_a_log_in(username, fit, because):
    assert is_fit_log_in(username) is fit, because


def test_no_two_new_passwords_are_the_same_and_each_is_long_enough():
    made = {access.new_password() for _ in range(50)}
    assert len(made) == 50
    assert {len(one) for one in made} == {19}


@pytest.mark.django_db
def test_somebody_is_let_in_changed_shut_out_and_let_in_again(chain, as_role):
    mine = as_role("administrator")
    page = mine.post("/people/new", {"username": "lina", "name": "李娜", "role": "cashier", "store": ["east"]})
    assert page["Cache-Control"] == "no-store"
    password, lina = _shown(page), _user("lina")
    assert (lina.name, lina.role, lina.check_password(password)) == ("李娜", "cashier", True)
    assert "还没登录过" in mine.get("/people").content.decode(), "she has not logged in yet"

    hers = Client()
    hers.force_login(lina, backend="django.contrib.auth.backends.ModelBackend")
    assert hers.get("/people").status_code == 403, "a cashier lets nobody in"
    assert hers.get("/stores").status_code == 403
    mine.post(f"/people/{lina.pk}", {"name": "李娜", "role": "store_manager", "store": ["east", "west"]})
    assert hers.get("/stores").status_code == 200, "another role holds with the next page"
    mine.post(f"/people/{lina.pk}/shut-out")
    assert hers.get("/members").status_code == 302, "shut out, she is logged out at once"
    said = mine.get("/people").content.decode()
    assert "/let-in" in said, "what was done can be taken back where it is told"
    mine.post(f"/people/{lina.pk}/let-in")
    assert _user("lina").is_active
    another = _shown(mine.post(f"/people/{lina.pk}/password"))
    assert _user("lina").check_password(another)
    assert not _user("lina").check_password(password)
    trail = [
        action for (action,) in rows("SELECT action FROM access_auditentry WHERE subject = 'user:lina' ORDER BY id")
    ]
    assert trail == ["user.add", "user.change", "user.shut_out", "user.let_in", "user.password"]


@pytest.mark.django_db
def test_what_is_refused_changes_nobody(chain, as_role):
    mine, marketer = as_role("administrator"), as_role("marketer")
    me, other = _user(MINE), _user("marketer--zh-hans")
    asked = {"username": "lina", "name": "李娜", "role": "cashier", "store": ["east"]}
    for change, status, because in (
        ({"username": MINE}, 409, "the name is taken"),
        ({"username": "li na"}, 422, "a name with a space"),
        ({"role": "boss"}, 422, "a role that nobody knows"),
        ({"store": []}, 422, "a cashier without a store"),
        ({"store": ["north"]}, 422, "a store that nobody knows"),
    ):
        page = mine.post("/people/new", asked | change)
        assert page.status_code == status, because
        assert "李娜" in page.content.decode(), "what was typed stays"
    assert mine.post(f"/people/{me.pk}/shut-out").status_code == 409, "nobody shuts themselves out"
    assert mine.post(f"/people/{me.pk}", {"name": "x", "role": "marketer"}).status_code == 409
    assert mine.post("/people/999999/shut-out").status_code == 404
    for address in ("/people", "/people/new", f"/people/{me.pk}"):
        assert marketer.get(address).status_code == 403, "a marketer sees the chain and lets nobody in"
    for step in ("password", "shut-out", "let-in"):
        assert marketer.post(f"/people/{me.pk}/{step}").status_code == 403
    with pytest.raises(LastAdministrator):
        access.shut_out(MINE, actor="command line")
    assert mine.post(f"/people/{me.pk}", {"name": "何素云", "role": "administrator"}).status_code == 302, (
        "a name is free"
    )
    assert rows("SELECT count(*) FROM access_user")[0][0] == 2
    assert (_user(MINE).is_active, _user(MINE).role) == (True, "administrator")
    assert _user(other.username).role == "marketer"
