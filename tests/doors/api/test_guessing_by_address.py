"""Whoever guesses from one address by many keys and tills is stopped, long after one till would be."""

from __future__ import annotations

import pytest

from huitou.usecases import people
from tests.builders import rows
from tests.doors.api.conftest import calling, refused, told

pytestmark = pytest.mark.django_db

MOST = 40
WRONG = "99" + "1" * 18
NOBODYS = "7KQ2M4XD9TVBB"
BASKET = {"store": "east", "till": "1", "lines": [{"line": 1, "sku": "tea", "quantity": "1.000", "amount": "35.00"}]}


@pytest.fixture(autouse=True)
def few(settings):
    settings.WRONG_CODES_OF_AN_ADDRESS = MOST
    settings.BEHIND_PROXY = True


def guess(till: int, address: str, *, coupons: bool = False):
    """A till of its own with a key of its own, one wrong code."""
    name = f"key{till % 3}"
    if name not in guess.calls:
        guess.calls[name] = calling(people.add_key(name, store_codes=[], calls=[], actor="test"))
    call, headers = guess.calls[name], {"X-Forwarded-For": address}
    if coupons:
        return call("/baskets/price", {**BASKET, "till": str(till), "coupons": [NOBODYS]}, **headers)
    return call("/members/identify", {"query": WRONG, "till": str(till)}, **headers)


@pytest.fixture(autouse=True)
def calls(chain):
    guess.calls = {}


@pytest.mark.parametrize("coupons", [False, True])
def test_many_keys_and_tills_of_one_address_are_stopped(coupons):
    """Half of them member codes, half of them coupons: they count alike."""
    for till in range(MOST):
        answer = guess(till, "192.0.2.7", coupons=bool(till % 2))
        assert answer.status_code == (200 if till % 2 else 422), "each till is far from its own limit"
    code = "too_many_wrong_coupons" if coupons else "too_many_wrong_codes"
    answer = guess(MOST, "192.0.2.7", coupons=coupons)
    told_of = refused(answer, 429, code)
    assert answer["Retry-After"] == "60"
    assert "address" in told_of["message"]
    assert "地址" in told_of["translations"]["zh-hans"]["message"]
    assert guess(MOST, "192.0.2.8", coupons=coupons).status_code != 429, "nobody else is shut out"


def test_what_is_right_does_not_count():
    call = calling(people.add_key("right", store_codes=[], calls=[], actor="test"))
    for _ in range(MOST + 1):
        told(call("/members/identify", {"query": "C1"}, **{"X-Forwarded-For": "192.0.2.7"}))
    assert rows("SELECT count(*) FROM members_wrongcode") == [(0,)]


def test_a_header_that_no_proxy_wrote_is_not_believed(settings):
    settings.BEHIND_PROXY = False
    for till in range(MOST):
        guess(till, f"192.0.2.{till}")
    refused(guess(MOST, "198.51.100.1"), 429, "too_many_wrong_codes")


@pytest.mark.parametrize(
    ("address", "counted", "because"),
    [
        ("192.0.2.7", "@192.0.2.7", "as it is"),
        ("10.0.0.1, 192.0.2.7", "@192.0.2.7", "the proxy writes the last one; what stands before anybody may say"),
        ("2001:db8:1:2:3:4:5:6", "@2001:db8:1:2::/64", "whoever has one of these has all of them"),
        ("::ffff:192.0.2.7", "@192.0.2.7", "the same machine, spelled as IPv6"),
        ("unknown" * 20, "@" + ("unknown" * 20)[:60], "what is no address is itself, and short"),
    ],
)
def test_whose_line_an_address_is(address, counted, because):
    guess(1, address)
    kept = dict(rows("SELECT source, wrong FROM members_wrongcode"))
    assert kept == {"key1//1": 1, "key1": 1, counted: 1}, because
