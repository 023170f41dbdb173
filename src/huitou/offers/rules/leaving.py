"""What is left of an offer that is limited, for one basket."""

from __future__ import annotations

from huitou.offers.terms import Fen, Left, Limits
from huitou.offers.terms.kept import OfferTerms


def left_of_offer(
    terms: OfferTerms, uses: int, fen: int, in_store_today: int, of_member: tuple[int, int] | None
) -> Limits:
    """`uses` and `fen`: altogether so far. `of_member`: the member's own uses ever and today; None: nobody's basket."""
    left = [_left(terms.uses, uses), _left(terms.per_store_day, in_store_today)]
    if of_member is not None:
        left += [_left(terms.per_member, of_member[0]), _left(terms.per_member_day, of_member[1])]
    applications = min((one for one in left if one is not None), default=None)
    budget = _left(terms.budget_fen, fen)
    return Limits(
        applications=None if applications is None else Left(applications),
        budget=None if budget is None else Fen(budget),
    )


def _left(most: int | None, used: int) -> int | None:
    return None if most is None else max(0, most - used)
