"""A till as the parts of its work see it: what they ask of it and leave to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from huitou.kernel.errors import HuitouError
from huitou.members.without_database import CodeRead
from huitou.offers.terms import Answer, PriceRequest
from huitou.offers.terms.coupons import CouponAtTill
from huitou.offline.rules.memory import Memory, Name
from huitou.offline.service.shop import Shop
from huitou.offline.terms import Kept


class Till(Protocol):
    """What of the till they ask."""

    store: str
    memory: Memory

    def keep(
        self, kind: str, body: Mapping[str, Any], told: Mapping[str, Any], notes: Mapping[str, Any], now: datetime
    ) -> None:
        """Write a line of the journal, and remember it."""

    def account(
        self, shop: Shop, member: int | None, now: datetime, *, minus: int = 0, besides: str | None = None
    ) -> dict[str, Any]:
        """Whose, and what is theirs at most."""

    def balance(self, shop: Shop, member: int) -> int:
        """Points at most, less those that were spent here."""

    def judged(
        self, shop: Shop, codes: Sequence[str], member: int | None, hold: str | None, now: datetime
    ) -> tuple[list[CouponAtTill], dict[str, HuitouError]]:
        """Coupons that may be used, and why the others may not."""

    def require_unspent(self, proof: CodeRead | None) -> None:
        """Raises SpendingNeedsCode and CodeSpent."""

    def kept_sale(self, name: Name) -> Kept:
        """A sale of this till, as it was said."""

    def reckon(self, shop: Shop, request: PriceRequest, member: int | None, at: datetime) -> Answer:
        """The price again."""
