"""An XLSX file's package: a zip of XML parts, opened as if an enemy had packed it.

How much it unpacks to is read from the zip's directory before anything is unpacked, and counted again while it is
read. No part may declare a document type: entities that grow or fetch begin there.
"""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any
from xml.parsers import expat

from huitou.lake.errors import FileUnreadable, WorkbookHostile, WorkbookTooLarge

UNPACKED_BYTES = 2 << 30
"""A full sheet of thirty columns unpacks to about half of this."""
PARTS = 5000
_CHUNK_BYTES = 1 << 16


class Package:
    """The parts of one workbook."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self.path = path
        self._archive = archive
        self._names = {name.lower(): name for name in archive.namelist()}
        self._left = UNPACKED_BYTES * 2  # a sheet is read twice: what it merges stands behind its rows

    def has(self, part: str) -> bool:
        return part.lower() in self._names

    def chunks(self, part: str) -> Iterator[bytes]:
        """The bytes of a part, a few at a time."""
        with self._archive.open(self._names[part.lower()]) as file:
            while chunk := file.read(_CHUNK_BYTES):
                self._left -= len(chunk)
                if self._left < 0:
                    raise _too_large(self.path, UNPACKED_BYTES * 2)
                yield chunk

    def parse(self, part: str, start: Callable[..., Any], end: Callable[..., Any], text: Callable[..., Any]) -> None:
        """Call back for each element's start, end and text; a callback that raises StopIteration ends the reading."""
        parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
        try:
            for chunk in self.chunks(part):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except StopIteration:
            return

    def _refuse(self, *_: object) -> None:
        raise WorkbookHostile(path=self.path)

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """What a part refers to: (kind, part) by id."""
        folder = PurePosixPath(part).parent
        place = f"{folder}/_rels/{PurePosixPath(part).name}.rels".removeprefix("./")
        found: dict[str, tuple[str, str]] = {}

        def start(name: str, attributes: dict[str, str]) -> None:
            if name.endswith("}Relationship") and attributes.get("TargetMode") != "External":
                target = attributes.get("Target", "")
                absolute = target.lstrip("/") if target.startswith("/") else _resolved(folder, target)
                found[attributes.get("Id", "")] = (attributes.get("Type", "").rsplit("/", 1)[-1], absolute)

        if self.has(place):
            self.parse(place, start, _nothing, _nothing)
        return found


_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    expat.ExpatError,
    NotImplementedError,
    EOFError,
    OSError,
)
"""What a zip and its parts raise that are damaged or packed as nobody can unpack."""


@contextmanager
def open_package(path: Path) -> Iterator[Package]:
    """The package of `path`. Raises a refusal for what is no zip, unpacks to too much, or is broken."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            unpacked = sum(entry.file_size for entry in entries)
            if unpacked > UNPACKED_BYTES or len(entries) > PARTS:
                raise _too_large(path, unpacked)
            yield Package(path, archive)
    except _BROKEN as error:
        raise FileUnreadable(path=path, kind="XLSX", reason=str(error)) from error
    except (KeyError, IndexError, ValueError, RuntimeError, zipfile.LargeZipFile) as error:
        raise FileUnreadable(path=path, kind="XLSX", reason=f"{type(error).__name__}: {error}") from error


def _too_large(path: Path, unpacked: int) -> WorkbookTooLarge:
    return WorkbookTooLarge(path=path, unpacked=f"{unpacked >> 20:,} MB", limit=f"{UNPACKED_BYTES >> 20:,} MB")


def _resolved(folder: PurePosixPath, target: str) -> str:
    parts: list[str] = list(folder.parts)
    for step in target.split("/"):
        if step == "..":
            parts = parts[:-1]
        elif step not in ("", "."):
            parts.append(step)
    return "/".join(parts)


def _nothing(*_: object) -> None:
    pass
