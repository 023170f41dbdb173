"""How a promise is broken behind the books' back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.builders import run


@dataclass(frozen=True)
class Break:
    """One thing done behind the books' back: what it breaks, how the first broken row is named, and what else falls."""

    says: str
    how: str
    do: Callable[[Path], None]
    names: str
    falls_too: frozenset[str] = frozenset()


def sql(*statements: str) -> Callable[[Path], None]:
    return lambda lake: run(*statements)
