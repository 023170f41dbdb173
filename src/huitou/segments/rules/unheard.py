"""Names that nothing bears yet: tiers, kinds of events, channels of a sale. Nobody lists these beforehand, so such a
name is no fault; as long as nothing bears it, it counts nobody, and whoever mistyped it wants to know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from huitou.kernel.errors import N_
from huitou.segments.rules.goods import quoted
from huitou.segments.rules.leaves.standing import HasTier
from huitou.segments.rules.membership import leaves
from huitou.segments.terms import Events, Leaf, Node, Purchases, Step

UNHEARD = {
    "unheard_tier": N_("No member is in a tier “{name}” so far: look whether the name is right."),
    "unheard_event": N_("No event “{name}” has come so far: look whether the name is right."),
    "unheard_channel": N_("No sale has come by a channel “{name}” so far: look whether the name is right."),
}
_BORNE_SQL = {
    "unheard_tier": "SELECT 1 FROM people WHERE tier = {name} LIMIT 1",
    "unheard_event": "SELECT 1 FROM events WHERE kind = {name} LIMIT 1",
    "unheard_channel": "SELECT 1 FROM visits WHERE channel = {name} LIMIT 1",
}


def names_asked(node: Node) -> list[tuple[str, str]]:
    """(code of UNHEARD, name) of each such name in the tree, once, in its order."""
    return list(dict.fromkeys(found for _, leaf in leaves(node) for found in _of_leaf(leaf)))


def borne_sql(code: str, name: str) -> str:
    """A row where anybody or anything bears it."""
    return _BORNE_SQL[code].format(name=quoted(name))


def _of_leaf(leaf: Leaf) -> Iterator[tuple[str, str]]:
    if isinstance(leaf, HasTier):
        yield from (("unheard_tier", name) for name in leaf.is_one_of)
    for one in fields(leaf):  # type: ignore[arg-type]
        yield from _of_value(getattr(leaf, one.name))


def _of_value(value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Purchases):
        yield from (("unheard_channel", name) for name in value.channels)
    elif isinstance(value, Events):
        yield from (("unheard_event", name) for name in value.kinds)
    elif isinstance(value, Step):
        yield from _of_value(value.bought)
        yield from _of_value(value.did)
