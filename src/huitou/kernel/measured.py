"""How good what is known is: of so many things so many are as they should be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measured:
    """`good` of the `of` things of a source. `about`: members, products, stores, or rows of files (`rows: receipts`).

    The source is empty for what only tills have told.
    """

    about: str
    source: str
    measure: str
    of: int
    good: int
