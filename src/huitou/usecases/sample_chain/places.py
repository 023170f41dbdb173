"""The six stores of the sample chain: a neighbourhood supermarket in Hangzhou."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A store: its code at the till, its name, its district, its tills, and its weight among the six."""

    code: str
    name: str
    district: str
    tills: int
    weight: int


PLACES = (
    Place("HZ01", "滨江店", "滨江区", tills=6, weight=24),
    Place("HZ02", "武林店", "拱墅区", tills=5, weight=20),
    Place("HZ03", "湖滨店", "上城区", tills=4, weight=17),
    Place("HZ04", "西溪店", "西湖区", tills=4, weight=16),
    Place("HZ05", "未来科技城店", "余杭区", tills=4, weight=13),
    Place("HZ06", "萧山店", "萧山区", tills=3, weight=10),
)

MAIN_STORE = PLACES[0]
"""Where the store manager and the cashier of the sample chain work."""
