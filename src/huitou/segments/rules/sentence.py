"""A segment in plain words, in any language: `say` gives the words for an English template."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from string import Formatter
from typing import Any

from huitou.kernel.currencies import currency_of
from huitou.kernel.errors import N_
from huitou.segments.rules.leaves.everyone import Everyone
from huitou.segments.rules.ranges import MONEY
from huitou.segments.terms import All, AnyOf, Leaf, Node, Not, Said

Say = Callable[[str], str]

MEMBERS_WHO = N_("Members who {clause}.")
EXCEPT = N_("are none of those who {clause}")
AND, OR = N_(", and {clause}"), N_(", or {clause}")
BRACKETED = N_("({clause})")
WORD, OR_WORD = N_(", {word}"), N_(" or {word}")
EVERYBODY = N_("All members.")
_IS_CHINESE = re.compile("[\u4e00-\u9fff]").match
_ENDS_WORD = re.compile(r"[\w%]").match
_BEGINS_WORD = re.compile(r"[\w-]").match


def in_currency(say: Say, code: str) -> Say:
    """The same words, and amounts in this currency."""
    currency = currency_of(code)

    def said(template: str) -> str:
        if template != MONEY:
            return say(template)
        return f"{{range}} {currency.chinese if _is_chinese(say) else currency.english}"

    return said


def _is_chinese(say: Say) -> bool:
    return say(MEMBERS_WHO) != MEMBERS_WHO


def sentence(node: Node, say: Say) -> str:
    if isinstance(node, Everyone):
        return say(EVERYBODY)
    return _filled(say(MEMBERS_WHO), {"clause": clause(node, say)}, is_chinese=_is_chinese(say))


def clause(node: Node, say: Say) -> str:
    """Of a part of a segment: what comes after "members who"."""
    if isinstance(node, Leaf):
        return spoken(node.said(), say)
    if isinstance(node, Not):
        return say(EXCEPT).format(clause=_inside(node.of, say))
    assert isinstance(node, All | AnyOf)
    first, *rest = (_inside(part, say) for part in node.of)
    more = say(AND if isinstance(node, All) else OR)
    return first + "".join(more.format(clause=part) for part in rest)


def _inside(node: Node, say: Say) -> str:
    """A group within another stands in brackets, unless it has one part."""
    said = clause(node, say)
    return say(BRACKETED).format(clause=said) if isinstance(node, All | AnyOf) and len(node.of) > 1 else said


def spoken(said: Said, say: Say) -> str:
    template = say(said.template)
    facts = {name: _fact(fact, say) for name, fact in said.facts.items()}
    return _filled(template, facts, is_chinese=template != said.template)


def _filled(template: str, facts: Mapping[str, str], *, is_chinese: bool) -> str:
    if not is_chinese:
        return template.format(**facts)
    pieces = [(words, facts[name] if name else "") for words, name, _, _ in Formatter().parse(template)]
    return joined([part for piece in pieces for part in piece])


def joined(parts: Iterable[str]) -> str:
    """Chinese sets a half space beside figures and Latin letters, and none between two of its own words: whether one
    belongs at the edge of a fact is known only with the fact ("年龄 30 至 40 岁", "年龄至少 30 岁", "20% 的")."""
    text = ""
    for part in parts:
        fresh = part.strip(" ")
        if fresh:
            text = text.rstrip(" ") + (" " if _stand_apart(text.rstrip(" "), fresh) else "") + fresh
    return text


def _stand_apart(before: str, after: str) -> bool:
    """Han beside what is none; two of the latter are words of their own, such as a date and a name."""
    if not before:
        return False
    return not (_IS_CHINESE(before[-1]) and _IS_CHINESE(after)) and bool(_ENDS_WORD(before[-1]) and _BEGINS_WORD(after))


def _fact(fact: Any, say: Say) -> str:
    """A text, a clause, a list of clauses (one after the other) or a tuple of words (one or another)."""
    if isinstance(fact, Said):
        return spoken(fact, say)
    if isinstance(fact, list):
        clauses = [spoken(one, say) for one in fact]
        return joined(clauses) if any(say(one.template) != one.template for one in fact) else "".join(clauses)
    if isinstance(fact, tuple):
        text, *rest = (_fact(one, say) for one in fact)
        for place, word in enumerate(rest):
            more = WORD if place < len(rest) - 1 else OR_WORD
            filled = _filled(say(more), {"word": word}, is_chinese=say(more) != more)
            text = joined([text, filled]) if say(more) != more else text + filled
        return text
    return str(fact)
