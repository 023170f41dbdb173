"""The blanks of a condition: what can be chosen or typed at a place of its JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Options = Sequence[tuple[str, str]]
"""Pairs of a value in the JSON and its English words."""


@dataclass(frozen=True, slots=True)
class Blank:
    """A place to fill in. `at` is the path in the leaf's JSON; `kind` names the part of `_blank.html` that draws it.

    choice: one of the options. flags: several of them. pick: names that are looked for (`of` says among what; `single`:
    one name). goods: categories, brands and products. number, money, degrees, word, day: typed. range: at least, at
    most, exactly, between (`options` has "none" where nothing at all is a choice). window: days. details: where, on
    which days and at what hours. step: a purchase or an event.
    """

    kind: str
    at: str
    label: str
    options: Options = ()
    of: str = ""
    single: bool = False
    holds: str = "int"
    """What is typed: int, text, word, money, degrees or bool."""


def choice(at: str, label: str, options: Options, *, holds: str = "text") -> Blank:
    return Blank("choice", at, label, options, holds=holds)


def flags(at: str, label: str, options: Options, *, holds: str = "text") -> Blank:
    return Blank("flags", at, label, options, holds=holds)


def pick(at: str, label: str, of: str, *, single: bool = False) -> Blank:
    return Blank("pick", at, label, of=of, single=single)


def number(at: str, label: str, *, holds: str = "int") -> Blank:
    return Blank("number", at, label, holds=holds)
