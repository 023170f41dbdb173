"""What a question of the search asks for: its words, without those that only make it a question."""

from __future__ import annotations

import re
from collections.abc import Iterable

_ASKING = re.compile(
    r"(?:怎么|怎样|如何|怎麽)(?:才能|样|去|看|做到)?|请问|为什么|为啥|什么|哪里|在哪儿?|能不能|可不可以|[吗呢么]|"
    r"\b(?:how|do|does|did|i|we|you|my|our|the|an?|to|is|are|can|what|where|why|please)\b|[?？!！。，,、;；:：]",
    re.IGNORECASE,
)
_RUN = re.compile(r"[\u3400-\u9fff]+|[^\s\u3400-\u9fff]+")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
ENOUGH = 1 / 3
"""Chinese is written without blanks: of what is typed in one run, so many pairs of characters are to be there."""


def words_of(query: str) -> list[str]:
    """In small letters; of a question that is nothing else, the question itself."""
    return _ASKING.sub(" ", query.casefold()).split() or query.casefold().split()


def holds(words: Iterable[str], texts: Iterable[str]) -> bool:
    """Whether every word stands in one of the texts, in any order."""
    there = [text.casefold() for text in texts]
    return all(any(word in text for text in there) for word in words)


def likeness(words: Iterable[str], texts: Iterable[str]) -> float:
    """How well the texts answer these words, from 0, not at all, to 1, each of them stands there."""
    there = "\n".join(texts).casefold()
    shares = [_share(run, there) for word in words for run in _RUN.findall(word)]
    return sum(shares) / len(shares) if shares and min(shares) >= ENOUGH else 0


def _share(run: str, there: str) -> float:
    """Letters and digits are there or not; of Chinese, the share of its pairs that are."""
    if run in there:
        return 1
    pairs = [run[at : at + 2] for at in range(len(run) - 1)] if _CHINESE.match(run) else []
    return sum(pair in there for pair in pairs) / len(pairs) if pairs else 0
