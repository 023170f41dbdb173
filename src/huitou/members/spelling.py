"""How a name is found by whoever types it: itself, its pinyin, its initials, from the family or the given name on."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import islice, product

MOST_READINGS = 6
"""A character has up to five readings (曾 is zeng and ceng); of a name the first few combinations are kept."""

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


def _chinese(name: str) -> list[str]:
    """The given name, and for each reading of the name its pinyin and initials, whole and without the family name."""
    found = [name[1:]] if len(name) > 1 else []
    for readings in islice(product(*map(_readings, name)), MOST_READINGS):
        initials = "".join(reading[0] for reading in readings)
        found += ["".join(readings), "".join(readings[1:]), initials, initials[1:]]
    return [spelling for spelling in found if len(spelling) > 1]


@lru_cache(maxsize=20_000)
def _readings(character: str) -> tuple[str, ...]:
    from pypinyin import Style, pinyin  # here: its table is large, and most commands need no name's reading

    return tuple(dict.fromkeys(pinyin(character, style=Style.NORMAL, heteronym=True)[0]))
