"""What helps people who write offers: the sentence, which offers meet, rehearsals and starters. All of it is pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from huitou.offers.rules.deadline import Deadline
from huitou.offers.rules.exchange import read, write
from huitou.offers.rules.kinds import KINDS
from huitou.offers.rules.meeting import WAYS, count_held
from huitou.offers.rules.meeting import meetings as _meetings
from huitou.offers.rules.programme import stage_of, taken_goods
from huitou.offers.rules.rehearsal import Rehearsal, WorthOf, worth_nothing
from huitou.offers.rules.sentence import say as _say
from huitou.offers.rules.starters import STARTERS, numbered
from huitou.offers.rules.starters import starter as _starter
from huitou.offers.terms import BasketLine, Goods, Offer, Stage
from huitou.offers.terms.kept import UNLIMITED, OfferTerms
from huitou.offers.terms.rehearsed import Meeting
from huitou.offers.terms.said import Names, Said
from huitou.offers.terms.starting import Made, Starter

REHEARSAL_MS = 30
"""How long each price of a rehearsal may take, as at the till."""


def read_offer(document: Any) -> Offer:
    """One offer from parsed JSON. Raises UnreadableRequest, UnknownField, TooManyEntries, AmountOutOfRange."""
    return read(Offer, document)


def write_offer(offer: Offer) -> Any:
    """Its JSON, every field named."""
    return write(offer)


def say(offer: Offer, language: str, names: Names) -> Said:
    """The offer's sentence in `zh` or `en`."""
    return _say(offer, language, names)


def kinds() -> list[str]:
    """Every kind of offer, by the word in `get.kind`."""
    return list(KINDS)


def stage(offer: Offer) -> Stage | None:
    """Where it is reckoned; None: it takes no money off."""
    return stage_of(offer)


def goods_taken(offer: Offer) -> Sequence[Goods]:
    """The goods that it may take."""
    return taken_goods(offer)


def meetings(draft: Offer, others: Sequence[Offer], goods: Sequence[BasketLine]) -> list[Meeting]:
    """Which of the others meet the draft on these goods; those of which one applies first."""
    return list(_meetings(draft, others, goods))


def way_text(code: str) -> str:
    """The English sentence for how two offers are combined."""
    return WAYS[code]


def rehearsal(
    draft: Offer, others: Sequence[Offer], clock: Callable[[], int], terms: OfferTerms = UNLIMITED,
    worth_of: WorthOf = worth_nothing,
) -> Rehearsal:  # fmt: skip
    """Give it receipts in the order of their time, then ask for its result. `clock`: nanoseconds, only forward.
    `worth_of`: fen that so many points count in the budget."""

    def deadline() -> Deadline:
        now = clock()
        return Deadline(clock, now, now + REHEARSAL_MS * 1_000_000)

    return Rehearsal(draft, others, deadline, terms=terms, worth_of=worth_of)


def starters() -> Sequence[Starter]:
    """The programmes with which a small shop begins."""
    return STARTERS


def starter(key: str) -> Starter | None:
    return _starter(key)


def under_number(made: Made, number: int) -> Made:
    """What a starter makes, under codes that end with this number; with 1 as they are."""
    return numbered(made, number)


def usual_answers(one: Starter) -> Mapping[str, int]:
    return {ask.key: ask.usual for ask in one.asks}


def count_goods(offer: Offer, goods: Sequence[BasketLine]) -> int:
    """How many of these products it may take."""
    return count_held(offer, goods)
