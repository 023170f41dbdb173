"""JSON in and out, and its schema: all three read off the dataclasses of `terms`, so that they cannot differ."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from huitou.offers.errors import AmountOutOfRange, UnknownField, UnreadableRequest
from huitou.offers.rules.kinds import KINDS
from huitou.offers.terms import Fen, Get, Grams, Percent

Json = Any
T = TypeVar("T")

LARGEST = 10**12
"""No integer, amount or share is larger, whatever its unit."""
LONGEST_TEXT = 200
WRITTEN = re.compile(r"-?[0-9]+(\.[0-9]+)?")
"""How a number stands in the JSON: no exponent, no grouping."""
DECIMALS: Mapping[Any, tuple[int, str]] = {
    Fen: (2, 'an amount such as "12.80"'),
    Percent: (2, 'a percentage such as "17.5"'),
    Grams: (3, 'kilograms such as "1.352"'),
}


def read(kind: type[T], value: Json, where: str = "") -> T:
    """The noun `kind` from parsed JSON. Raises UnreadableRequest, UnknownField or AmountOutOfRange with the place."""
    read_noun: T = _reader(_any(kind))(value, where)
    return read_noun


Reader = Callable[[Json, str], Any]


@cache
def _reader(kind: Any) -> Reader:
    if kind in DECIMALS:
        places, expected = DECIMALS[kind]
        return lambda value, where: _decimal(value, where, places, expected)
    if kind is Get:
        return _read_get
    if dataclasses.is_dataclass(kind):
        return _noun_reader(kind)
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        (inner,) = [arm for arm in get_args(kind) if arm is not NoneType]
        read_inner = _reader(inner)
        return lambda value, where: None if value is None else read_inner(value, where)
    if origin is tuple:
        return _list_reader(_reader(get_args(kind)[0]))
    if origin is Literal:
        words = get_args(kind)
        return lambda value, where: value if value in words else _refuse(where, "one of " + ", ".join(words))
    return SCALARS[kind]


def _noun_reader(kind: Any) -> Reader:
    hints = get_type_hints(kind)
    fields = {f.name: _reader(hints[f.name]) for f in dataclasses.fields(kind)}
    needed = [f.name for f in dataclasses.fields(kind) if _has_no_default(f)]

    def read_noun(value: Json, where: str) -> Any:
        if not isinstance(value, dict):
            _refuse(where, "an object")
        given = {}
        for name, inner in value.items():
            if name not in fields:
                raise UnknownField(where=where or "the request", name=name)
            given[name] = fields[name](inner, f"{where}.{name}" if where else name)
        for name in needed:
            if name not in given:
                _refuse(f"{where}.{name}" if where else name, "a value; it is missing")
        return kind(**given)

    return read_noun


def _has_no_default(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _list_reader(read_one: Reader) -> Reader:
    def read_list(value: Json, where: str) -> tuple[Any, ...]:
        if not isinstance(value, list):
            _refuse(where, "a list")
        return tuple(read_one(one, f"{where}[{index}]") for index, one in enumerate(value))

    return read_list


def _read_get(value: Json, where: str) -> Any:
    kind = KINDS.get(str(value.get("kind"))) if isinstance(value, dict) else None
    if kind is None:
        return _refuse(f"{where}.kind", "one of " + ", ".join(KINDS))
    rest = {name: inner for name, inner in value.items() if name != "kind"}
    return _reader(_any(kind))(rest, where)


def _any(kind: object) -> Any:
    """A type as a key of the caches."""
    return kind


def _decimal(value: Json, where: str, places: int, expected: str) -> int:
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if len(text) > LONGEST_TEXT or not WRITTEN.fullmatch(text):
        _refuse(where, expected)
    exact = Decimal(text) * 10**places
    if abs(exact) > LARGEST:
        raise AmountOutOfRange(where=where, found=text[:30], least=0, most=LARGEST // 10**places)
    if exact != exact.to_integral_value():
        _refuse(where, f"{expected}, with at most {places} decimals")
    return int(exact)


def _whole(value: Json, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        _refuse(where, "a whole number")
    if abs(value) > LARGEST:
        raise AmountOutOfRange(where=where, found=str(value)[:30], least=0, most=LARGEST)
    return int(value)


def _text(value: Json, where: str) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        _refuse(where, f"a text of at most {LONGEST_TEXT} characters")
    return str(value)


def _flag(value: Json, where: str) -> bool:
    if not isinstance(value, bool):
        _refuse(where, "true or false")
    return bool(value)


def _moment(kind: Any, expected: str) -> Reader:
    def read_moment(value: Json, where: str) -> Any:
        try:
            return kind.fromisoformat(value)
        except (TypeError, ValueError):
            return _refuse(where, expected)

    return read_moment


def _object(value: Json, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        _refuse(where, "an object")
    return dict(value)


SCALARS: Mapping[Any, Reader] = {
    int: _whole,
    str: _text,
    bool: _flag,
    datetime: _moment(datetime, "a moment such as 2026-11-11T10:00:00"),
    date: _moment(date, "a day such as 2026-11-11"),
    time: _moment(time, "a time such as 22:00"),
    dict[str, Any]: _object,
}


def _refuse(where: str, expected: str) -> Any:
    raise UnreadableRequest(where=where or "its top", expected=expected)


# ---- out


def write(noun: Any) -> Json:
    """The JSON of a noun, every field named; the opposite of `read`."""
    return _writer(_any(type(noun)))(noun)


Writer = Callable[[Any], Json]


@cache
def _writer(kind: Any) -> Writer:
    if kind in DECIMALS:
        places = DECIMALS[kind][0]
        return lambda value: shown(value, places)
    if kind is Get:
        return lambda get: {"kind": get.kind, **_writer(_any(type(get)))(get)}
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        writers = [(f.name, _writer(hints[f.name])) for f in dataclasses.fields(kind)]
        return lambda noun: {name: writer(getattr(noun, name)) for name, writer in writers}
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        (inner,) = [arm for arm in get_args(kind) if arm is not NoneType]
        write_inner = _writer(inner)
        return lambda value: None if value is None else write_inner(value)
    if origin is tuple:
        write_one = _writer(get_args(kind)[0])
        return lambda values: [write_one(value) for value in values]
    if kind in (datetime, date, time):
        return lambda value: value.isoformat()
    return lambda value: value


def shown(value: int, places: int) -> str:
    """As people write it: fen with two decimals, shares without trailing zeros."""
    exact = Decimal(value).scaleb(-places)
    return f"{exact:f}" if places == DECIMALS[Fen][0] else f"{exact.normalize():f}"


# ---- the schema


def schema_of(kind: Any, title: str) -> Json:
    """The JSON Schema (2020-12) of a noun; nested nouns stand in `$defs`."""
    definitions: dict[str, Json] = {}
    top = _schema(kind, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        **(definitions.pop(kind.__name__) if "$ref" in top else top),
        "$defs": dict(sorted(definitions.items())),
    }


def _schema(kind: Any, definitions: dict[str, Json]) -> Json:
    if kind in DECIMALS:
        places, expected = DECIMALS[kind]
        return {"type": "string", "pattern": rf"^-?\d+(\.\d{{1,{places}}})?$", "description": expected}
    if kind is Get:
        return {"oneOf": [_noun_schema(one, definitions) for one in KINDS.values()]}
    if dataclasses.is_dataclass(kind):
        return _noun_schema(kind, definitions)
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        (inner,) = [arm for arm in get_args(kind) if arm is not NoneType]
        return {"anyOf": [_schema(inner, definitions), {"type": "null"}]}
    if origin is tuple:
        return {"type": "array", "items": _schema(get_args(kind)[0], definitions)}
    if origin is Literal:
        return {"enum": list(get_args(kind))}
    return dict(SCALAR_SCHEMAS[kind])


def _noun_schema(kind: Any, definitions: dict[str, Json]) -> Json:
    name = kind.__name__
    if name not in definitions:
        definitions[name] = {}
        hints = get_type_hints(kind)
        fields = dataclasses.fields(kind)
        properties = {f.name: _schema(hints[f.name], definitions) for f in fields}
        required = [f.name for f in fields if _has_no_default(f)]
        if issubclass(kind, Get):
            properties = {"kind": {"const": kind.kind}, **properties}
            required = ["kind", *required]
        definitions[name] = {
            "type": "object",
            "description": " ".join((kind.__doc__ or "").split()),
            "properties": properties,
            "required": required,
            "additionalProperties": False,
        }
    return {"$ref": f"#/$defs/{name}"}


SCALAR_SCHEMAS: Mapping[Any, Json] = {
    int: {"type": "integer"},
    str: {"type": "string", "maxLength": LONGEST_TEXT},
    bool: {"type": "boolean"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
    time: {"type": "string", "format": "time"},
    dict[str, Any]: {"type": "object"},
}
