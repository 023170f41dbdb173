"""An offer as one plain sentence, in both languages: what its form, the list, the till and the docs show.

A file for each language, since grammar is more than words: a new kind of offer gets its phrase in both.
"""

from __future__ import annotations

from huitou.offers.rules.sentence import chinese, english
from huitou.offers.rules.sentence.names import PLAIN
from huitou.offers.terms import Offer
from huitou.offers.terms.said import Names, Said

LANGUAGES = {"zh": chinese, "en": english}


def say(offer: Offer, language: str, names: Names = PLAIN) -> Said:
    """The sentence of an offer in `zh` or `en`; of two that differ in any field but their ids it differs as well."""
    grammar = LANGUAGES[language]
    return Said(grammar.customer(offer, names), grammar.inside(offer, names))
