"""How much disk a sample chain needs, told before it begins."""

from __future__ import annotations

import shutil
from pathlib import Path

from huitou.usecases.sample_chain.errors import NotEnoughRoom
from huitou.usecases.sample_chain.terms import SampleChain

# Measured at 20,000 and 50,000 members over 24 months: 32 kB of books and 2.6 kB of lake a member
# (docs/sample-chain.md). The write-ahead log grows with what is written, up to its own limit.
_FIXED_MB = 400
_LAKE_BYTES_PER_MEMBER_MONTH = 130
_BOOK_BYTES_PER_MEMBER_MONTH = 2_450
_BOOK_MONTHS = 13
_LOG_BYTES_PER_MEMBER, _LARGEST_LOG_MB = 65_000, 2_200


def megabytes_needed(chain: SampleChain) -> int:
    """Room for books, lake and write-ahead log, in MB of a million bytes."""
    per_member = (
        chain.months * _LAKE_BYTES_PER_MEMBER_MONTH + min(chain.months, _BOOK_MONTHS) * _BOOK_BYTES_PER_MEMBER_MONTH
    )
    log = min(_LARGEST_LOG_MB, chain.members * _LOG_BYTES_PER_MEMBER // 1_000_000)
    return _FIXED_MB + log + chain.members * per_member // 1_000_000


def refuse_without_room(folder: Path, chain: SampleChain) -> None:
    """Raises NotEnoughRoom."""
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free // 1_000_000
    needed = megabytes_needed(chain)
    if free < needed:
        raise NotEnoughRoom(needed=needed, free=free, folder=folder)
