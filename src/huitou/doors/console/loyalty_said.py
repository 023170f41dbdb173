"""The loyalty index in words: its parts, its formula, and of a member what each part is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from huitou.doors.console import figures
from huitou.doors.console.parts import Explained
from huitou.insight import service as insight
from huitou.kernel.errors import N_
from huitou.members.terms import FactsSeen

PARTS = {"repeat": N_("Repeat"), "tenure": N_("Tenure"), "breadth": N_("Breadth"), "wallet": N_("Wallet")}
_FORMULA = N_(
    "Index = {repeat}% repeat + {tenure}% tenure + {breadth}% breadth + {wallet}% wallet. Repeat: months with a "
    "purchase, of the newest {months} or of those since the first purchase (at least {fewest}). Tenure: days since the "
    "first purchase, of {days}. Breadth: categories of the first level bought in {months} months, of {categories}. "
    "Wallet: the monetary score, 1 to 5, as 0 to 100; it stands in for the share of wallet, which no shop knows."
)


def formula() -> str:
    """The whole of it in one paragraph."""
    weights = insight.LOYALTY_WEIGHTS
    return gettext(_FORMULA).format(
        **weights,
        months=insight.LOYALTY_MONTHS,
        fewest=insight.LOYALTY_FEWEST_MONTHS,
        days=figures.rounded(insight.LOYALTY_TENURE_DAYS, 0),
        categories=insight.LOYALTY_CATEGORIES,
    )


@dataclass(frozen=True, slots=True)
class PartSaid:
    """A part of a member's index: its points of 100, what they are made of, and what it adds to the index."""

    name: str
    points: int
    made_of: str
    weight: int


@dataclass(frozen=True, slots=True)
class LoyaltySaid:
    """A member's index as their page shows it."""

    index: int
    parts: Sequence[PartSaid]
    why: Explained
    """The formula, where somebody points at the index."""


def of_member(facts: FactsSeen | None, as_of: date, *, with_values: bool) -> LoyaltySaid | None:
    """None before a refresh counted a purchase. What it is made of is the whole chain's, so only whoever sees the chain
    sees it."""
    if facts is None:
        return None
    found = insight.loyalty_index(
        as_of=as_of,
        first_purchase_on=facts.first_purchase_on,
        months_bought=facts.months_bought,
        categories=facts.categories_bought,
        monetary_score=facts.monetary_score,
    )
    made_of = {
        "repeat": gettext("{count} of {of} months").format(count=found.months_bought, of=found.months),
        "tenure": gettext("{count} days").format(count=figures.rounded(found.tenure_days, 0)),
        "breadth": gettext("{count} categories").format(count=found.categories),
        "wallet": gettext("monetary score {score} of 5").format(score=facts.monetary_score),
    }
    parts = [
        PartSaid(gettext(name), getattr(found, key), made_of[key] if with_values else "", insight.LOYALTY_WEIGHTS[key])
        for key, name in PARTS.items()
    ]
    whole = gettext("{index} of 100").format(index=found.index)
    why = Explained("loyalty", whole, gettext("Loyalty index"), formula())
    return LoyaltySaid(found.index, parts, why)
