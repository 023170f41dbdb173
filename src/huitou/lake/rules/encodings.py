"""Which encoding a file is in, judged by what its bytes would say in each.

UTF-8 is almost proof of itself: bytes of another encoding hardly ever form it, and never usual text. Almost: 一 in
GBK is two bytes that are a Cyrillic letter in UTF-8. So each reading is weighed by how usual its characters are, and
where two readings are both usual, or none is, a person is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

MARKS: tuple[tuple[bytes, str], ...] = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
"""What a file may begin with to say its encoding."""

CANDIDATES = ("utf-8", "gb18030", "big5", "shift-jis", "windows-1252")
_USUAL_ENOUGH, _HARDLY = 90, 20
"""Percent."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """How a sample of a file's bytes reads in one encoding."""

    lines: int
    """Lines that hold more than ASCII."""
    undecodable: int
    """Those of them that are no text in this encoding."""
    usual: int
    """How many percent of the characters beyond ASCII are usual in shops' files."""

    @property
    def fits(self) -> int:
        """Percent: how much of the file is plausible text in this encoding."""
        return self.usual * (self.lines - self.undecodable) // self.lines if self.lines else 100


def marked(head: bytes) -> str | None:
    """The encoding that the first bytes name, if they do."""
    return next((encoding for mark, encoding in MARKS if head.startswith(mark)), None)


def unmarked_utf_16(head: bytes) -> str | None:
    """UTF-16 without a mark shows by its ASCII characters: every other byte of them is zero."""
    pairs = len(head) // 2
    if pairs < 2:
        return None
    even, odd = head[: pairs * 2 : 2].count(0), head[1 : pairs * 2 : 2].count(0)
    if odd * 5 > pairs and even * 100 < pairs:
        return "utf-16-le"
    if even * 5 > pairs and odd * 100 < pairs:
        return "utf-16-be"
    return None


def weigh(lines: Sequence[bytes], encoding: str) -> Weighed:
    """How these lines, all with more than ASCII in them, read in `encoding`."""
    undecodable, usual, strange = 0, 0, 0
    for line in lines:
        try:
            text = line.decode(encoding)
        except UnicodeDecodeError:
            undecodable += 1
            continue
        of_line, seen = _usual_characters(text, encoding)
        usual, strange = usual + of_line, strange + seen
    return Weighed(len(lines), undecodable, usual * 100 // strange if strange else 100)


def _usual_characters(text: str, encoding: str) -> tuple[int, int]:
    """(usual, all) of the characters beyond ASCII."""
    if encoding == "windows-1252":
        # Western texts are ASCII with a letter here and there; Chinese bytes read as Western are letters in a row.
        runs = re.findall(r"[^\x00-\x7f]+", text)
        return sum(1 for run in runs if len(run) == 1 and (run.isalpha() or run in _SIGNS)), sum(map(len, runs))
    common = _common_characters(encoding)
    strange = re.findall(r"[^\x00-\x7f]", text)
    # A Latin letter stands in a word; ö between two commas is more likely 枚 in another encoding.
    letters = len(re.findall(r"(?<=[A-Za-zÀ-ſ])[À-ſ]|[À-ſ](?=[A-Za-zÀ-ſ])", text))
    return letters + sum(1 for character in strange if character in common or _is_sign(character)), len(strange)


_SIGNS = "£¥€©®°±²³µ·×÷½¼«»“”‘’–—…•™№℃㎡㎏㎎㎜㎝￥\u00a0\u3000\ufeff"


def _is_sign(character: str) -> bool:
    code = ord(character)
    return (
        character in _SIGNS
        or 0x3001 <= code <= 0x30FF  # punctuation and kana
        or 0xFF01 <= code <= 0xFF5E  # full-width forms
        or 0x2460 <= code <= 0x2473  # ① to ⑳
        or 0x1F300 <= code <= 0x1FAFF  # emoji, and what holds them together
        or 0x2600 <= code <= 0x27BF
        or code in (0x200D, 0xFE0F)
    )


@cache
def _common_characters(encoding: str) -> frozenset[str]:
    """The characters of the standards' common part: 6,763 simplified, 5,401 traditional, 2,965 of Japanese."""
    simplified = _table("gb2312", range(0xB0, 0xF8), range(0xA1, 0xFF))
    traditional = _table("big5", range(0xA4, 0xC7), [*range(0x40, 0x7F), *range(0xA1, 0xFF)])
    return {
        "gb18030": simplified,
        "big5": traditional,
        "shift-jis": _table("shift-jis", range(0x88, 0x99), [*range(0x40, 0x7F), *range(0x80, 0xFD)]),
    }.get(encoding, simplified | traditional)


def _table(encoding: str, leads: Iterable[int], trails: Iterable[int]) -> frozenset[str]:
    text = b"".join(bytes((lead, trail)) for lead in leads for trail in trails).decode(encoding, "ignore")
    return frozenset(text)


def settle(weighed: Mapping[str, Weighed]) -> tuple[str | None, list[str]]:
    """(the encoding, or None where it must be asked; all that could be it, likeliest first)."""
    ranked = sorted(weighed, key=lambda name: -weighed[name].fits)
    best, *others = ranked
    fits = weighed[best].fits
    if weighed["utf-8"].fits >= _USUAL_ENOUGH:
        return "utf-8", ranked
    if fits >= _USUAL_ENOUGH and all(weighed[other].fits < _USUAL_ENOUGH * fits // 100 for other in others):
        return best, ranked
    return None, [name for name in ranked if weighed[name].fits > _HARDLY] or ranked
