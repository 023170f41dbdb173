"""The four layers (row E1): diamond, gold, silver, dormant.

Dormant is who has not bought for three months; the others are told apart by how often and for how much they buy.
Diamond is kept small, about one member in twenty: each of them is to have a consultant who knows them.
"""

from __future__ import annotations

from datetime import date

from huitou.insight.rules.rfm import SCORED, TWENTIETHS
from huitou.members.terms import Layer

DORMANT_AFTER_MONTHS = 3
DIAMOND_TWENTIETH = TWENTIETHS
"""The top twentieth by spend ..."""
DIAMOND_FREQUENCY = 4
"""... of whom one large purchase a year is not enough."""
GOLD_SCORE = 9
"""Frequency and monetary score together: the best fifth in one and at least the second in the other."""


def months_before(day: date, months: int) -> date:
    """The same day of the month `months` earlier; the month's last day where there is no such day."""
    month_index = day.year * 12 + day.month - 1 - months
    year, month = divmod(month_index, 12)
    for last in (day.day, 30, 29, 28):
        if last <= day.day:
            try:
                return date(year, month + 1, last)
            except ValueError:
                continue
    raise AssertionError("every month has 28 days")


def layer_of(
    last_purchase_on: date, frequency_score: int, monetary_score: int, spend_twentieth: int, *, as_of: date
) -> Layer:
    """The layer, on the day `as_of`, of a member whose last purchase, scores and place by spend are these."""
    if last_purchase_on < months_before(as_of, DORMANT_AFTER_MONTHS):
        return Layer.DORMANT
    if spend_twentieth >= DIAMOND_TWENTIETH and frequency_score >= DIAMOND_FREQUENCY:
        return Layer.DIAMOND
    return Layer.GOLD if frequency_score + monetary_score >= GOLD_SCORE else Layer.SILVER


# `layer_of` in SQL, for everybody at once.
LAYERED = f"""
SELECT member_id,
       CASE WHEN last_purchase_on < $as_of - INTERVAL {DORMANT_AFTER_MONTHS} MONTH THEN '{Layer.DORMANT}'
            WHEN spend_twentieth >= {DIAMOND_TWENTIETH} AND frequency_score >= {DIAMOND_FREQUENCY}
                THEN '{Layer.DIAMOND}'
            WHEN frequency_score + monetary_score >= {GOLD_SCORE} THEN '{Layer.GOLD}'
            ELSE '{Layer.SILVER}' END AS layer,
       recency_score, frequency_score, monetary_score, first_purchase_on, last_purchase_on, receipts_year,
       spend_year_fen, $as_of AS as_of
FROM ({SCORED})
"""
