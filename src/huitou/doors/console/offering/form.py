"""An offer as a form: what was typed becomes the engine's document and the offer's terms, and back again.

Whatever was typed comes back as it was typed; only what reads as a number becomes one. The engine's own reader judges.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from huitou.doors.console.offering import fields
from huitou.kernel.cells import read_fen
from huitou.offers.terms.kept import OfferTerms

Json = dict[str, Any]
SECTIONS = ("get", "buy", "valid", "limits", "funding")
TOP = ("stage", "stack", "scope", "group", "group_most", "priority", "base")
ROWS_MOST = 100
TEXT_MOST = 200
NUMBER_MOST = 10
"""Digits of a row or a version: of thousands of them Python makes no number."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as it stands: the document, the terms as texts, and what reads as no number."""

    document: Json
    terms: Mapping[str, str] = field(default_factory=dict)
    on_top_of: int | None = None
    note: str = ""

    @property
    def kind(self) -> str:
        return str(self.document.get("get", {}).get("kind", "threshold"))


def read_form(post: QueryDict) -> Typed:
    """What was typed."""
    document: Json = {"id": _clean(post.get("id", "")), "name": _clean(post.get("name", ""))}
    kind = post.get("kind", "threshold")
    tree: Json = {}
    for name in post:
        head = name.partition(".")[0]
        if head in SECTIONS and name.count(".") < 5:
            _put(tree, name.split("."), post.getlist(name))
    for name in TOP:
        if name in post and (value := _value(name, post.getlist(name))) is not None:
            document[name] = value
    for section in SECTIONS:
        if (found := _packed(tree.get(section))) not in ({}, [], None):
            document[section] = found
    document["get"] = {"kind": kind if kind in fields.KINDS else "threshold", **_of_kind(kind, document.get("get", {}))}
    if document["name"] == "":
        del document["name"]
    terms = {name: _clean(post.get(f"terms.{name}", "")) for name in fields.TERMS}
    number = post.get("on_top_of", "")
    version = int(number) if number.isdecimal() and len(number) < NUMBER_MOST else None
    return Typed(document, terms, version, _clean(post.get("note", "")))


def _clean(text: str) -> str:
    return text.replace("\x00", "").strip()[:TEXT_MOST]


def _put(tree: Json, path: Sequence[str], values: list[str]) -> None:
    at = tree
    for step in path[:-1]:
        at = at.setdefault(step, {})
        if not isinstance(at, dict):
            return
    value = _value(path[-1], values, below=path[-2] if len(path) > 1 else "")
    if value is not None:
        at[path[-1]] = value


def _value(name: str, values: list[str], below: str = "") -> Any:
    """The value of a field; None where it is left out."""
    if name in fields.LISTS:
        words = [_clean(value) for value in values if _clean(value)]
        numbers = name == "weekdays" and all(word.isdecimal() for word in words)
        return ([int(word) for word in words] if numbers else words) or None
    text = _clean(values[-1]) if values else ""
    if not text or fields.USUAL.get(name) == text:
        return None
    if name in fields.FLAGS:
        return True
    if name in fields.MONEY or name in fields.PERCENTS:
        return _plain(text).removesuffix("元").removesuffix("%")
    if name in fields.NUMBERS or (name == "group" and below == "get"):
        plain = _plain(text)
        return int(plain) if plain.removeprefix("-").isdecimal() and len(plain) < 16 else text
    return text.replace(" ", "T") if name in ("starts", "ends") else text


def _plain(text: str) -> str:
    """Digits as people type them, also full-width and grouped."""
    return unicodedata.normalize("NFKC", text).replace(",", "").replace("，", "").strip()


def _packed(tree: Any) -> Any:
    """Numbered rows as a list without the empty ones; what is empty goes away."""
    if not isinstance(tree, dict):
        return tree
    packed = {name: _packed(value) for name, value in tree.items()}
    kept = {name: value for name, value in packed.items() if value not in ({}, [], None)}
    if kept and all(name.isdecimal() and len(name) < NUMBER_MOST for name in kept):
        return [kept[name] for name in sorted(kept, key=int)][:ROWS_MOST]
    return kept


def _of_kind(kind: str, get: Any) -> Json:
    """Only the fields that the kind has: another kind's stay behind when it is changed."""
    if not isinstance(get, dict):
        return {}
    lines = [*fields.GIVES.get(kind, ()), *fields.ROWS.get(kind, {})]
    known = {name for line in lines for name in (fields.BLANK.findall(line) or [line])}
    if kind in fields.REDUCTIONS:
        known |= {name for line in (*fields.MORE_OF_REDUCTION, fields.ROUNDED) for name in fields.BLANK.findall(line)}
    return {name: value for name, value in get.items() if name in known}


def read_terms(typed: Typed) -> tuple[OfferTerms, str]:
    """The terms, and the first field that is no number (empty: all are)."""
    found: dict[str, int | None] = {}
    for name, key in fields.TERMS.items():
        text = _plain(typed.terms.get(name, "")).removesuffix("元")
        if not text:
            continue
        value = read_fen(text) if name in fields.MONEY else int(text) if text.isdecimal() and len(text) < 16 else None
        if value is None:
            return OfferTerms(), name
        found[key] = value
    return OfferTerms(**found), ""


def typed_of(document: Mapping[str, Any], terms: OfferTerms, *, on_top_of: int | None = None) -> Typed:
    """The form of an offer that is there."""
    texts = {}
    for name, key in fields.TERMS.items():
        value = getattr(terms, key)
        texts[name] = (
            "" if value is None else f"{value // 100}.{value % 100:02d}" if name in fields.MONEY else str(value)
        )
    return Typed(dict(document), texts, on_top_of)
