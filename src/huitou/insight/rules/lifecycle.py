"""Where a member stands on their way with the shop, by the days since their first and last purchase.

The cut-offs know when somebody is dormant; the rest follows from it. Who has just come is new; who has stayed away for
half of the dormant months is at risk; who has been dormant for four times as long is lost. The stages with their
transitions come with segments (D10); these are the five that receipts alone can tell.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from huitou.insight.rules.layers import months_before

NEW_DAYS = 28
LOST_TIMES = 4
RISK_DAYS_A_MONTH = 15
"""Half a month for each month after which somebody is dormant."""


class Stage(StrEnum):
    NEW = "new"
    ACTIVE = "active"
    AT_RISK = "at_risk"
    DORMANT = "dormant"
    LOST = "lost"


def stage_of(first_purchase_on: date, last_purchase_on: date, *, as_of: date, dormant_months: int) -> Stage:
    """The stage on the day `as_of` of somebody who bought first and last on these days."""
    if last_purchase_on < months_before(as_of, LOST_TIMES * dormant_months):
        return Stage.LOST
    if last_purchase_on < months_before(as_of, dormant_months):
        return Stage.DORMANT
    if last_purchase_on < as_of - timedelta(days=RISK_DAYS_A_MONTH * dormant_months):
        return Stage.AT_RISK
    return Stage.NEW if first_purchase_on > as_of - timedelta(days=NEW_DAYS) else Stage.ACTIVE


def staged_sql(as_of: date, dormant_months: int) -> str:
    """`stage_of` in SQL, of a row with the two days."""
    day = f"DATE '{as_of}'"
    lost_months = LOST_TIMES * int(dormant_months)
    return f"""CASE WHEN last_purchase_on < {day} - INTERVAL {lost_months} MONTH THEN '{Stage.LOST}'
        WHEN last_purchase_on < {day} - INTERVAL {int(dormant_months)} MONTH THEN '{Stage.DORMANT}'
        WHEN last_purchase_on < {day} - {RISK_DAYS_A_MONTH * int(dormant_months)} THEN '{Stage.AT_RISK}'
        WHEN first_purchase_on > {day} - {NEW_DAYS} THEN '{Stage.NEW}' ELSE '{Stage.ACTIVE}' END"""
