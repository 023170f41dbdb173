"""The form of an offer as sections of lines, each a sentence with blanks, ready to be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext

from huitou.doors.console import figures
from huitou.doors.console.offering import fields
from huitou.doors.console.offering.fields import Word
from huitou.doors.console.offering.form import Typed
from huitou.offers.terms.said import Names


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence with blanks. `row`: it is one of several, and can be taken out."""

    words: Sequence[Word]
    row: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """What the form asks together. `more`: what a button adds another row of."""

    key: str
    title: str
    lines: Sequence[Line]
    more: str = ""
    more_text: str = ""
    folded: bool = False
    """What few offers need: closed until it is opened, or holds something."""


@dataclass(frozen=True, slots=True)
class Known:
    """What can be chosen: (value, text) of stores, tiers, segments, channels and kinds of coupons."""

    names: Names
    lists: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)


def sections(typed: Typed, known: Known, more: str = "") -> list[Section]:
    """The form. `more` names the rows of which one more was asked for."""
    writer = _Writer(typed, known)
    document, kind = typed.document, typed.kind
    gives = []
    rows = fields.ROWS.get(kind, {})
    for name, line in rows.items():
        gives += writer.rows(f"get.{name}", line, one_more=more == f"get.{name}")
    gives += [writer.line("get", line) for line in fields.GIVES[kind]]
    adds = next(iter(rows), "")
    add_one = gettext(fields.ADDS[kind]) if adds else ""
    folded = [writer.line("get", line) for line in fields.MORE_OF_REDUCTION] if kind in fields.REDUCTIONS else []
    if kind in fields.REDUCTIONS and kind != "amount_off":
        folded.append(writer.line("get", fields.ROUNDED))
    found = [
        Section("get", gettext("What it gives"), gives, f"get.{adds}" if adds else "", add_one),
        Section("more", gettext("In detail"), folded, folded=not any(_holds(line) for line in folded)),
        Section("buy", gettext("What must be bought"),
                writer.rows("buy", fields.NEED, one_more=more == "buy"), "buy", gettext("Add a condition")),
        Section("who", gettext("Who may use it"), [writer.line("valid", line) for line in fields.WHO]),
        Section("when", gettext("When and where"), [writer.line("valid", line) for line in fields.WHEN]),
        Section("limits", gettext("Limits"), [writer.line("terms", line) for line in fields.LIMITS]),
        Section("combines", gettext("How it combines"), [writer.line("", line) for line in fields.COMBINES],
                folded=not any(name in document for name in ("stack", "scope", "group", "stage", "priority", "base"))),
        Section("funding", gettext("Who pays"), writer.rows("funding", fields.FUNDED, one_more=more == "funding"),
                "funding", gettext("Add a payer"), folded=not document.get("funding") and more != "funding"),
    ]  # fmt: skip
    return [one for one in found if one.lines]


def _holds(line: Line) -> bool:
    usual = fields.USUAL.values()
    return any(word.value not in (None, "", False) and word.value not in usual for word in line.words if word.name)


class _Writer:
    def __init__(self, typed: Typed, known: Known) -> None:
        self._typed, self._known = typed, known

    def rows(self, path: str, line: str, *, one_more: bool) -> list[Line]:
        there = self._at(path)
        count = max(1, (len(there) if isinstance(there, list) else 0) + one_more)
        return [self.line(f"{path}.{number}", line, row=count > 1) for number in range(count)]

    def line(self, path: str, line: str, *, row: bool = False) -> Line:
        words: list[Word] = []
        for text, name in fields.pieces_of(line):
            if text:
                words.append(Word(text=text))
            if name:
                words.append(self._blank(path, name))
        return Line(words, row)

    def _blank(self, path: str, name: str) -> Word:
        place = _place(path, name)
        kind = "number" if place == "get.group" else fields.kind_of(name)
        value = self._typed.terms.get(name, "") if place.startswith("terms.") else self._at(place)
        label = gettext(fields.LABELS.get(name, "")) or name
        unit = figures.currency() if kind == "money" else ""
        if kind == "choice":
            chosen = str(value or fields.USUAL.get(name, ""))
            options = [(word, gettext(text), word == chosen) for word, text in fields.CHOICES[name]]
            return Word("", place, kind, chosen, options, label=label)
        if kind == "goods":
            return Word("", place, kind, value, self._chips(place, value), label=label)
        if kind in ("list", "weekdays"):
            return Word("", place, *self._list(name, value), label=label)
        if name == "coupon":
            return Word(
                "", place, "coupon", value or "", [(*one, False) for one in self._lists("coupons")], label=label
            )
        usual = fields.UNSAID.get(name, "") if place.startswith("get.") else fields.EXAMPLES.get(name, "")
        return Word("", place, kind, "" if value is None else value, unit=unit, label=label, usual=usual)

    def _list(self, name: str, value: Any) -> tuple[str, Any, Sequence[tuple[str, str, bool]]]:
        chosen = [str(one) for one in value] if isinstance(value, list) else []
        if name == "weekdays":
            return "weekdays", chosen, [(str(n), figures.weekday(n), str(n) in chosen) for n in range(1, 8)]
        offered = dict(self._lists(name))
        every = offered | {one: one for one in chosen if one not in offered}
        return "list", chosen, [(code, text, code in chosen) for code, text in every.items()]

    def _lists(self, name: str) -> Sequence[tuple[str, str]]:
        return self._known.lists.get(name, ())

    def _chips(self, place: str, value: Any) -> list[tuple[str, str, bool]]:
        """Goods as chips: (`get.goods.skus=6901`, text, excluded)."""
        if not isinstance(value, dict):
            return []
        found = []
        for one in (*fields.GOODS, *(f"not_{one}" for one in fields.GOODS)):
            codes = value.get(one)
            for code in codes if isinstance(codes, list) else []:
                text = self._known.names.skus.get(code, code) if one.endswith("skus") else _last_part(one, code)
                found.append((f"{place}.{one}={code}", text, one.startswith("not_")))
        return found

    def _at(self, path: str) -> Any:
        at: Any = self._typed.document
        for step in path.split("."):
            if isinstance(at, list):
                at = at[int(step)] if step.isdecimal() and len(step) < 6 and int(step) < len(at) else None
            elif isinstance(at, dict):
                at = at.get(step)
            else:
                return None
        return at


def _last_part(one: str, code: str) -> str:
    return code.rpartition("/")[2] if one.endswith("categories") else code


def _place(path: str, name: str) -> str:
    if path == "terms" and name not in fields.TERMS:
        return "limits.budget" if name == "receipt_budget" else f"limits.{name}"
    return f"{path}.{name}" if path else name
