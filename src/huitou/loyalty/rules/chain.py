"""How the books are sealed (L16): blocks of transactions, each block bound to the one before it in its store.

A block's seal is HMAC-SHA256 (RFC 2104) over the seal before it, its place and the leaves of its entries. The key is
the installation's own, kept apart from the database: whoever can write to the tables alone cannot make a seal.
"""

from __future__ import annotations

import hashlib
import hmac

LEAF_BYTES = 32
"""The length of one entry's leaf: a SHA-256 over the entry and its transaction."""
FIRST = bytes(32)
"""What stands before the first block of a store."""


def seal(key: bytes, *, previous: bytes, chain: str, number: int, content: bytes) -> bytes:
    """The seal of block `number` of a chain; `content` is the SHA-256 of its entries' leaves, in order."""
    place = f"{chain}/{number}/".encode()
    return hmac.new(key, previous + place + content, hashlib.sha256).digest()


def content_of(leaves: bytes) -> bytes:
    return hashlib.sha256(leaves).digest()


def first_difference(kept: bytes, found: bytes) -> int:
    """The place, from 0, of the first entry whose leaf is not what was sealed."""
    for place in range(0, max(len(kept), len(found)), LEAF_BYTES):
        if kept[place : place + LEAF_BYTES] != found[place : place + LEAF_BYTES]:
            return place // LEAF_BYTES
    raise AssertionError("the leaves are the same")
