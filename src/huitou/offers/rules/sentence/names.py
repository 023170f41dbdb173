"""Numbers, hours and days as a sentence writes them."""

from __future__ import annotations

from datetime import datetime, time

from huitou.kernel.currencies import WHOLE, currency_of
from huitou.offers.terms import HUNDRED_PERCENT, Fen, Need, Percent
from huitou.offers.terms.said import Names

PLAIN = Names()
MOST_NAMED = 4
"""So many names stand in a sentence; of more it says how many there are."""


def money(fen: Fen | int) -> str:
    """Whole units without the minor ones that are none: 88, 12.80, 0.01; thousands are grouped."""
    whole, rest = divmod(fen, 100)
    return f"{whole:,}.{rest:02d}" if rest else f"{whole:,}"


def in_chinese(fen: Fen | int, names: Names) -> str:
    """`88 元`."""
    return f"{money(fen)} {currency_of(names.currency).chinese}"


def in_english(fen: Fen | int, names: Names) -> str:
    """`88 yuan`, `1 pound`."""
    currency = currency_of(names.currency)
    return f"{money(fen)} {currency.one if fen == WHOLE else currency.english}"


def percentage(share: Percent | int) -> str:
    """12.5 of 1250."""
    whole, rest = divmod(share, 100)
    return f"{whole}.{rest:02d}".rstrip("0") if rest else str(whole)


def times(share: Percent | int) -> str:
    """1.5 of 150 percent."""
    whole, rest = divmod(share, HUNDRED_PERCENT)
    return f"{whole}.{rest:04d}".rstrip("0") if rest else str(whole)


def clock(moment: time) -> str:
    """8:00, 21:30, 23:59:59."""
    seconds = f":{moment:%S}" if moment.second else ""
    return f"{moment.hour}:{moment:%M}{seconds}"


def runs(weekdays: tuple[int, ...]) -> list[tuple[int, int]]:
    """Days of the week as stretches, first and last of each: 1, 2, 3, 6 is (1, 3) and (6, 6)."""
    found: list[tuple[int, int]] = []
    for day in sorted(set(weekdays)):
        if found and found[-1][1] == day - 1:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def is_day_begin(moment: datetime) -> bool:
    return moment.time() == time.min


def is_day_end(moment: datetime) -> bool:
    return (moment.hour, moment.minute) == (23, 59) and moment.second == 59


def is_midnight(moment: time) -> bool:
    """As a closing time: the end of the day."""
    return moment == time.min


def asks_nothing(need: Need) -> bool:
    """It only names goods."""
    return not need.least_amount and not need.least_pieces and need.most_pieces is None
