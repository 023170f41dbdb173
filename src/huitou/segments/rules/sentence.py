"""A segment in plain words, in any language: `say` gives the words for an English template."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from huitou.kernel.errors import N_
from huitou.segments.terms import All, AnyOf, Leaf, Node, Not, Said

Say = Callable[[str], str]

MEMBERS_WHO = N_("Members who {clause}.")
EXCEPT = N_("are none of those who {clause}")
AND, OR = N_(", and {clause}"), N_(", or {clause}")
BRACKETED = N_("({clause})")
WORD, OR_WORD = N_(", {word}"), N_(" or {word}")


def sentence(node: Node, say: Say) -> str:
    return say(MEMBERS_WHO).format(clause=clause(node, say))


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
    return say(said.template).format(**{name: _fact(fact, say) for name, fact in said.facts.items()})


def _fact(fact: Any, say: Say) -> str:
    """A text, a clause, a list of clauses (one after the other) or a tuple of words (one or another)."""
    if isinstance(fact, Said):
        return spoken(fact, say)
    if isinstance(fact, list):
        return "".join(spoken(one, say) for one in fact)
    if isinstance(fact, tuple):
        first, *rest = (_fact(one, say) for one in fact)
        words = [say(WORD if place < len(rest) - 1 else OR_WORD).format(word=word) for place, word in enumerate(rest)]
        return first + "".join(words)
    return str(fact)
