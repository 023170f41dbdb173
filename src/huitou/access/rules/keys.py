"""What an API key looks like, and how it is kept: never in clear."""

from __future__ import annotations

import hashlib
import re

KEY_BYTES = 32
"""256 bits: nobody guesses it, so one round of a plain hash keeps it."""
PREFIX_LENGTH = 9
"""How much of a key lists show, so that people can tell keys apart."""

_NAME = re.compile(r"[\w.-]{1,60}")


def is_fit_name(name: str) -> bool:
    """A name is the source of receipts for ever: short, and without spaces or signs that files and shells mistake."""
    return _NAME.fullmatch(name) is not None


def hash_of(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()


def prefix_of(key: str) -> str:
    return key[:PREFIX_LENGTH]
