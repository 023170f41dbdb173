"""A form's sentence as words and blanks in the order of the language, ready to be drawn."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext

from huitou.doors.console.segmenting.blanks import Blank
from huitou.doors.console.segmenting.forms import FORMS, USUAL, Form

_BLANK = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Piece:
    """A text, or a blank where there is one."""

    text: str = ""
    blank: Blank | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """A form in the reader's language. `facts` goes to the script: leaf, fixed, having, begins."""

    form: Form
    title: str
    group: str
    pieces: Sequence[Piece]
    facts: Mapping[str, Any]
    words: str
    usual: bool


def drawn_forms() -> list[Drawn]:
    return [_drawn(form) for form in FORMS]


def _drawn(form: Form) -> Drawn:
    begins = {"leaf": form.leaf, **form.fixed, **form.begins}
    facts = {"leaf": form.leaf, "fixed": dict(form.fixed), "having": form.having, "begins": begins}
    words = f"{gettext(form.title)} {gettext(form.pattern)} {form.words}".casefold()
    pieces = pieces_of(form)
    return Drawn(form, gettext(form.title), gettext(form.group), pieces, facts, words, form.key in USUAL)


def pieces_of(form: Form) -> list[Piece]:
    found = []
    for place, part in enumerate(_BLANK.split(gettext(form.pattern))):
        if place % 2:
            found.append(Piece(blank=_in_words(form.blanks[part])))
        elif part.strip():
            found.append(Piece(part.strip()))
    return found


def _in_words(blank: Blank) -> Blank:
    options = tuple((value, gettext(text) if not text.isdigit() else text) for value, text in blank.options)
    return replace(blank, label=gettext(blank.label), options=options)
