"""From looking to paying, by channel: what members' events and receipts tell of it.

A look is a member on a day in a channel, from the first view or scan on. Its basket is the first thing put into one
after that, on the same day. It is paid where the member's next sale follows within 24 hours of the basket, or of the
look where nothing was put into one. Looks of one member are alike, so each member is one draw: of a share of looks the
variance is that of a ratio of sums over members (Cochran 1977, Sampling Techniques, 3rd ed., 6.10), and the interval is
Wilson's (1927, JASA 22, 209-212) of as many independent looks as would vary as much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

VIEWED = ("view", "scan")
BASKET = "basket"
KINDS = (*VIEWED, BASKET)
PAY_HOURS = 24
Z_95 = 1.959964


@dataclass(frozen=True, slots=True)
class Part:
    """Of `whole` looks so many (`part`) went on. With y of each of the members' n looks, the last three are the sums
    of y², y n and n²."""

    part: int
    whole: int
    members: int
    squares: int
    products: int
    whole_squares: int

    def between(self) -> tuple[float, float] | None:
        """The share's 95 % interval, 0 to 1; None of no looks."""
        if not self.whole:
            return None
        share, draws = self.part / self.whole, self._draws()
        middle = share + Z_95**2 / (2 * draws)
        reach = Z_95 * sqrt(share * (1 - share) / draws + Z_95**2 / (4 * draws**2))
        below = 1 + Z_95**2 / draws
        return max(0.0, (middle - reach) / below), min(1.0, (middle + reach) / below)

    def _draws(self) -> float:
        """How many independent looks would vary as much; never more than there are. Where all or none went on, or one
        member made them all, nothing tells how alike they are, and each member is one."""
        if self.members < 2 or self.part in (0, self.whole):
            return self.members
        share = self.part / self.whole
        squares = self.squares - 2 * share * self.products + share**2 * self.whole_squares
        variance = squares / self.whole**2 * self.members / (self.members - 1)
        return min(self.whole, share * (1 - share) / variance) if variance > 0 else self.whole


@dataclass(frozen=True, slots=True)
class Steps:
    """The three ways to go on: of the looks into a basket, of the baskets to payment, of the looks to payment by either
    way."""

    basket: Part
    basket_paid: Part
    paid: Part

    @property
    def looked(self) -> int:
        return self.basket.whole

    @property
    def paid_without(self) -> int:
        """Paid though no event told of a basket."""
        return self.paid.part - self.basket_paid.part

    @property
    def only_looked(self) -> int:
        return self.looked - self.basket.part - self.paid_without

    @property
    def left_basket(self) -> int:
        return self.basket.part - self.basket_paid.part


@dataclass(frozen=True, slots=True)
class ChannelSteps:
    """The funnel of a channel: theirs, and everybody's. The channel is None of all together, and '' where events do
    not tell it."""

    channel: str | None
    here: Steps
    all: Steps


@dataclass(frozen=True, slots=True)
class PaidIn:
    """So many looks of a channel were paid in this channel of the receipt: theirs, and everybody's."""

    channel: str
    paid_in: str
    looks: int
    all_looks: int


@dataclass(frozen=True, slots=True)
class LeftFor:
    """So many looks of a channel ended unpaid with this reason in their newest event that told one ('': none did)."""

    channel: str
    with_basket: bool
    reason: str
    looks: int
    all_looks: int


@dataclass(frozen=True, slots=True)
class FunnelSeen:
    """All of it. `without_look`: members' days in a channel with a basket and no look told, which are in no funnel."""

    whole: ChannelSteps | None
    channels: Sequence[ChannelSteps]
    paid_in: Sequence[PaidIn]
    left_for: Sequence[LeftFor]
    without_look: int


def _named(kinds: Sequence[str]) -> str:
    return "(" + ", ".join(f"'{kind}'" for kind in kinds) + ")"


