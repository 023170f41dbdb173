"""How a path is spelled for an engine that reads patterns in it."""

from __future__ import annotations

import re


def unglobbed(path: str) -> str:
    """The path as a pattern that means itself alone: `till[1].csv` is one file and never `till1.csv`."""
    return re.sub(r"([*?\[])", r"[\1]", path)
