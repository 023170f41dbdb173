"""The published JSON Schemas, read off the same dataclasses and the same bounds as the reader."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from huitou.offers.rules.bounds import BOUNDS, LONGEST_TEXT, most_entries
from huitou.offers.rules.exchange import has_no_default
from huitou.offers.rules.kinds import KINDS
from huitou.offers.rules.scalars import DECIMALS, Json
from huitou.offers.terms import ClosingTime, FirstMoment, Get, LastMoment, Name

SCALAR_SCHEMAS: Mapping[Any, Json] = {
    str: {"type": "string", "maxLength": LONGEST_TEXT},
    Name: {"type": "string", "maxLength": LONGEST_TEXT, "pattern": r"\S"},
    bool: {"type": "boolean"},
    datetime: {
        "type": "string",
        "description": "ISO 8601: 2026-11-11T10:00:00, local time of the store, or with an offset from UTC",
    },
    FirstMoment: {
        "type": "string",
        "description": "ISO 8601: from this day, minute or second on",
    },
    LastMoment: {
        "type": "string",
        "description": "ISO 8601: the day, minute or second that is written is included to its end",
    },
    date: {"type": "string", "description": "A day: 2026-11-11"},
    time: {"type": "string", "description": "Local time of the store: 22:00"},
    ClosingTime: {
        "type": "string",
        "description": "Local time of the store, not included: 22:00; 24:00 is the end of the day",
    },
    dict[str, Any]: {"type": "object"},
}


class Published:
    """One schema being made: `bounded` says how large what comes in may be; what goes out has no such bounds."""

    def __init__(self, *, bounded: bool) -> None:
        self.bounded = bounded
        self.definitions: dict[str, Json] = {}

    def of(self, kind: Any) -> Json:
        """The schema of a type; nested nouns are kept in `definitions`."""
        if kind in SCALAR_SCHEMAS:
            return dict(SCALAR_SCHEMAS[kind])
        if kind in DECIMALS:
            return self._decimal(kind)
        if kind in BOUNDS:
            least, most = BOUNDS[kind]
            return {"type": "integer", "minimum": least, "maximum": most} if self.bounded else {"type": "integer"}
        if kind is Get:
            return {"oneOf": [self.noun(one) for one in KINDS.values()]}
        if dataclasses.is_dataclass(kind):
            return self.noun(kind)
        origin = get_origin(kind)
        if origin is Annotated:
            return {"anyOf": [{**self.of(get_args(kind)[0]), "minItems": 1}, {"type": "null"}]}
        if origin in (Union, UnionType):
            (inner,) = [arm for arm in get_args(kind) if arm is not NoneType]
            return {"anyOf": [self.of(inner), {"type": "null"}]}
        if origin is tuple:
            inner = get_args(kind)[0]
            most_items = {"maxItems": most_entries(inner)} if self.bounded else {}
            return {"type": "array", "items": self.of(inner), **most_items}
        if origin is Literal:
            return {"enum": list(get_args(kind))}
        raise TypeError(f"no schema for {kind}")

    def _decimal(self, kind: Any) -> Json:
        places, expected = DECIMALS[kind]
        if not self.bounded:
            return {"type": "string", "description": expected}
        most = int(Decimal(BOUNDS[kind][1]).scaleb(-places))
        pattern = rf"^[0-9]{{1,{len(str(most))}}}(\.[0-9]{{1,{places}}}0*)?$"
        return {"type": "string", "pattern": pattern, "description": expected}

    def noun(self, kind: Any) -> Json:
        """A reference to the noun's definition, which is made where it is new."""
        name = kind.__name__
        if name not in self.definitions:
            self.definitions[name] = {}
            self.definitions[name] = self._object(kind)
        return {"$ref": f"#/$defs/{name}"}

    def _object(self, kind: Any) -> Json:
        hints = get_type_hints(kind, include_extras=True)
        fields = dataclasses.fields(kind)
        properties = {f.name: self.of(hints[f.name]) for f in fields}
        required = [f.name for f in fields if has_no_default(f)]
        if issubclass(kind, Get):
            properties = {"kind": {"const": kind.kind}, **properties}
            required = ["kind", *required]
        return {
            "type": "object",
            "description": " ".join((kind.__doc__ or "").split()),
            "properties": properties,
            "required": required,
            "additionalProperties": False,
        }


def schema_of(kind: Any, title: str, *, bounded: bool = True) -> Json:
    """The JSON Schema (2020-12) of a noun; nested nouns stand in `$defs`."""
    published = Published(bounded=bounded)
    published.noun(kind)
    top = published.definitions.pop(kind.__name__)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        **top,
        "$defs": dict(sorted(published.definitions.items())),
    }
