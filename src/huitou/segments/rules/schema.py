"""The published JSON Schema of a segment, read off the same fields and bounds as the reader."""

from __future__ import annotations

import dataclasses
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from huitou.segments.rules.bounds import MOST_WORDS
from huitou.segments.rules.exchange import fields_of, inner_of
from huitou.segments.rules.forms import FORMS, Json
from huitou.segments.rules.leaves import LEAVES
from huitou.segments.terms import LANGUAGE, Leaf


def schema() -> Json:
    """JSON Schema (2020-12); each leaf and noun stands in `$defs`."""
    definitions: dict[str, Json] = {}
    leaves = [_noun(kind, definitions) for kind in LEAVES.values()]
    node = {"$ref": "#/$defs/Node"}
    definitions["Node"] = {"oneOf": [*(_group(name, node) for name in ("all", "any")), _only("not", node), *leaves]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A segment",
        "type": "object",
        "properties": {"language": {"const": LANGUAGE}, "where": node},
        "required": ["language", "where"],
        "additionalProperties": False,
        "$defs": dict(sorted(definitions.items())),
    }


def _only(name: str, inner: Json) -> Json:
    return {"type": "object", "properties": {name: inner}, "required": [name], "additionalProperties": False}


def _group(name: str, node: Json) -> Json:
    return _only(name, {"type": "array", "items": node, "minItems": 1})


def _of(kind: Any, definitions: dict[str, Json]) -> Json:
    if kind in FORMS:
        return FORMS[kind].schema
    if dataclasses.is_dataclass(kind):
        return _noun(kind, definitions)
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return {"anyOf": [_of(inner_of(kind), definitions), {"type": "null"}]}
    if origin is tuple:
        items = _of(get_args(kind)[0], definitions)
        return {"type": "array", "items": items, "minItems": 1, "maxItems": MOST_WORDS}
    assert origin is Literal, f"no schema for {kind}"
    return {"enum": list(get_args(kind))}


def _noun(kind: Any, definitions: dict[str, Json]) -> Json:
    """A reference to the noun's definition, which is made where it is new."""
    if kind.__name__ not in definitions:
        fields = fields_of(kind)
        properties = {name: _of(inner, definitions) for name, (inner, _) in fields.items()}
        required = [name for name, (_, needed) in fields.items() if needed]
        if issubclass(kind, Leaf):
            properties, required = {"leaf": {"const": kind.name}, **properties}, ["leaf", *required]
        definitions[kind.__name__] = {
            "type": "object",
            "description": " ".join((kind.__doc__ or "").split()),
            "properties": properties,
            "required": required,
            "additionalProperties": False,
        }
    return {"$ref": f"#/$defs/{kind.__name__}"}
