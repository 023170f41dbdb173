"""JSON in and out, both read off the dataclasses of `terms`, so that they cannot differ; `schema.py` publishes it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date, datetime, time
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from huitou.kernel.errors import N_
from huitou.offers.errors import TooManyEntries
from huitou.offers.rules.bounds import BOUNDS, most_entries
from huitou.offers.rules.kinds import KINDS
from huitou.offers.rules.scalars import (
    AN_OBJECT,
    DECIMALS,
    ONE_OF,
    SCALARS,
    Json,
    Reader,
    decimal_reader,
    number_reader,
    refuse,
    shown,
    unknown_field,
)
from huitou.offers.terms import ClosingTime, FirstMoment, Get, LastMoment, Name

T = TypeVar("T")


def read(kind: type[T], value: Json, where: str = "") -> T:
    """The noun `kind` from parsed JSON.

    Raises UnreadableRequest, UnknownField, TooManyEntries or AmountOutOfRange with the place.
    """
    read_noun: T = _reader(_any(kind))(value, where)
    return read_noun


@cache
def _reader(kind: Any) -> Reader:
    if kind in SCALARS:
        return SCALARS[kind]
    if kind in DECIMALS:
        return decimal_reader(kind)
    if kind in BOUNDS:
        return number_reader(kind)
    if kind is Get:
        return _read_get
    if dataclasses.is_dataclass(kind):
        return _noun_reader(kind)
    origin = get_origin(kind)
    if origin is Annotated:
        return _asking_reader(_reader(get_args(kind)[0]))
    if origin in (Union, UnionType):
        (inner,) = [arm for arm in get_args(kind) if arm is not NoneType]
        read_inner = _reader(inner)
        return lambda value, where: None if value is None else read_inner(value, where)
    if origin is tuple:
        inner = get_args(kind)[0]
        return _list_reader(_reader(inner), most_entries(inner))
    if origin is Literal:
        words = get_args(kind)
        return lambda value, where: value if value in words else refuse(where, ONE_OF, words=", ".join(words))
    raise TypeError(f"no reader for {kind}")


def _noun_reader(kind: Any) -> Reader:
    hints = get_type_hints(kind, include_extras=True)
    fields = {f.name: _reader(hints[f.name]) for f in dataclasses.fields(kind)}
    needed = [f.name for f in dataclasses.fields(kind) if has_no_default(f)]

    def read_noun(value: Json, where: str) -> Any:
        if not isinstance(value, dict):
            refuse(where, AN_OBJECT)
        given = {}
        for name, inner in value.items():
            if name not in fields:
                raise unknown_field(where, name)
            given[name] = fields[name](inner, f"{where}.{name}" if where else name)
        for name in needed:
            if name not in given:
                refuse(f"{where}.{name}" if where else name, N_("At {where} should stand a value, and there is none."))
        return kind(**given)

    return read_noun


def has_no_default(field: dataclasses.Field[Any]) -> bool:
    """The JSON must name it."""
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _list_reader(read_one: Reader, most: int) -> Reader:
    def read_list(value: Json, where: str) -> tuple[Any, ...]:
        if not isinstance(value, list):
            refuse(where, N_("At {where} should stand a list."))
        if len(value) > most:
            raise TooManyEntries(where=where, most=most)
        return tuple(read_one(one, f"{where}[{index}]") for index, one in enumerate(value))

    return read_list


def _asking_reader(read_list: Reader) -> Reader:
    def read_asking(value: Json, where: str) -> Any:
        if value is None:
            return ()
        if value == []:
            refuse(where, N_("The list at {where} is empty. Leave it out where it should ask nothing."))
        return read_list(value, where)

    return read_asking


def _read_get(value: Json, where: str) -> Any:
    kind = value.get("kind") if isinstance(value, dict) else None
    if not isinstance(kind, str) or kind not in KINDS:
        return refuse(f"{where}.kind", ONE_OF, words=", ".join(KINDS))
    rest = {name: inner for name, inner in value.items() if name != "kind"}
    return _reader(_any(KINDS[kind]))(rest, where)


def _any(kind: object) -> Any:
    """A type as a key of the caches."""
    return kind


# ---- out


def write(noun: Any) -> Json:
    """The JSON of a noun, every field named; the opposite of `read`."""
    return _writer(_any(type(noun)))(noun)


Writer = Callable[[Any], Json]


@cache
def _writer(kind: Any) -> Writer:
    if kind in DECIMALS:
        return lambda value: shown(value, kind)
    if kind is Get:
        return lambda get: {"kind": get.kind, **_writer(_any(type(get)))(get)}
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind, include_extras=True)
        writers = [(f.name, _writer(hints[f.name])) for f in dataclasses.fields(kind)]
        return lambda noun: {name: writer(getattr(noun, name)) for name, writer in writers}
    if kind is Name:
        return lambda value: value
    origin = get_origin(kind)
    if origin is Annotated:
        write_list = _writer(get_args(kind)[0])
        return lambda values: write_list(values) if values else None
    if origin in (Union, UnionType):
        (inner,) = [arm for arm in get_args(kind) if arm is not NoneType]
        write_inner = _writer(inner)
        return lambda value: None if value is None else write_inner(value)
    if origin is tuple:
        write_one = _writer(get_args(kind)[0])
        return lambda values: [write_one(value) for value in values]
    if kind in (datetime, FirstMoment, LastMoment, date, time, ClosingTime):
        return lambda value: value.isoformat()
    return lambda value: value
