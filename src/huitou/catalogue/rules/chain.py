"""What the chain may be called, count in and live by; and stores as people paste them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from zoneinfo import available_timezones

from huitou.catalogue.errors import ChainUnfit, StoresUnfit

LONGEST_NAME = 60
MOST_STORES = 10_000
_CODE = re.compile(r"[\w.-]{1,40}")
_BETWEEN = re.compile(r"\s*[\t,，;；]\s*")


def check(name: str, language: str, currency: str, zone: str, languages: Sequence[str]) -> None:
    """Raises ChainUnfit."""
    if not 0 < len(name) <= LONGEST_NAME:
        raise ChainUnfit(field="name", given=name[:LONGEST_NAME])
    if language not in languages:
        raise ChainUnfit(field="language", given=language)
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise ChainUnfit(field="currency", given=currency)
    if zone not in available_timezones():
        raise ChainUnfit(field="zone", given=zone)


def read_stores(text: str) -> list[tuple[str, str, str]]:
    """(code, name, district) of each line: parted by tab, comma or semicolon, as a spreadsheet or a person writes them.

    A line of one word is a code that is its own name. Raises StoresUnfit, naming the line.
    """
    stores: dict[str, tuple[str, str, str]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        code, name, district, *more = [*_BETWEEN.split(line.strip()), "", ""]
        if not _CODE.fullmatch(code) or any(more) or len(name) > LONGEST_NAME or len(district) > LONGEST_NAME:
            raise StoresUnfit(line=number, given=line.strip()[:80])
        if code in stores:
            raise StoresUnfit(line=number, given=code)
        stores[code] = (code, name or code, district)
    if len(stores) > MOST_STORES:
        raise StoresUnfit(line=MOST_STORES + 1, given=str(len(stores)))
    return list(stores.values())
