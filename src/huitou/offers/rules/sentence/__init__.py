"""An offer as one plain sentence, in both languages: what its form, the list, the till and the docs show.

A file for each language, since grammar is more than words: a new kind of offer gets its phrase in both.
"""

from __future__ import annotations

from dataclasses import dataclass

from huitou.offers.rules.sentence import chinese, english
from huitou.offers.rules.sentence.names import PLAIN, Names
from huitou.offers.terms import Offer

LANGUAGES = {"zh": chinese, "en": english}


@dataclass(frozen=True, slots=True)
class Said:
    """What the customer is told, and what the house must know beside it: how it combines, who pays."""

    customer: str
    inside: str


def say(offer: Offer, language: str, names: Names = PLAIN) -> Said:
    """The sentence of an offer in `zh` or `en`; of two that differ in any field but their ids it differs as well."""
    grammar = LANGUAGES[language]
    return Said(grammar.customer(offer, names), grammar.inside(offer, names))
