"""What the command line says, in the person's language.

Reads the catalogue by the standard library, so that it also speaks before Django is there and when Django
cannot start.
"""

from __future__ import annotations

import gettext
import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def language() -> str:
    """`zh_Hans` or `en`, by HUITOU_LANGUAGE, else by the locale of the shell."""
    asked = (os.environ.get(name, "") for name in ("HUITOU_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))
    return "zh_Hans" if next((name for name in asked if name), "").lower().startswith("zh") else "en"


@cache
def _catalogue(name: str) -> gettext.NullTranslations:
    return gettext.translation("django", LOCALE, [name], fallback=True)


def translate(template: str) -> str:
    """The template in the person's language; its `{facts}` are filled afterwards."""
    return _catalogue(language()).gettext(template) if template else ""


LANGUAGES = {"en": "en", "zh-Hans": "zh_Hans"}
"""The languages of the product, by the names that machines know, and their catalogues."""


def translate_into(name: str) -> Callable[[str], str]:
    """What translates into a language of LANGUAGES, whatever the person's is."""
    return _catalogue(LANGUAGES[name]).gettext


def say(template: str, **facts: object) -> None:
    """A line for the person who waits, on standard error; standard output belongs to the answer."""
    sys.stderr.write(f"{translate(template).format(**facts)}\n")
    sys.stderr.flush()
