"""How much disk a sample chain needs, told before it begins."""

from __future__ import annotations

import shutil
from pathlib import Path

from huitou.usecases.sample_chain.errors import NotEnoughRoom
from huitou.usecases.sample_chain.terms import BOOK_MONTHS, SampleChain

# Measured at 100,000 members over 24 months (docs/sample-chain.md): 20.4 kB of books but for the points, 11.1 kB of
# points and 3.7 kB of lake a member. The write-ahead log grows with what is written, up to its own limit.
_FIXED_MB = 400
_LAKE_BYTES_PER_MEMBER_MONTH = 160
_BOOK_BYTES_PER_MEMBER_MONTH, _POINT_BYTES_PER_MEMBER_MONTH = 1_620, 880
_LOG_BYTES_PER_MEMBER, _LARGEST_LOG_MB = 65_000, 2_200


def megabytes_needed(chain: SampleChain) -> int:
    """Room for books, lake and write-ahead log, in MB of a million bytes."""
    per_member = (
        chain.months * _LAKE_BYTES_PER_MEMBER_MONTH
        + min(chain.months, BOOK_MONTHS) * _BOOK_BYTES_PER_MEMBER_MONTH
        + min(chain.months, chain.point_months) * _POINT_BYTES_PER_MEMBER_MONTH
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
