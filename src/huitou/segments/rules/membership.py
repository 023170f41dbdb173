"""Who is in a segment, one member at a time: a pure function of the tree, a member's history and a moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass

from huitou.kernel.errors import N_
from huitou.segments.errors import SegmentsCircular, SegmentTooLarge
from huitou.segments.rules.bounds import MOST_RESOLVED
from huitou.segments.rules.leaves.everyone import InSegment
from huitou.segments.terms import All, AnyOf, Known, Leaf, Moment, Node, Not, Person, Trouble


def parts(node: Node) -> tuple[Node, ...]:
    """What a group or a negation is made of; nothing of a leaf."""
    if isinstance(node, Not):
        return (node.of,)
    return node.of if isinstance(node, All | AnyOf) else ()


def leaves(node: Node, where: str = "where") -> Iterator[tuple[str, Leaf]]:
    """Every leaf with its place in the JSON."""
    return ((place, one) for place, one in nodes(node, where) if isinstance(one, Leaf))


def nodes(node: Node, where: str = "where") -> Iterator[tuple[str, Node]]:
    """Every group and leaf with its place in the JSON, a group before what is in it."""
    yield where, node
    if isinstance(node, Not):
        yield from nodes(node.of, f"{where}.not")
    elif not isinstance(node, Leaf):
        name = "all" if isinstance(node, All) else "any"
        for place, part in enumerate(parts(node)):
            yield from nodes(part, f"{where}.{name}[{place}]")


def troubles(node: Node, known: Known) -> Iterator[tuple[str, Trouble]]:
    """What in the tree cannot be, each with its place in the JSON."""
    for where, leaf in leaves(node):
        for trouble in leaf.troubles(known):
            yield f"{where}.{trouble.at}", trouble


def named_segments(node: Node) -> frozenset[str]:
    return frozenset(leaf.segment for _, leaf in leaves(node) if isinstance(leaf, InSegment))


def resolved(node: Node, segments: Mapping[str, Node], within: tuple[str, ...] = ()) -> Node:
    """The tree with the trees of other segments in the place of their names. Raises SegmentsCircular, or
    SegmentTooLarge where small segments that name each other many times become a large one.

    The names are known: `troubles` has said so.
    """
    return _Resolving(segments).node(node, within)


class _Resolving:
    """One tree being put together; counts its conditions."""

    def __init__(self, segments: Mapping[str, Node]) -> None:
        self._segments = segments
        self._left = MOST_RESOLVED

    def node(self, node: Node, within: tuple[str, ...]) -> Node:
        if isinstance(node, InSegment):
            if node.segment in within:
                raise SegmentsCircular(path=" → ".join((*within, node.segment)))
            return self.node(self._segments[node.segment], (*within, node.segment))
        if isinstance(node, Not):
            return Not(self.node(node.of, within))
        if isinstance(node, All | AnyOf):
            return type(node)(tuple(self.node(part, within) for part in node.of))
        self._left -= 1
        if self._left < 0:
            says = N_("The segment, with those that it names, has more than {most} conditions.")
            raise SegmentTooLarge(says, most=MOST_RESOLVED)
        return node


def holds(node: Node, person: Person, moment: Moment, said: MutableMapping[Leaf, bool] | None = None) -> bool:
    """Whether this person is in the segment at that moment. `said` keeps what leaves said of the same person, for the
    next tree that has them."""
    if isinstance(node, Leaf):
        if said is None:
            return node.holds(person, moment)
        if node not in said:
            said[node] = node.holds(person, moment)
        return said[node]
    if isinstance(node, Not):
        return not holds(node.of, person, moment, said)
    assert isinstance(node, All | AnyOf)
    return (all if isinstance(node, All) else any)(holds(part, person, moment, said) for part in node.of)


@dataclass(frozen=True, slots=True)
class Because:
    """A node of the tree as it is for one person."""

    node: Node
    holds: bool
    parts: tuple[Because, ...] = ()


def why(node: Node, person: Person, moment: Moment) -> Because:
    """Leaf by leaf whether it holds, also those that no longer matter."""
    if isinstance(node, Leaf):
        return Because(node, node.holds(person, moment))
    of = tuple(why(part, person, moment) for part in parts(node))
    truth = [part.holds for part in of]
    if isinstance(node, Not):
        return Because(node, not truth[0], of)
    return Because(node, all(truth) if isinstance(node, All) else any(truth), of)


def deciding(because: Because) -> Because:
    """The same without what does not decide: where one of several is enough, those that are met; where one that fails
    is enough, those that fail."""
    of = because.parts
    if isinstance(because.node, All | AnyOf) and because.holds == isinstance(because.node, AnyOf):
        of = tuple(part for part in of if part.holds == because.holds)
    return Because(because.node, because.holds, tuple(map(deciding, of)))
