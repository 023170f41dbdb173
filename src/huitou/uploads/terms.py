"""The nouns of uploads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

CHUNK_BYTES = 2 << 20
"""The largest piece that is sent at once. Below what the web server takes into memory for a request (2.5 MB)."""
KEPT_HOURS = 72
"""A file that nobody has touched for so long is taken away: it holds people's numbers."""
AT_ONCE = 20
"""So many files of one person may be here at the same time."""


@dataclass(frozen=True, slots=True)
class UploadSeen:
    """A file on its way in. `mark` tells one choice of a file from another: its name, size and time of change."""

    id: int
    owner_id: int
    file_name: str
    mark: str
    size_bytes: int
    received_bytes: int
    crc32: int
    begun_at: datetime
    answers: Mapping[str, Any] = field(default_factory=dict)
    """What its owner has said about it so far; the room keeps it and does not read it."""

    @property
    def whole(self) -> bool:
        return self.received_bytes == self.size_bytes
