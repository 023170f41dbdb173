"""The pass of the till page: it opens the API for one store, for an hour, while its person may sell there."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from tests.builders import rows, run

from huitou.access import service as access
from huitou.access.errors import KeyNameTaken, RightMissing

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"


@pytest.fixture
def cashier(db):
    rows("INSERT INTO catalogue_store (id, code, name) VALUES (1, 'east', 'East'), (2, 'west', 'West') RETURNING id")
    access.ensure_user(username="ada", name="Ada", role="cashier", password=PASSWORD, store_ids=[1])
    return get_user_model().objects.get(username="ada")


def found(text: str):
    return access.find_pass(text, now=timezone.now())


def test_a_pass_speaks_for_its_store_and_for_no_other(cashier):
    seen = found(access.issue_pass(cashier, 1))
    assert (seen.name, seen.store_ids) == (access.TILL_SOURCE, (1,))
    with pytest.raises(RightMissing):
        access.issue_pass(cashier, 2)


@pytest.mark.parametrize(
    ("change", "because"),
    [
        ("UPDATE access_user SET is_active = false", "they have left"),
        ("UPDATE access_user SET store_ids = '{2}'", "they work elsewhere now"),
        ("UPDATE access_user SET role = 'marketer', store_ids = '{}'", "a marketer sells nothing"),
        ("UPDATE access_user SET password = 'another'", "their password was changed"),
        ("DELETE FROM access_user", "nobody is there"),
    ],
)
def test_a_pass_ends_with_the_right_to_sell(cashier, change, because):
    shown = access.issue_pass(cashier, 1)
    assert found(shown) is not None
    run(change)
    assert found(shown) is None, because


def test_a_pass_ends_by_itself_and_cannot_be_made_by_hand(cashier, monkeypatch):
    shown = access.issue_pass(cashier, 1)
    assert found(shown[:-1] + ("A" if shown[-1] != "A" else "B")) is None
    assert found("htp_") is None
    monkeypatch.setattr(access, "PASS_HOURS", 0)
    assert found(shown) is None, "an hour is over"


def test_no_key_may_bear_the_name_of_the_till_page(db):
    with pytest.raises(KeyNameTaken):
        access.add_key(access.TILL_SOURCE, store_ids=[], calls=[], actor="test")
