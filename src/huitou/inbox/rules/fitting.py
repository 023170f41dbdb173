"""Whether a kept mapping fits a file's headers."""

from __future__ import annotations

from collections.abc import Sequence

from huitou.inbox.terms import Fit, SavedMapping


def fit(saved: SavedMapping, headers: Sequence[str]) -> Fit:
    """What is missing of the mapped columns, and what is new beside those that were there.

    A new column alone is no hindrance: tills add columns.
    """
    here, before = set(headers), set(saved.headers)
    missing = {field: column for field, column in saved.columns.items() if column not in here}
    return Fit(missing, [header for header in headers if header not in before])
