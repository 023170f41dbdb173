"""Chance that is the same every time: a stream of draws by its name."""

from __future__ import annotations

from random import Random


def draws_for(*name: object) -> Random:
    """The stream of that name: `draws_for("visits", seed, 17)`. Streams of other names do not disturb it."""
    return Random(" ".join(str(part) for part in name))  # noqa: S311 - lifelike, not secret
