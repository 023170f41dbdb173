"""What segments refuse."""

from __future__ import annotations

from huitou.kernel.errors import N_, HuitouError


class SegmentUnreadable(HuitouError):
    """A segment does not hold what its language asks for."""

    code = "segment_unreadable"
    message = N_("The segment cannot be read.")
    next_step = N_("Correct it there. The schema docs/schemas/segment.json says what may stand where.")
    status = 422

    def __init__(self, where: str, says: str, **facts: object) -> None:
        """`says` is the English template of what is wrong at this place."""
        super().__init__(where=where, **facts)
        self.message = says  # type: ignore[misc]


class SegmentTooLarge(HuitouError):
    """A segment is deeper or longer than anybody can read."""

    code = "segment_too_large"
    message = N_("The segment is too large.")
    next_step = N_("Split it: a segment may name another one.")
    status = 422

    def __init__(self, says: str, *, most: int) -> None:
        """`says` is the English template of what there is too much of."""
        super().__init__(most=most)
        self.message = says  # type: ignore[misc]


class SegmentImpossible(HuitouError):
    """A segment can be read, and something in it cannot be."""

    code = "segment_impossible"
    message = N_("Something in the segment cannot be.")
    next_step = N_("Correct that place.")
    status = 422

    def __init__(self, where: str, says: str, **facts: object) -> None:
        """`says` is the English template of what cannot be at this place."""
        super().__init__(where=where, **facts)
        self.message = says  # type: ignore[misc]


class SegmentsCircular(HuitouError):
    """Segments name each other in a circle."""

    code = "segments_circular"
    message = N_("The segment would contain itself: {path}.")
    next_step = N_("Take one of these references out.")
    status = 422
