"""What is left of an offer that is limited, for one basket."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, islice, product

from huitou.offers.terms import Applied, Fen, Left, Limits
from huitou.offers.terms.kept import OfferTerms


def left_of_offer(
    terms: OfferTerms, uses: int, fen: int, in_store_today: int, of_member: tuple[int, int, int] | None
) -> Limits:
    """`uses` and `fen`: altogether so far. `of_member`: the member's own uses ever and today, and the fen that they
    were given this month; None: nobody's basket."""
    left = [_left(terms.uses, uses), _left(terms.per_store_day, in_store_today)]
    if of_member is not None:
        left += [_left(terms.per_member, of_member[0]), _left(terms.per_member_day, of_member[1])]
    applications = min((one for one in left if one is not None), default=None)
    budgets = [_left(terms.budget_fen, fen)]
    # Nobody has no quota: what one shows no card for nobody could count.
    budgets.append(_left(terms.per_member_month_fen, of_member[2] if of_member is not None else 10**18))
    budget = min((one for one in budgets if one is not None), default=None)
    return Limits(
        applications=None if applications is None else Left(applications),
        budget=None if budget is None else Fen(budget),
    )


def _left(most: int | None, used: int) -> int | None:
    return None if most is None else max(0, most - used)


MOST_TRIED = 8
"""Of what may have been left: nearly always one offer was cut, by one or two applications."""


def may_have_been_left(applied: Sequence[Applied], left: Mapping[str, Limits]) -> Iterator[dict[str, Limits]]:
    """What may have been left of limits when a basket was quoted to which these would apply if nothing were limited:
    no less than is left now, since others have used it meanwhile. What is left now first, then what cuts the least."""
    cut = {one.offer: _lower(one, left[one.offer]) for one in applied if one.offer in left}
    cut = {offer: lower for offer, lower in cut.items() if lower}
    if not cut:
        return
    yield dict(left)
    yield from islice(_fewest_first(cut), MOST_TRIED - 1)


def _fewest_first(cut: Mapping[str, Sequence[Limits]]) -> Iterator[dict[str, Limits]]:
    for count in range(1, len(cut) + 1):
        for offers in combinations(cut, count):
            for limits in product(*(cut[offer] for offer in offers)):
                yield dict(zip(offers, limits, strict=True))


def _lower(one: Applied, left: Limits) -> list[Limits]:
    """The limits below its applications, the widest first."""
    least = one.applications
    if left.applications is not None:
        least = min(least, left.applications)
    if left.budget is not None and left.budget < one.off:
        least = 0
    return [Limits(applications=Left(times)) for times in range(one.applications - 1, least - 1, -1)][:MOST_TRIED]


def widened(applied: Sequence[Applied], left: Mapping[str, Limits], missing: int) -> Iterator[dict[str, Limits]]:
    """What may have been left of budgets and quotas when a basket was quoted that now costs `missing` fen more than was
    paid: of one of them so much more than now, which somebody has taken meanwhile."""
    for one in applied[:MOST_TRIED]:
        now = left.get(one.offer)
        if now is not None and now.budget is not None and now.budget < one.off:
            more = replace(now, budget=Fen(now.budget + missing))
            yield {**left, one.offer: more}


def less(left: Limits, uses: int, fen: int) -> Limits:
    """What is left after so many uses more."""
    return Limits(
        applications=None if left.applications is None else Left(max(0, left.applications - uses)),
        units=left.units,
        budget=None if left.budget is None else Fen(max(0, left.budget - fen)),
    )
