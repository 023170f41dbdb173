"""A real chain's people can log in: users are made, refused with a reason, and audited."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.db import connection

from huitou.access import errors
from huitou.catalogue import service as catalogue
from huitou.usecases.people import add_user, list_users, set_password

pytestmark = pytest.mark.django_db


def _add(**changed):
    asked = {"username": "li", "name": "李", "role": "cashier", "password": "long enough", "store_codes": ["east"]}
    add_user(**(asked | changed), actor="command line")


def test_an_added_user_has_their_stores_their_password_and_an_audit_note():
    ids, _ = catalogue.take_stores([("east", "East", "")])
    _add()
    user = get_user_model().objects.get(username="li")
    assert user.store_ids == [ids["east"]], "because a cashier sees their own store only"
    assert user.check_password("long enough")
    assert list_users()[0]["stores"] == ["east"]
    set_password("li", "another one", actor="command line")
    user.refresh_from_db()
    assert user.check_password("another one")
    with connection.cursor() as cursor:
        cursor.execute("SELECT action FROM access_auditentry WHERE subject = 'user:li' ORDER BY id")
        assert [row[0] for row in cursor.fetchall()] == ["user.add", "user.password"], "because the trail tells who"


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"role": "boss"}, errors.RoleUnknown),
        ({"store_codes": []}, errors.RoleNeedsStores),
        ({"store_codes": ["north"]}, errors.StoreCodeUnknown),
        ({"password": "1234567"}, errors.PasswordTooShort),
        ({"username": "wang"}, errors.UsernameTaken),
    ],
)
def test_what_cannot_be_is_refused_and_nobody_is_made(changed, refusal):
    catalogue.take_stores([("east", "East", "")])
    _add(username="wang")
    with pytest.raises(refusal):
        _add(**changed)
    assert [user["username"] for user in list_users()] == ["wang"], "because a refusal leaves nothing behind"


def test_a_password_of_nobody_is_refused():
    with pytest.raises(errors.UserUnknown):
        set_password("nobody", "long enough", actor="command line")
