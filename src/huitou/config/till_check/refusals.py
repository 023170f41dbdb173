"""What is refused whatever the sale: keys that open nothing here, bodies of no or too large a size, guesses."""

from __future__ import annotations

from collections.abc import Iterator

from huitou.config.till_check.vendor import Vendor
from huitou.config.till_check.verdicts import Verdict, refused, rule
from huitou.kernel.errors import N_

MOST_GUESSES = 70
"""A till may send thirty wrong codes in a minute, and the minute may change meanwhile."""
LARGEST, LARGEST_BATCH = 1_000_000, 64_000_000


def keys(vendor: Vendor) -> Iterator[Verdict]:
    wrong = vendor.ask("GET", "/key", key="ht_nobody")
    yield refused(N_("A wrong key is refused"), wrong, 401, "key_refused")
    if vendor.revoked_key:
        revoked = vendor.ask("GET", "/key", key=vendor.revoked_key)
        yield refused(N_("A revoked key is refused like a wrong one"), revoked, 401, "key_refused")
    if vendor.other_key:
        foreign = vendor.ask("POST", "/receipts", vendor.sale("1.00"), key=vendor.other_key)
        yield refused(N_("A key of another store records nothing here"), foreign, None, "store_not_of_key")


def sizes(vendor: Vendor) -> Iterator[Verdict]:
    large = vendor.announce("/receipts", LARGEST + 1)
    yield refused(N_("A body of more than 1 MB is refused before it is sent"), large, 413, "body_too_large")
    batch = vendor.announce("/receipts/batch", LARGEST_BATCH + 1)
    yield refused(N_("A batch of more than 64 MB is refused before it is sent"), batch, 413, "body_too_large")
    chunked = vendor.ask_in_chunks("/receipts", '{"store": "S01"}')
    yield refused(N_("A body that does not say how long it is is refused"), chunked, 411, "length_missing")


def guesses(vendor: Vendor) -> Iterator[Verdict]:
    """By a till of the check's own: who guesses is stopped, and no other till of the key."""
    guess = {"query": "99" + "0" * 18, "kind": "code", "store": vendor.store, "till": f"{vendor.run}-guessing"}
    told = vendor.ask("POST", "/members/identify", guess)
    yield refused(N_("A code that does not hold is refused"), told, None, "member_code_unknown")
    for _ in range(MOST_GUESSES):
        told = vendor.ask("POST", "/members/identify", guess)
        if told.status == 429:
            break
        vendor.forget()
    stopped = told.status == 429 and any(line.startswith("Retry-After") for line in told.told_head)
    yield rule(N_("A till that guesses codes is stopped, and told when to come again"), stopped, told)
    other = vendor.ask("POST", "/members/identify", {**guess, "till": f"{vendor.run}-other"})
    yield refused(N_("Another till is not stopped by it"), other, None, "member_code_unknown")
