"""Keep the Chinese of the product complete: `python scripts/messages.py` collects every message and compiles.

Messages are English in the code: `gettext` and its kin, `N_` of the kernel, `trans` and `blocktrans` of templates. The
catalogue `django.po` is edited by hand; this adds what is new with an empty translation, drops what is gone, and writes
`django.mo`. With `--check` it writes nothing and fails where a translation is missing or the compiled file is old.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from gettext import GNUTranslations
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "huitou"
FOLDER = PACKAGE / "doors" / "locale" / "zh_Hans" / "LC_MESSAGES"
KEYWORDS = {
    "N_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "_": None,
}

# A date that changes with every run would change the catalogue with every run.
FIXED = datetime(2026, 1, 1, tzinfo=UTC)

Message = tuple[str | tuple[str, str], str, int]


def collected(package: Path = PACKAGE) -> Iterator[Message]:
    """(message or (singular, plural), file, line) of every message in the package's code and templates."""
    for path in sorted(package.rglob("*.py")):
        yield from _read(path.read_text(), path.relative_to(package).as_posix())
    for path in sorted(package.rglob("templates/**/*.html")):
        # Django turns a template into Python with everything but the messages blanked out; its indentation is not.
        source = templatize(path.read_text(), origin=str(path))
        lines = (line.lstrip() for line in source.splitlines())
        yield from _read("\n".join(lines), path.relative_to(package).as_posix())


def _read(source: str, name: str) -> Iterator[Message]:
    for line, keyword, said, _ in extract_python(io.BytesIO(source.encode()), list(KEYWORDS), [], {}):
        texts = [text for text in (said if isinstance(said, tuple) else (said,)) if isinstance(text, str)]
        if not texts or not texts[0]:
            continue
        plural = KEYWORDS.get(keyword) == (1, 2) and len(texts) > 1
        yield ((texts[0], texts[1]) if plural else texts[0], name, line)


def merged(old: Catalog) -> Catalog:
    """The catalogue of today: each message of the code, with the translation that `old` has for it or none."""
    new = Catalog(locale="zh_Hans", project="Huitou", copyright_holder="", charset="utf-8", fuzzy=False)
    new.header_comment = "# Chinese of Huitou."
    new.creation_date = new.revision_date = FIXED
    for message, name, _ in collected():
        key = message[0] if isinstance(message, tuple) else message
        known = old.get(key)
        flags = ["python-brace-format"] if "{" in key else []
        new.add(message, known.string if known else "", locations=[(name, 0)], flags=flags)
    return new


def missing(catalogue: Catalog) -> list[str]:
    """Messages without a translation, in the order of the catalogue."""

    def empty(string: object) -> bool:
        return not all(string) if isinstance(string, (tuple, list)) else not string

    return [
        message.id if isinstance(message.id, str) else message.id[0]
        for message in catalogue
        if message.id and empty(message.string)
    ]


def read_catalogue(folder: Path = FOLDER) -> Catalog:
    path = folder / "django.po"
    if not path.exists():
        return Catalog(locale="zh_Hans")
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def compiled(catalogue: Catalog) -> bytes:
    binary = io.BytesIO()
    write_mo(binary, catalogue)
    return binary.getvalue()


def faults(folder: Path = FOLDER) -> list[str]:
    """What keeps the Chinese from being complete; empty when it is."""
    old = read_catalogue(folder)
    today = merged(old)
    found = [f"no Chinese for: {text}" for text in missing(today)]
    known = {_key(message.id) for message in old if message.id}
    found += [f"in no file any more: {key}" for key in sorted(known - {_key(m.id) for m in today if m.id})]
    binary = folder / "django.mo"
    if not binary.exists() or _spoken(binary.read_bytes()) != _spoken(compiled(old)):
        found.append("django.mo is older than django.po: run python scripts/messages.py")
    return found


def _spoken(binary: bytes) -> dict[object, str]:
    """What a compiled file says, without its header, which names the tool that wrote it."""
    said = dict(GNUTranslations(io.BytesIO(binary))._catalog)
    said.pop("", None)
    return said


def _key(message: str | tuple[str, ...] | list[str]) -> str:
    return message if isinstance(message, str) else message[0]


def main() -> int:
    if "--check" in sys.argv[1:]:
        found = faults()
        print("\n".join(found))  # noqa: T201 - a tool for the terminal
        return 1 if found else 0
    catalogue = merged(read_catalogue())
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "django.po").open("wb") as file:
        write_po(file, catalogue, sort_output=True, omit_header=False, include_lineno=False, width=110)
    (FOLDER / "django.mo").write_bytes(compiled(read_catalogue()))
    for text in missing(catalogue):
        print(f"no Chinese for: {text}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
