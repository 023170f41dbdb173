"""How much disk a sample chain needs, told before it begins."""

from __future__ import annotations

import shutil
from pathlib import Path

from huitou.usecases.sample_chain.errors import NotEnoughRoom
from huitou.usecases.sample_chain.terms import SampleChain

# Measured at 20,000 and 200,000 members (docs/sample-chain.md), and a fifth more.
_MB_FIXED = 600
_BYTES_PER_MEMBER = 3_000
_LAKE_BYTES_PER_MEMBER_MONTH = 200
_BOOK_BYTES_PER_MEMBER_MONTH = 2_600
_BOOK_MONTHS = 13


def megabytes_needed(chain: SampleChain) -> int:
    """Room for database, lake and write-ahead log, in MB of a million bytes."""
    per_member = (
        _BYTES_PER_MEMBER
        + chain.months * _LAKE_BYTES_PER_MEMBER_MONTH
        + min(chain.months, _BOOK_MONTHS) * _BOOK_BYTES_PER_MEMBER_MONTH
    )
    return _MB_FIXED + chain.members * per_member // 1_000_000


def refuse_without_room(folder: Path, chain: SampleChain) -> None:
    """Raises NotEnoughRoom."""
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free // 1_000_000
    needed = megabytes_needed(chain)
    if free < needed:
        raise NotEnoughRoom(needed=needed, free=free, folder=folder)
