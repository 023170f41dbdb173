"""An offer as one plain sentence, in both languages: what its form, the list, the till and the docs show.

A file for each language, since grammar is more than words: a new kind of offer gets its phrase in both.
"""

from __future__ import annotations

from huitou.offers.rules.sentence import chinese, chinese_goods, english, english_goods
from huitou.offers.rules.sentence.names import PLAIN
from huitou.offers.terms import Goods, Offer
from huitou.offers.terms.said import Names, Said

LANGUAGES = {"zh": chinese, "en": english}


def say(offer: Offer, language: str, names: Names = PLAIN) -> Said:
    """The sentence of an offer in `zh` or `en`; of two that differ in any field but their ids it differs as well."""
    grammar = LANGUAGES[language]
    return Said(grammar.customer(offer, names), grammar.inside(offer, names))


def goods_said(goods: Goods, language: str, names: Names = PLAIN) -> str:
    """Goods alone, as the sentence calls them."""
    if language == "zh":
        return chinese_goods.tidied(chinese_goods.goods_of(goods, names))
    return english_goods.goods_of(goods, names)