LAY_LOOKS = f"""
CREATE OR REPLACE TEMP TABLE looked AS
WITH firsts AS (
    SELECT member_id, day, channel, any_value(mine) AS mine, min(at_utc) AS looked_at
    FROM asked_events WHERE kind IN {_named(VIEWED)} GROUP BY member_id, day, channel
), steps AS (
    SELECT f.*, min(h.at_utc) FILTER (h.kind = '{BASKET}') AS basket_at,
           coalesce(arg_max(h.reason, h.at_utc) FILTER (h.reason <> ''), '') AS reason
    FROM firsts f JOIN asked_events h USING (member_id, day, channel) WHERE h.at_utc >= f.looked_at GROUP BY ALL
), sold AS (
    SELECT receipt_id, any_value(member_id) AS member_id, min(at_utc) AS at_utc, any_value(channel) AS channel
    FROM asked_sales SEMI JOIN firsts USING (member_id) WHERE kind = 'sale' GROUP BY receipt_id
)
SELECT v.*, min({{'at': s.at_utc, 'receipt': s.receipt_id, 'channel': s.channel}})
           FILTER (s.receipt_id IS NOT NULL)['channel'] AS paid_in
FROM steps v LEFT JOIN sold s ON s.member_id = v.member_id AND s.at_utc >= coalesce(v.basket_at, v.looked_at)
    AND s.at_utc <= coalesce(v.basket_at, v.looked_at) + INTERVAL {PAY_HOURS} HOUR
GROUP BY ALL"""
"""Over `asked_events` (member_id, kind, at_utc, day, channel, reason, mine) and `asked_sales`, lines of the span and of
the day after it: a row a look, (member_id, day, channel, mine, looked_at, basket_at, reason, paid_in)."""


def _parts(of: str) -> str:
    def sums(part: str, whole: str) -> str:
        return ", ".join((
            f"coalesce(sum({part}) {of}, 0)::BIGINT",
            f"coalesce(sum({whole}) {of}, 0)::BIGINT",
            f"coalesce(sum(({whole} > 0)::INTEGER) {of}, 0)::BIGINT",
            *(f"coalesce(sum({one}) {of}, 0)::BIGINT"
              for one in (f"{part} * {part}", f"{part} * {whole}", f"{whole} * {whole}")),
        ))  # fmt: skip

    return ", ".join((sums("baskets", "looks"), sums("basket_paid", "baskets"), sums("paid", "looks")))


STEPS = f"""
WITH by_member AS (
    SELECT channel, member_id, any_value(mine) AS mine, count(*) AS looks, count(basket_at) AS baskets,
           count(paid_in) FILTER (basket_at IS NOT NULL) AS basket_paid, count(paid_in) AS paid
    FROM looked GROUP BY channel, member_id
    UNION ALL
    SELECT NULL, member_id, any_value(mine), count(*), count(basket_at),
           count(paid_in) FILTER (basket_at IS NOT NULL), count(paid_in)
    FROM looked GROUP BY member_id
)
SELECT channel, {_parts("FILTER (mine)")}, {_parts("")}
FROM by_member GROUP BY channel ORDER BY sum(looks) DESC, channel"""
"""(channel, then the six figures of each of the three `Part`s of theirs, and of everybody); the null channel is all
together, where a member is one draw whatever channels they use."""

PAID_IN = """
SELECT channel, paid_in, count(*) FILTER (mine), count(*) FROM looked WHERE paid_in IS NOT NULL
GROUP BY ALL ORDER BY 4 DESC, 1, 2"""

LEFT_FOR = """
SELECT channel, basket_at IS NOT NULL, reason, count(*) FILTER (mine), count(*) FROM looked WHERE paid_in IS NULL
GROUP BY ALL ORDER BY 5 DESC, 1, 2, 3"""

WITHOUT_LOOK = f"""
SELECT count(*) FROM (
    SELECT 1 FROM asked_events WHERE mine GROUP BY member_id, day, channel
    HAVING NOT bool_or(kind IN {_named(VIEWED)})
)"""
