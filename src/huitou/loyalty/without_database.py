"""What a sale earns, and what points pay, for a till that has no server now."""

from __future__ import annotations

from huitou.loyalty.rules.one_point_per_yuan import points_earned
from huitou.loyalty.rules.points_as_money import check_paid, earning_fen, told_payment

__all__ = ["check_paid", "earning_fen", "points_earned", "told_payment"]
