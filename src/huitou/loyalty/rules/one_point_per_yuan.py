"""One point for each whole yuan of net spend."""

from __future__ import annotations

from huitou.kernel.ids import Points

NAME = "one_point_per_yuan"
VERSION = 1
FEN_PER_POINT = 100


def points_earned(net_fen: int) -> Points:
    """Points for a sale's net spend in fen; fen below a whole yuan and sales below zero earn nothing."""
    return Points(max(0, net_fen) // FEN_PER_POINT)
