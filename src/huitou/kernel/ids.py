"""Ids that cannot be mixed up."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NewType

MemberId = NewType("MemberId", int)
StoreId = NewType("StoreId", int)
ProductId = NewType("ProductId", int)
ReceiptId = NewType("ReceiptId", int)
ImportId = NewType("ImportId", int)
Points = NewType("Points", int)

_MEMBER_CODE = re.compile(r"[Mm]0*([1-9][0-9]{0,17})")


def member_code(member: int) -> str:
    """The number that people read out: `M00000042`."""
    return f"M{member:08d}"


def member_number(code: str) -> int | None:
    """The member whose number was read out, with or without its zeros; None where it is none."""
    found = _MEMBER_CODE.fullmatch(code)
    return int(found.group(1)) if found else None


def as_array(numbers: Iterable[int]) -> str:
    """Many ids, or other whole numbers, as the text of a PostgreSQL array, for `%s::bigint[]`: written at once, where a
    driver looks at each."""
    return f"{{{','.join(map(str, numbers))}}}"
