"""The one allocation routine: a whole spread over parts by largest remainder; the parts sum to the whole."""

from __future__ import annotations

from collections.abc import Sequence


def largest_remainder(whole: int, weights: Sequence[int]) -> list[int]:
    """Spread `whole` (>= 0) over `weights` (each >= 0); ties go to the earlier part.

    Hamilton's method: each part first gets the floor of its exact share, then the parts with the largest
    remainders get one more until nothing is left. Weights that are all zero share nothing and `whole` must be 0.
    """
    assert whole >= 0
    assert all(weight >= 0 for weight in weights)
    total = sum(weights)
    if total == 0:
        assert whole == 0, "there is nothing to spread it over"
        return [0] * len(weights)
    parts = [whole * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(whole * weights[i] % total), i))
    for i in by_remainder[: whole - sum(parts)]:
        parts[i] += 1
    return parts
