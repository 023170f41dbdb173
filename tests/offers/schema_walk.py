"""Every place of a request that the published schemas name, with values that they refuse there."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Json = Any
Path_ = tuple[str | int, ...]

DOCS = Path(__file__).resolve().parents[2] / "docs"
REQUEST, OFFER = (json.loads((DOCS / "schemas" / f"{name}.json").read_text()) for name in ("price-request", "offer"))

HOSTILE: tuple[Json, ...] = (
    None, True, False, 0, 1, -1, 1.5, 10**13, -(10**13), 10**5000, float("nan"), float("inf"), [], {}, [[]], [None], "",
    "0", "0.00", "-1.00", "-0.01", "1.005", "1e9", "NaN", "Infinity", "99999999999999999999", "9" * 201, "x", "x" * 201,
    "\x1b[2J", "\ud800", "24:00", "25:00", "22:00+08:00", "2026-11-11", "2026-02-30", "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00", [0], [-1], [8], ["x"], [""], {"kind": "x"}, {"": 1}, ["x"] * 10_001,
)  # fmt: skip
"""What people, tills and attackers write."""


@dataclass(frozen=True)
class Place:
    """A field: where it stands in a request, and its schema with the one that its references stand in."""

    path: Path_
    schema: Json
    whole: Json

    def __str__(self) -> str:
        return ".".join(map(str, self.path))


def resolved(schema: Json, whole: Json) -> tuple[Json, Json]:
    """The schema behind references, and the one in which its own references stand."""
    while "$ref" in schema:
        name = schema["$ref"]
        if name == "offer.json":
            schema, whole = OFFER, OFFER
        else:
            schema = whole["$defs"][name.rpartition("/")[2]]
    return schema, whole


def valid(value: Json, schema: Json, whole: Json) -> bool:
    """Whether the schema takes the value: as much of JSON Schema as ours use, and a test says that it is no more."""
    schema, whole = resolved(schema, whole)
    if "anyOf" in schema or "oneOf" in schema:
        return any(valid(value, one, whole) for one in schema.get("anyOf", schema.get("oneOf")))
    if "const" in schema or "enum" in schema:
        return isinstance(value, str) and value in schema.get("enum", [schema.get("const")])
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if not any(_is_a(value, kind) for kind in kinds):
        return False
    if isinstance(value, str):
        fits = "pattern" not in schema or re.search(schema["pattern"], value)
        return bool(fits) and len(value) <= schema.get("maxLength", len(value))
    if isinstance(value, list):
        few = schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value))
        return few and all(valid(one, schema["items"], whole) for one in value)
    if isinstance(value, dict):
        named = schema["properties"]
        whole_enough = set(schema["required"]) <= set(value) <= set(named)
        return whole_enough and all(valid(one, named[name], whole) for name, one in value.items())
    if value is None or isinstance(value, bool):
        return True
    return bool(schema.get("minimum", value) <= value <= schema.get("maximum", value))


def _is_a(value: Json, kind: str) -> bool:
    types = {"string": str, "array": list, "object": dict, "boolean": bool, "null": type(None)}
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, types[kind])


def smallest(schema: Json, whole: Json) -> Json:
    """A value of the schema: only what must be there."""
    schema, whole = resolved(schema, whole)
    for arms in ("anyOf", "oneOf"):
        if arms in schema:
            return smallest(schema[arms][0], whole)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    kind = schema["type"] if isinstance(schema["type"], str) else schema["type"][0]
    if kind == "object":
        return {name: smallest(schema["properties"][name], whole) for name in schema["required"]}
    if kind == "array":
        return [smallest(schema["items"], whole)]
    return {"string": "1" if "pattern" in schema else "a", "integer": 1, "boolean": False}[kind]


def places(schema: Json, whole: Json, document: Json, at: Path_ = ()) -> Iterator[Place]:
    """Every field below `at`, depth first; of lists the first entry. `document` says which kind of offer it is."""
    if at:
        yield Place(at, schema, whole)
    schema, whole = resolved(schema, whole)
    for arms in ("anyOf", "oneOf"):
        if arms in schema:
            schema, whole = resolved(_chosen(schema[arms], whole, document), whole)
    if schema.get("type") == "object":
        for name, inner in schema["properties"].items():
            mine = document.get(name) if isinstance(document, dict) else None
            yield from places(inner, whole, mine, (*at, name))
    if schema.get("type") == "array":
        first = document[0] if isinstance(document, list) and document else None
        yield from places(schema["items"], whole, first, (*at, 0))


def _chosen(arms: list[Json], whole: Json, document: Json) -> Json:
    for arm in arms:
        kind = resolved(arm, whole)[0].get("properties", {}).get("kind", {}).get("const")
        if kind is None or kind == (document or {}).get("kind"):
            return arm
    raise AssertionError(f"no schema for {document}")


def with_value(document: Json, place: Place, value: Json) -> Json:
    """The document with this value there; what leads to it is made where it is missing."""
    made = copy.deepcopy(document)
    inner, schema, whole = made, REQUEST, REQUEST
    for step in place.path[:-1]:
        inner, schema, whole = _step(inner, schema, whole, step)
    if isinstance(inner, list) and not inner:
        inner.append(value)
    else:
        inner[place.path[-1]] = value
    return made


def _step(inner: Json, schema: Json, whole: Json, step: str | int) -> tuple[Json, Json, Json]:
    schema, whole = resolved(schema, whole)
    for arms in ("anyOf", "oneOf"):
        if arms in schema:
            schema, whole = resolved(_chosen(schema[arms], whole, inner), whole)
    below = schema["items"] if isinstance(step, int) else schema["properties"][step]
    if isinstance(step, int) and not inner:
        inner.append(smallest(below, whole))
    elif isinstance(step, str) and inner.get(step) is None:
        inner[step] = smallest(below, whole)
    return inner[step], below, whole
