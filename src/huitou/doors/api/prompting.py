"""What a cashier may say, as tills are told of it."""

from __future__ import annotations

from collections.abc import Mapping


def as_told(prompt: str, said: Mapping[str, str], language: str) -> dict[str, object]:
    """`prompt`: what its outcome is recorded under; `said`: by language."""
    return {"prompt": prompt, "say": said[language], "translations": dict(said)}
