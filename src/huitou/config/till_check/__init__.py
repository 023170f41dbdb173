"""A till vendor's conformance, run against a live Huitou: each rule of the recording API, tried and told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from huitou.config.till_check.day import rules
from huitou.config.till_check.vendor import Exchange, Vendor, read_address


@dataclass(frozen=True, slots=True)
class Checked:
    """One rule: does it hold there? `exchanges` are what was asked to find out."""

    rule: str
    holds: bool
    found: str
    exchanges: tuple[Exchange, ...]


def check_till(address: str, key: str, **given: Any) -> Iterator[Checked]:
    """Try every rule, in order, with a member and receipts of its own; what they earn is taken back again.

    `given`: what else there is to try with (Vendor): store, other_key, revoked_key, codes. Raises ServerUnreachable.
    """
    vendor = Vendor(read_address(address), key, **given)
    for name, holds, found in rules(vendor):
        yield Checked(name, holds, found, tuple(vendor.asked))
        vendor.asked.clear()
