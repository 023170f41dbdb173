"""The bytes of a text file as UTF-8: which encoding it is in, and where its bytes are no text in it."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from huitou.kernel.errors import N_, Choice
from huitou.lake.errors import EncodingUnclear
from huitou.lake.formats.spooled import MARK
from huitou.lake.rules import encodings
from huitou.lake.rules.headers import LOOKED_AT, known_by_encoding
from huitou.lake.terms import Said

_CHUNK_BYTES = 1 << 22
_TO_THE_LAST_MARK = re.compile(rb".*[\x00-\x2f]", re.DOTALL)
"""No encoding that is read here has such a byte within a character."""
_SAMPLE_LINES, _SAMPLE_BYTES = 2000, 1 << 20


@dataclass(frozen=True, slots=True)
class Text:
    """A text file as UTF-8: itself where it is so already, else a copy."""

    path: Path
    encoding: str
    has_marks: bool
    """Whether some of its bytes are no text in this encoding; a MARK stands for each."""
    question: EncodingUnclear | None
    notes: tuple[Said, ...] = ()
    """Why it is read so, where its characters alone did not tell."""


def as_utf_8(path: Path, spool: Path, asked: str | None, known: Collection[str] = ()) -> Text:
    """`path` itself where it is whole UTF-8, else a copy in `spool`. Memory stays that of a few chunks.

    `known` are headers that are known words: where the characters of a short file are usual in two encodings, and in
    one alone its headers are known, that one it is.
    """
    with path.open("rb") as file:
        head = file.read(1 << 16)
    encoding = asked or encodings.marked(head) or encodings.unmarked_utf_16(head)
    question = None
    notes: tuple[Said, ...] = ()
    if encoding is None:
        encoding, likely = encodings.settle(_weighed(path))
        if encoding is None and (found := known_by_encoding(_top(path), likely, known)):
            encoding, headers = found
            template = N_("Only read as {encoding} are its headers known words: {headers}.")
            notes = (Said(template, {"encoding": encoding, "headers": ", ".join(headers)}),)
        if encoding is None:
            encoding = likely[0]
            question = EncodingUnclear(_choices(path, likely), path=path)
    if encoding == "utf-8" and _is_whole(path):
        return Text(path, encoding, False, question, notes)
    target = spool / "text.csv"
    marks = _rewrite(path, target, encoding)
    return Text(target, "utf-16" if "16" in encoding else encoding, marks > 0, question, notes)


def _top(path: Path) -> list[bytes]:
    with path.open("rb") as file:
        return [file.readline(_SAMPLE_BYTES) for _ in range(LOOKED_AT)]


def _is_whole(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while chunk := file.read(_CHUNK_BYTES):
                if not chunk.isascii() or decoder.getstate()[0]:
                    decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _strange_lines(path: Path) -> Iterator[bytes]:
    """Lines with more than ASCII in them; of a line without an end only the beginning, which takes no memory."""
    inside = False
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            chunk += b"" if chunk.endswith(b"\n") else file.readline(_SAMPLE_BYTES)
            if not chunk.isascii():
                lines = io.BytesIO(chunk).readlines()
                yield from (_cut(line) for line in lines[inside:] if not line.isascii())
            inside = not chunk.endswith(b"\n") and (inside or len(chunk) > _CHUNK_BYTES)


def _cut(line: bytes) -> bytes:
    """A line as far as it is looked at. Cut behind a blank or a mark: within a character it would be no text."""
    piece = line[:_SAMPLE_BYTES]
    if len(piece) == len(line):
        return line
    whole = _TO_THE_LAST_MARK.match(piece)
    return whole.group() if whole else piece


def _weighed(path: Path) -> dict[str, encodings.Weighed]:
    sample: list[bytes] = []
    held = 0
    for line in _strange_lines(path):
        sample.append(line)
        held += len(line)
        if len(sample) == _SAMPLE_LINES or held >= _SAMPLE_BYTES:
            break
    return {encoding: encodings.weigh(sample, encoding) for encoding in encodings.CANDIDATES}


def _choices(path: Path, likely: list[str]) -> list[Choice]:
    """Each encoding with the first text beyond ASCII, as it would read."""
    line = next(_strange_lines(path), b"")
    start = next((place for place, byte in enumerate(line) if byte > 0x7F), 0)
    return [Choice(name, line[start : start + 24].decode(name, "replace").strip()) for name in likely]


def _rewrite(path: Path, target: Path, encoding: str) -> int:
    """Write `path` as UTF-8; returns how many marks stand in it for bytes that are no text."""
    marks = 0

    def mark(error: UnicodeError) -> tuple[str, int]:
        assert isinstance(error, UnicodeDecodeError)
        nonlocal marks
        marks += 1
        # One byte alone: what follows may be the comma or the end of the line.
        return MARK, error.end if encoding.startswith("utf") else error.start + 1

    codecs.register_error("huitou-mark", mark)
    decoder = codecs.getincrementaldecoder(encoding)("huitou-mark")
    with path.open("rb") as file, target.open("wb") as out:
        while chunk := file.read(_CHUNK_BYTES):
            out.write(decoder.decode(chunk).encode("utf-8", "replace"))
        out.write(decoder.decode(b"", final=True).encode("utf-8", "replace"))
    return marks
