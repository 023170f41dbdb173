"""A tree from JSON and back, by the fields of its nouns; `schema.py` publishes the same."""

from __future__ import annotations

import dataclasses
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from huitou.kernel.errors import N_
from huitou.segments.errors import SegmentTooLarge
from huitou.segments.rules.bounds import DEEPEST, MOST_CONDITIONS, MOST_WORDS
from huitou.segments.rules.forms import A_LIST, AN_OBJECT, FORMS, MISSING, ONE_OF, UNKNOWN_FIELD, Json, refuse, shown
from huitou.segments.rules.leaves import LEAVES
from huitou.segments.terms import LANGUAGE, All, AnyOf, Leaf, Node, Not, Segment

GROUPS: dict[str, type[All | AnyOf]] = {"all": All, "any": AnyOf}


def read_segment(document: Json) -> Segment:
    """The segment of parsed JSON. Raises SegmentUnreadable with the place, or SegmentTooLarge."""
    if not isinstance(document, dict):
        refuse("", AN_OBJECT)
    for name in document:
        if name not in ("language", "where"):
            refuse("", UNKNOWN_FIELD, name=shown(str(name)))
    version = document.get("language")
    if type(version) is not int or version != LANGUAGE:
        refuse("language", N_("At {where} should stand {version}, the version of the language."), version=LANGUAGE)
    if "where" not in document:
        refuse("where", MISSING)
    reading = _Reading()
    return Segment(LANGUAGE, reading.node(document["where"], "where", 1))


class _Reading:
    """One segment being read; counts its conditions."""

    def __init__(self) -> None:
        self.conditions = 0

    def node(self, value: Json, where: str, depth: int) -> Node:
        if depth > DEEPEST:
            raise SegmentTooLarge(N_("The segment is deeper than {most} levels."), most=DEEPEST)
        if not isinstance(value, dict):
            refuse(where, AN_OBJECT)
        named = [name for name in ("all", "any", "not", "leaf") if name in value]
        if len(named) != 1:
            refuse(where, N_("At {where} should stand exactly one of all, any, not and leaf."))
        name = named[0]
        if name == "leaf":
            return self._leaf(value, where)
        for other in value:
            if other != name:
                refuse(where, UNKNOWN_FIELD, name=shown(str(other)))
        if name == "not":
            return Not(self.node(value["not"], f"{where}.not", depth + 1))
        return self._group(name, value[name], f"{where}.{name}", depth + 1)

    def _group(self, name: str, entries: Json, where: str, depth: int) -> Node:
        # A group of nothing would be everybody or nobody, and who writes it means neither.
        if not isinstance(entries, list) or not entries:
            refuse(where, A_LIST)
        return GROUPS[name](tuple(self.node(one, f"{where}[{place}]", depth) for place, one in enumerate(entries)))

    def _leaf(self, value: dict[str, Json], where: str) -> Leaf:
        self.conditions += 1
        if self.conditions > MOST_CONDITIONS:
            raise SegmentTooLarge(N_("The segment has more than {most} conditions."), most=MOST_CONDITIONS)
        kind = LEAVES.get(value["leaf"]) if isinstance(value["leaf"], str) else None
        if kind is None:
            refuse(f"{where}.leaf", ONE_OF, words=", ".join(LEAVES))
        rest = {name: inner for name, inner in value.items() if name != "leaf"}
        leaf: Leaf = read(kind, rest, where)
        return leaf


def read(kind: Any, value: Json, where: str) -> Any:
    """A value of this type. Raises SegmentUnreadable."""
    if kind in FORMS:
        return FORMS[kind].read(value, where)
    if dataclasses.is_dataclass(kind):
        return _read_noun(kind, value, where)
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return None if value is None else read(inner_of(kind), value, where)
    if origin is tuple:
        if not isinstance(value, list) or not value:
            refuse(where, A_LIST)
        if len(value) > MOST_WORDS:
            refuse(where, N_("At {where} stand more than {most} entries."), most=MOST_WORDS)
        inner = get_args(kind)[0]
        return tuple(dict.fromkeys(read(inner, one, f"{where}[{place}]") for place, one in enumerate(value)))
    assert origin is Literal, f"no reader for {kind}"
    words = get_args(kind)
    if not isinstance(value, str) or value not in words:
        refuse(where, ONE_OF, words=", ".join(words))
    return value


def inner_of(kind: Any) -> Any:
    """What a value is that may also be None."""
    (inner,) = [arm for arm in get_args(kind) if arm is not NoneType]
    return inner


@cache
def fields_of(kind: Any) -> dict[str, tuple[Any, bool]]:
    """The type of each field, and whether the JSON must name it."""
    hints = get_type_hints(kind)
    return {
        field.name: (
            hints[field.name],
            field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING,
        )
        for field in dataclasses.fields(kind)
    }


def _any(kind: object) -> Any:
    """A type as a key of the cache."""
    return kind


def _read_noun(kind: Any, value: Json, where: str) -> Any:
    if not isinstance(value, dict):
        refuse(where, AN_OBJECT)
    fields = fields_of(kind)
    for name in value:
        if name not in fields:
            refuse(where, UNKNOWN_FIELD, name=shown(str(name)))
    for name, (_, needed) in fields.items():
        if needed and name not in value:
            refuse(f"{where}.{name}", MISSING)
    return kind(**{name: read(fields[name][0], inner, f"{where}.{name}") for name, inner in value.items()})


# ---- out


def write_segment(segment: Segment) -> Json:
    """The JSON of a segment: what was left out stays out."""
    return {"language": segment.language, "where": write_node(segment.where)}


def write_node(node: Node) -> Json:
    if isinstance(node, Not):
        return {"not": write_node(node.of)}
    if isinstance(node, Leaf):
        return {"leaf": node.name, **_write_noun(node)}
    name = "all" if isinstance(node, All) else "any"
    assert isinstance(node, All | AnyOf)
    return {name: [write_node(one) for one in node.of]}


def _write_noun(noun: Any) -> dict[str, Json]:
    written = {}
    for name, (kind, needed) in fields_of(_any(type(noun))).items():
        value = getattr(noun, name)
        if needed or value not in (None, ()):
            written[name] = _write(kind, value)
    return written


def _write(kind: Any, value: Any) -> Json:
    if kind in FORMS:
        return FORMS[kind].write(value)
    if dataclasses.is_dataclass(value):
        return _write_noun(value)
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return _write(inner_of(kind), value)
    if origin is tuple:
        return [_write(get_args(kind)[0], one) for one in value]
    return value
