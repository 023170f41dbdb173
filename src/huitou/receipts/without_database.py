"""Which days can be, and what goes back for goods that come back, for a till that has no server now."""

from __future__ import annotations

from huitou.receipts.rules.days import check_day
from huitou.receipts.rules.refunding import check_ways, due_in_points, refund_of, refunds_of, spread_refund

__all__ = ["check_day", "check_ways", "due_in_points", "refund_of", "refunds_of", "spread_refund"]
