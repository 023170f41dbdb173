"""Chance as SQL: the same for the same keys, whatever is drawn before, beside or after it."""

from __future__ import annotations

from collections.abc import Sequence


def uniform(*keys: object) -> str:
    """A draw from 0 (included) to 1 (not)."""
    return f"(({bits(*keys)} >> 11)::DOUBLE / 9007199254740992)"


def bits(*keys: object) -> str:
    """64 fair bits."""
    # DuckDB joins the hashes of several keys by XOR, so that draws of neighbouring keys move together (correlation 0.6
    # between two that differ in the last key); hashing once more takes that away.
    return f"hash(hash({', '.join(str(key) for key in keys)}))"


def normal(*keys: object) -> str:
    """A draw with mean 0 and standard deviation 1 (Box-Muller)."""
    return f"(sqrt(-2 * ln(1 - {uniform(*keys, 1)})) * cos(2 * pi() * {uniform(*keys, 2)}))"


def between(low: object, high: object, *keys: object) -> str:
    """A whole number from `low` to `high`, both included."""
    return f"({low} + floor({uniform(*keys)} * ({high} - ({low}) + 1))::INTEGER)"


def one_of(values: Sequence[str], *keys: object) -> str:
    """One of the values, each as likely."""
    return f"{texts(values)}[{between(1, len(values), *keys)}]"


def pick(weights: Sequence[float], draw: str) -> str:
    """The place, from 0, that a uniform draw falls on among these weights."""
    total = sum(weights)
    arms, reached = [], 0.0
    for place, weight in enumerate(weights[:-1]):
        reached += weight / total
        arms.append(f"WHEN {draw} < {reached:.9f} THEN {place}")
    return f"(CASE {' '.join(arms)} ELSE {len(weights) - 1} END)" if arms else "0"


def texts(values: Sequence[str]) -> str:
    """A list of texts as DuckDB writes it."""
    return "[" + ", ".join("'" + value.replace("'", "''") + "'" for value in values) + "]"
