"""How a name is found by whoever types it: itself, its pinyin, its initials, from the family or the given name on."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import islice, product

MOST_READINGS = 6
"""A character has up to five readings (曾 is zeng and ceng); of a name the first few combinations are kept."""

_DOUBLE_SURNAME_LENGTH = 4
_CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003134f]+")
_NOISE = re.compile(r"[\s'’·.\-]+")


def spelled(name: str) -> str:
    """What `members_member.spelled` holds: every spelling behind a blank, and a blank at the end. 何素云 gives
    ` 何素云 素云 hesuyun suyun hsy sy `."""
    plain = unicodedata.normalize("NFKC", name).lower()
    words = [word for word in re.split(r"[\s·]+", plain) if word]
    spellings = dict.fromkeys([_NOISE.sub("", plain), *(_NOISE.sub("", word) for word in words)])
    for word in words:
        if _CHINESE.fullmatch(word):
            spellings |= dict.fromkeys(_chinese(word))
    found = [spelling for spelling in spellings if spelling]
    return f" {' '.join(found)} " if found else ""


def typed(query: str) -> str:
    """A query in the form in which `spelled` keeps names."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", query).lower())


def sound(name: str) -> tuple[str, str]:
    """How the name sounds, and its family name alone, by the first reading of each character: 張偉 and 张玮 are both
    (zhangwei, zhang). Of a name in letters both are the name."""
    plain = _NOISE.sub("", unicodedata.normalize("NFKC", name).lower())
    if not _CHINESE.fullmatch(plain):
        return plain, plain
    readings = [_readings(character)[0] for character in plain]
    return "".join(readings), readings[0]


def _chinese(name: str) -> list[str]:
    """The given name, and for each reading of the name its pinyin and initials, whole and from the given name on.

    Of four characters the first two may be the family name: 欧阳若曦 is found by 若曦 and by 阳若曦.
    """
    beginnings = range(1, 3 if len(name) >= _DOUBLE_SURNAME_LENGTH else 2)
    found = [name[at:] for at in beginnings]
    # From the back, so that the family name's readings come first: its rare ones are the common ones of names.
    for backwards in islice(product(*map(_readings, reversed(name))), MOST_READINGS):
        readings = backwards[::-1]
        initials = "".join(reading[0] for reading in readings)
        found += ["".join(readings), initials]
        for at in beginnings:
            found += ["".join(readings[at:]), initials[at:]]
    return [spelling for spelling in found if len(spelling) > 1]


@lru_cache(maxsize=20_000)
def _readings(character: str) -> tuple[str, ...]:
    from pypinyin import Style, pinyin  # here: its table is large, and most commands need no name's reading

    return tuple(dict.fromkeys(pinyin(character, style=Style.NORMAL, heteronym=True)[0]))
