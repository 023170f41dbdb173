"""Who calls: the API key of a request, and what it may do."""

from __future__ import annotations

import time

from django.http import HttpRequest
from django.utils.timezone import localdate, now
from ninja.security.base import AuthBase

from huitou.access import service as access
from huitou.access.errors import CallNotAllowed, KeyRefused
from huitou.access.terms import Call, KeySeen
from huitou.usecases.members_at_the_till import Place

FRESH_SECONDS = 1.0
"""How long a process believes what it read of a key: a revoked one is refused well within two seconds."""
MOST_KEPT = 1000
_LONGEST_KEY = 200


_kept: dict[str, tuple[float, KeySeen | None]] = {}


def caller_of(key: str) -> KeySeen | None:
    """Whose key this is, at most FRESH_SECONDS old; None where it is nobody's or revoked."""
    now = time.monotonic()
    kept = _kept.get(key)
    if kept is not None and now < kept[0]:
        return kept[1]
    found = _look_up(key) if 0 < len(key) <= _LONGEST_KEY else None
    if len(_kept) >= MOST_KEPT:  # somebody tries keys: memory stays small, and the real ones come back by themselves
        _kept.clear()
    _kept[key] = (now + FRESH_SECONDS, found)
    return found


def _look_up(key: str) -> KeySeen | None:
    if key.startswith(access.PASS_BEGINS):  # of a person at our own till page
        return access.find_pass(key, now=now())
    return access.find_key(key, today=localdate())


class ApiKey(AuthBase):
    """`Authorization: Bearer KEY`, or `X-API-Key: KEY`, of a key that may make this call; None: of any valid key."""

    openapi_type = "http"
    openapi_scheme = "bearer"
    openapi_description = "A key that `huitou apikey add` made. The header X-API-Key takes it too."

    def __init__(self, call: Call | None) -> None:
        self.call = call
        super().__init__()

    def __call__(self, request: HttpRequest) -> KeySeen:
        caller = caller_of(key_sent(request))
        if caller is None:
            raise KeyRefused()
        if self.call is not None and not caller.may(self.call):
            raise CallNotAllowed(key=caller.name, call=self.call)
        return caller


def place_of(request: HttpRequest, store: str | None, till: str | None) -> Place:
    """Where a call comes from: what it says, and the address that it really came from."""
    return Place(store, till, access.client_address(request))


def key_sent(request: HttpRequest) -> str:
    """The key as the request carries it, in clear."""
    scheme, _, key = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else request.META.get("HTTP_X_API_KEY", "").strip()
