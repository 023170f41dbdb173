"""When the work on a price must end. The clock is handed in: the rules have none of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

MICROSECOND = 1_000
ANSWER_NS, ANSWER_OF_OFFER_NS = 1_000 * MICROSECOND, 20 * MICROSECOND
"""What putting the answer together is allowed: for itself and for each offer that touches the basket."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """Called, it says whether time is out."""

    now: Callable[[], int]
    """Nanoseconds of a clock that only runs forward."""
    starts: int
    ends: int

    def __call__(self) -> bool:
        return self.now() > self.ends

    def of_preparing(self) -> Deadline:
        """Looking at the offers one by one takes a third of the time at most."""
        return Deadline(self.now, self.starts, self.starts + (self.ends - self.starts) // 3)

    def of_search(self, touching: int) -> Deadline:
        """The search leaves time for the answer, yet no more than a third of all."""
        kept = min((self.ends - self.starts) // 3, ANSWER_NS + ANSWER_OF_OFFER_NS * touching)
        return Deadline(self.now, self.starts, self.ends - kept)

    def of_equals(self) -> Deadline:
        """Which of several equal combinations is the first is looked for in the first half of the time."""
        return Deadline(self.now, self.starts, self.starts + (self.ends - self.starts) // 2)


ENDLESS = Deadline(lambda: 0, 0, 1)
"""Without a clock the search ends when it is done."""
