"""The noun of the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened and that somebody must hear of at least once."""

    id: int
    kind: str
    body: Mapping[str, Any]
    attempts: int = 0
