"""Who calls: the API key of a request, and what it may do."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.timezone import localdate
from ninja.security.base import AuthBase

from huitou.access import service as access
from huitou.access.errors import CallNotAllowed, KeyRefused, StoreNotOfKey
from huitou.access.terms import Call, KeySeen
from huitou.catalogue import service as catalogue

FRESH_SECONDS = 1.0
"""How long a process believes what it read of a key: a revoked one is refused well within two seconds."""
MOST_KEPT = 1000
_LONGEST_KEY = 100


@dataclass(frozen=True, slots=True)
class Caller:
    """A key as the calls see it. `stores` are codes; None speaks for the whole chain."""

    key: KeySeen
    stores: frozenset[str] | None

    @property
    def source(self) -> str:
        return self.key.name

    def require_store(self, code: str) -> None:
        """Raises StoreNotOfKey, the same for a store of others and for none."""
        if self.stores is not None and code not in self.stores:
            raise StoreNotOfKey(key=self.key.name, store=code)


_kept: dict[str, tuple[float, Caller | None]] = {}


def caller_of(key: str) -> Caller | None:
    """Whose key this is, at most FRESH_SECONDS old; None where it is nobody's or revoked."""
    now = time.monotonic()
    kept = _kept.get(key)
    if kept is not None and now < kept[0]:
        return kept[1]
    found = access.find_key(key, today=localdate()) if 0 < len(key) <= _LONGEST_KEY else None
    if len(_kept) >= MOST_KEPT:  # somebody tries keys: memory stays small, and the real ones come back by themselves
        _kept.clear()
    _kept[key] = (now + FRESH_SECONDS, caller := _caller(found) if found else None)
    return caller


def _caller(key: KeySeen) -> Caller:
    if not key.store_ids:
        return Caller(key, None)
    stores = catalogue.stores()
    return Caller(key, frozenset(stores[store].code for store in key.store_ids if store in stores))


class ApiKey(AuthBase):
    """`Authorization: Bearer KEY`, or `X-API-Key: KEY`, of a key that may make this call."""

    openapi_type = "http"
    openapi_scheme = "bearer"
    openapi_description = "A key that `huitou apikey add` made. The header X-API-Key takes it too."

    def __init__(self, call: Call) -> None:
        self.call = call
        super().__init__()

    def __call__(self, request: HttpRequest) -> Caller:
        caller = caller_of(_sent(request))
        if caller is None:
            raise KeyRefused()
        if not caller.key.may(self.call):
            raise CallNotAllowed(key=caller.key.name, call=self.call)
        return caller


def _sent(request: HttpRequest) -> str:
    scheme, _, key = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else request.META.get("HTTP_X_API_KEY", "").strip()
