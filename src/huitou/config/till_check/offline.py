"""The bundle by which a store sells without the server: signed, by delta, and for its own keys alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from huitou.config.till_check.vendor import Exchange, Vendor
from huitou.config.till_check.verdicts import Verdict, refused, rule
from huitou.kernel.errors import N_, HuitouError
from huitou.offline.service import MEDIA_TYPE, open_bundle
from huitou.offline.terms import Bundle


def bundles(vendor: Vendor) -> Iterator[Verdict]:
    path = f"/offline-bundle?store={vendor.store}"
    whole = vendor.ask("GET", path)
    found = _opened(whole, vendor)
    yield rule(N_("A store fetches a bundle that is whole and signed"), found is not None, whole)
    if found is None:
        return
    bundle, key = found
    again = vendor.ask("GET", f"{path}&have={bundle.header.version}&till_key={'ab' * 32}")
    delta = _opened(again, vendor, bundle, key)
    small = delta is not None and bool(delta[0].ticket) and len(again.raw) <= len(whole.raw) + 1000
    yield rule(N_("With a version it gets what changed since, and a ticket for its own key"), small, again)
    if vendor.other_key:
        foreign = vendor.ask("GET", path, key=vendor.other_key)
        yield refused(N_("A key of another store does not get the bundle"), foreign, 404, "store_not_of_key")


def _opened(
    told: Exchange, vendor: Vendor, kept: Bundle | None = None, trusted: bytes | None = None
) -> tuple[Bundle, bytes] | None:
    now = datetime.now(UTC) + timedelta(days=1)  # whose clock is right is not asked here
    with suppress(HuitouError):
        if told.status == 200 and told.told_kind == MEDIA_TYPE:
            return open_bundle(told.raw, trusted=trusted, store=vendor.store, now=now, kept=kept)
    return None
