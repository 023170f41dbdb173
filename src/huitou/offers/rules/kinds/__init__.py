"""One file per kind of offer. A new kind is a new file here; nothing else needs to know it."""

from __future__ import annotations

import importlib
import pkgutil

from huitou.offers.terms import Get


def _found() -> dict[str, type[Get]]:
    kinds: dict[str, type[Get]] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        for value in vars(importlib.import_module(f"{__name__}.{module.name}")).values():
            if isinstance(value, type) and issubclass(value, Get) and value.__dict__.get("kind"):
                kinds[value.kind] = value
    return kinds


KINDS: dict[str, type[Get]] = _found()
"""By the word that stands in `get.kind`."""
