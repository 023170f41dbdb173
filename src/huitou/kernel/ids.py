"""Ids that cannot be mixed up."""

from __future__ import annotations

from typing import NewType

MemberId = NewType("MemberId", int)
StoreId = NewType("StoreId", int)
ProductId = NewType("ProductId", int)
ReceiptId = NewType("ReceiptId", int)
ImportId = NewType("ImportId", int)
Points = NewType("Points", int)


def member_code(member: int) -> str:
    """The number that people read out: `M00000042`."""
    return f"M{member:08d}"
