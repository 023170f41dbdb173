"""A small shop's first programme: the answers become offers, and they are on."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from huitou.access import service as access
from huitou.kernel.errors import N_, HuitouError
from huitou.offers.errors import OfferExists, OfferHasEnded
from huitou.offers.service import advice, programmes
from huitou.offers.terms.coupons import KindSeen
from huitou.offers.terms.kept import OfferTerms, VersionState
from huitou.offers.terms.starting import Made, Starter, StarterOffer
from huitou.usecases import coupons, promotions

MOST_NUMBERS = 99


class StarterUnknown(HuitouError):
    code = "starter_unknown"
    message = N_("There is no starter {starter}.")
    next_step = N_("Choose one of those that the page shows.")
    status = 404


class AnswerUnfit(HuitouError):
    code = "starter_answer_unfit"
    message = N_("{question}: the answer must lie between {least} and {most}.")
    next_step = N_("Correct this answer; the others stay as they are.")
    status = 422

    def __init__(self, *, key: str, question: str, least: str, most: str) -> None:
        super().__init__(key=key, question=question, least=least, most=most)


def starter(key: str) -> Starter:
    """Raises StarterUnknown."""
    found = advice.starter(key)
    if found is None:
        raise StarterUnknown(starter=key[:60])
    return found


def make(one: Starter, answers: Mapping[str, int]) -> Made:
    """What comes of the answers, with nothing written. Raises AnswerUnfit."""
    for ask in one.asks:
        if not ask.least <= answers[ask.key] <= ask.most:
            least, most = (f"{n // 100}.{n % 100:02d}" if ask.unit == "fen" else str(n) for n in (ask.least, ask.most))
            raise AnswerUnfit(key=ask.key, question=ask.label, least=least, most=most)
    return one.make(answers)


def require_free(made: Made) -> None:
    """None of these offers would take the place of one that is there. Raises OfferExists and OfferHasEnded."""
    for offer in made.offers:
        programmes.require_no_other(offer.document, terms_of(offer))


def free_number(made: Made) -> tuple[int, str | None]:
    """The first number under which these offers take no other's place, and the offer that is in the way of the first
    one. Raises OfferExists and OfferHasEnded where a hundred of them are taken."""
    there = None
    for number in range(1, MOST_NUMBERS + 1):
        try:
            require_free(advice.under_number(made, number))
        except (OfferExists, OfferHasEnded) as taken:
            there = there or str(taken.facts["offer"])
            if number == MOST_NUMBERS:
                raise
        else:
            return number, there
    raise AssertionError("the last one returns or raises")


def terms_of(offer: StarterOffer) -> OfferTerms:
    return OfferTerms(
        budget_fen=offer.budget_fen,
        uses=offer.uses,
        per_member=offer.per_member,
        per_member_day=offer.per_member_day,
    )


@transaction.atomic
def begin(one: Starter, answers: Mapping[str, int], *, actor: str, number: int = 1) -> tuple[list[str], list[str]]:
    """Draft the starter's offers and switch them on: (those that are on, those that wait for a second person).
    `number`: under codes that end so, where theirs are taken.

    The same answers again change nothing. Raises AnswerUnfit, as `require_free`, and what drafting refuses.
    """
    made = advice.under_number(make(one, answers), number)
    require_free(made)
    for coupon in made.coupons:
        kind = KindSeen(
            coupon.code,
            coupon.title,
            coupon.terms,
            coupon.worth_fen,
            coupon.threshold_fen,
            personal=True,
            transferable=True,
            valid_days=coupon.valid_days,
        )
        coupons.make_kind(kind, actor=actor)
    on, waiting = [], []
    for offer in made.offers:
        code = str(offer.document["id"])
        # On top of nothing: an offer that somebody made since the look above is refused too.
        promotions.draft_offer(offer.document, terms_of(offer), actor=actor, on_top_of=0, note=one.key)
        if promotions.submit_offer(code, actor=actor).state == VersionState.APPROVED:
            promotions.switch_on(code, actor=actor)
            on.append(code)
        else:
            waiting.append(code)
    access.note_by(actor, "starter.begin", f"starter:{one.key}", offers=on + waiting, **dict(answers))
    return on, waiting
