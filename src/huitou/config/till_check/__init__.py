"""A till vendor's conformance, run against a live Huitou: each rule of the recording API, tried and told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from huitou.config.till_check.rules import rules
from huitou.config.till_check.vendor import Exchange, Vendor, read_address


@dataclass(frozen=True, slots=True)
class Checked:
    """One rule: does it hold there? `exchanges` are what was asked to find out."""

    rule: str
    holds: bool
    found: str
    exchanges: tuple[Exchange, ...]


def check_till(address: str, key: str, *, store: str = "") -> Iterator[Checked]:
    """Try every rule, in order, with a member and receipts of its own; what they earn is taken back again.

    Raises ServerUnreachable.
    """
    vendor = Vendor(read_address(address), key, store)
    for name, holds, found in rules(vendor):
        yield Checked(name, holds, found, tuple(vendor.asked))
        vendor.asked.clear()
