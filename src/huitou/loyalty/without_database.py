"""What a sale earns, for a till that has no server now."""

from __future__ import annotations

from huitou.loyalty.rules.one_point_per_yuan import points_earned

__all__ = ["points_earned"]
