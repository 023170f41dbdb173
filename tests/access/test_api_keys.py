"""Keys for machines: shown once, kept as a hash, worth nothing once revoked, and every step is in the audit trail."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError
from tests.builders import rows, seen_by, store_ids

from huitou.access import errors
from huitou.access import service as access
from huitou.access.rules import keys as rules
from huitou.access.terms import Call
from huitou.catalogue import service as catalogue
from huitou.usecases import people

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("name", "fit", "because"),
    [
        ("till-7.east", True, "letters, digits, dot, hyphen"),
        ("收银_1", True, "Chinese letters are letters"),
        ("", False, "a source needs a name"),
        ("a b", False, "a space gets lost in shells and files"),
        ("a\n", False, "nor a line end, which a pattern with $ would let through"),
        ("x" * 61, False, "60 characters are the most"),
    ],
)
def test_a_name_is_fit_to_be_a_source(name, fit, because):
    assert rules.is_fit_name(name) is fit, because


@pytest.mark.django_db
def test_a_key_opens_and_only_its_hash_is_kept():
    catalogue.take_stores([("east", "East", "")])
    key = people.add_key("till", store_codes=["east"], calls=["receipts"], actor="command line")
    found = access.find_key(key, today=TODAY)
    assert (found.name, found.store_ids, found.calls) == ("till", (store_ids()["east"],), ("receipts",))
    assert found.may(Call.RECEIPTS)
    assert not found.may(Call.IDENTIFY), "because it was made for receipts"
    assert access.find_key(key[:-1], today=TODAY) is None
    ((kept,),) = rows("SELECT row_to_json(k)::text FROM access_apikey k")
    assert key not in kept, "because whoever reads the table or a backup must not hold the keys"
    assert people.list_keys()[0]["last_used_day"] == "2026-11-25"


@pytest.mark.django_db
def test_a_revoked_key_opens_nothing_and_a_renewed_one_is_another():
    first = people.add_key("till", store_codes=[], calls=[], actor="command line")
    people.revoke_key("till", actor="command line")
    assert access.find_key(first, today=TODAY) is None
    second = people.renew_key("till", actor="command line")
    assert access.find_key(first, today=TODAY) is None, "because the old key ended"
    assert access.find_key(second, today=TODAY).name == "till", "because the source stays the same"
    trail = rows("SELECT actor, action FROM access_auditentry WHERE subject = 'apikey:till' ORDER BY id")
    assert trail == [("command line", f"apikey.{step}") for step in ("add", "revoke", "renew")]
    ((told,),) = rows("SELECT string_agg(detail::text, '') FROM access_auditentry")
    assert first not in told
    assert second not in told


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"name": "till"}, errors.KeyNameTaken),
        ({"name": "a b"}, errors.KeyNameUnfit),
        ({"store_codes": ["north"]}, errors.StoreCodeUnknown),
        ({"calls": ["everything"]}, errors.CallUnknown),
    ],
)
def test_what_cannot_be_is_refused_and_no_key_is_made(changed, refusal):
    people.add_key("till", store_codes=[], calls=[], actor="command line")
    asked = {"name": "other", "store_codes": [], "calls": [], "actor": "command line"} | changed
    with pytest.raises(refusal):
        people.add_key(**asked)
    assert rows("SELECT count(*) FROM access_apikey") == [(1,)]


@pytest.mark.django_db
@pytest.mark.parametrize("change", [people.revoke_key, people.renew_key])
def test_a_key_of_nobody_is_refused(change):
    with pytest.raises(errors.KeyUnknown):
        change("nobody", actor="command line")


@pytest.mark.django_db
def test_the_people_of_a_store_see_no_keys():
    catalogue.take_stores([("east", "East", "")])
    people.add_key("till", store_codes=["east"], calls=[], actor="command line")
    east = store_ids()["east"]
    with pytest.raises(DatabaseError, match="permission denied"), seen_by(east):
        rows("SELECT name FROM access_apikey")
