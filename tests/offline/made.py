"""Bundles that are made up, and the installation that signs them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from huitou.catalogue.terms import StoreSeen
from huitou.offline import service as offline
from huitou.offline.terms import GOOD_FOR, Header, Rows
from huitou.privacy.without_database import public_key_of, sign

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SECRET = bytes(range(32))
TRUSTED = public_key_of(SECRET)
SIGNER = offline.Signer(TRUSTED, lambda message, purpose: sign(SECRET, message, purpose=purpose))
S1 = StoreSeen(1, "S1", "Corner shop", "")


def rows_of(members: int = 3, price: int = 640) -> dict[str, list[Any]]:
    """A shop of two kinds of goods and some members."""
    return {
        "goods": [("milk", "牛奶", "乳品", "", "", 0, price, 1), ("apples", "苹果", "生鲜/水果", "", "", 1, 998, 1)],
        "codes": [("6901234567892", "milk", 1), ("16901234567899", "milk", 12)],
        "members": [(number, "gold" if number % 2 else "", 0, 100 * number, 0) for number in range(1, members + 1)],
        "cards": [(f"{number:016x}", number) for number in range(1, members + 1)],
    }


def header_of(made_at: datetime = NOW, store: StoreSeen = S1, **changed: Any) -> Header:
    said = {"source": "pos", "currency": "CNY", "zone": "Asia/Shanghai", "scale_codes": "", "programme": 7, **changed}
    return Header(store=store, made_at=made_at, ends_at=made_at + GOOD_FOR, version="", **said)


def bundle_of(
    folder: Path, rows: Rows, have: str = "", *, till_key: bytes | None = None, signer: Any = SIGNER, **header: Any
) -> bytes:
    return offline.make_bundle(header_of(**header), rows, offline.Wanted(have, till_key), signer, folder)
