"""The four layers (row E1): diamond, gold, silver, dormant, by cut-offs that the chain may change.

Dormant is who has not bought for some months; the others are told apart by how often and for how much they buy. Diamond
is kept small, about one member in twenty: each of them is to have a consultant who knows them.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from huitou.insight.errors import CutOffsUnfit
from huitou.insight.rules.rfm import HUNDREDTHS, SCORES, per_member_sql, scored_sql
from huitou.insight.terms import CutOffs
from huitou.members.terms import Layer, months_before

LONGEST_DORMANT_MONTHS = 24
MOST = 10**12
"""No threshold is larger: ten billion yuan, in fen."""


def check(cut_offs: CutOffs) -> None:
    """Raises CutOffsUnfit where a cut-off means nothing, or would leave a layer out for ever."""
    for name in ("recency_days", "frequency", "monetary_fen"):
        thresholds = getattr(cut_offs, name)
        if thresholds and (
            len(thresholds) != SCORES - 1
            or any(below >= above for below, above in pairwise(thresholds))
            or not 0 <= thresholds[0] <= thresholds[-1] <= MOST
        ):
            raise CutOffsUnfit(field=name, given=", ".join(map(str, thresholds)))
    within = {
        "dormant_after_months": (1, LONGEST_DORMANT_MONTHS),
        "diamond_percent": (1, 50),
        "diamond_frequency": (1, SCORES),
        "gold_score": (2, 2 * SCORES),
    }
    for name, (least, most) in within.items():
        if not least <= getattr(cut_offs, name) <= most:
            raise CutOffsUnfit(field=name, given=getattr(cut_offs, name))
    if cut_offs.diamond_fen is not None and not 0 < cut_offs.diamond_fen <= MOST:
        raise CutOffsUnfit(field="diamond_fen", given=cut_offs.diamond_fen)


def layer_of(
    last_purchase_on: date,
    frequency_score: int,
    monetary_score: int,
    spend_hundredth: int,
    spend_fen: int,
    *,
    as_of: date,
    cut_offs: CutOffs,
) -> Layer:
    """The layer, on the day `as_of`, of a member whose last purchase, scores and place by spend are these."""
    if last_purchase_on < months_before(as_of, cut_offs.dormant_after_months):
        return Layer.DORMANT
    if cut_offs.diamond_fen is not None:
        spends = spend_fen >= cut_offs.diamond_fen
    else:
        spends = spend_hundredth > HUNDREDTHS - cut_offs.diamond_percent
    if spends and frequency_score >= cut_offs.diamond_frequency:
        return Layer.DIAMOND
    return Layer.GOLD if frequency_score + monetary_score >= cut_offs.gold_score else Layer.SILVER


def layered_sql(cut_offs: CutOffs, per_member: str | None = None) -> str:
    """`layer_of` in SQL, for everybody at once, on the day $as_of; from all visits unless `per_member` says more."""
    spends = f"spend_hundredth > {HUNDREDTHS - cut_offs.diamond_percent}"
    if cut_offs.diamond_fen is not None:
        spends = f"spend_year_fen >= {int(cut_offs.diamond_fen)}"
    scored = scored_sql(
        cut_offs.recency_days,
        cut_offs.frequency,
        cut_offs.monetary_fen,
        per_member or per_member_sql(cut_offs.dormant_after_months),
    )
    return f"""
SELECT member_id,
       CASE WHEN last_purchase_on < $as_of - INTERVAL {int(cut_offs.dormant_after_months)} MONTH THEN '{Layer.DORMANT}'
            WHEN {spends} AND frequency_score >= {int(cut_offs.diamond_frequency)} THEN '{Layer.DIAMOND}'
            WHEN frequency_score + monetary_score >= {int(cut_offs.gold_score)} THEN '{Layer.GOLD}'
            ELSE '{Layer.SILVER}' END AS layer,
       recency_score, frequency_score, monetary_score, first_purchase_on, last_purchase_on, came_back_on,
       receipts_year, spend_year_fen, months_bought
FROM ({scored})
"""
