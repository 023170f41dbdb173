"""A quote that proves itself: what it reckoned goes with it, signed, so that its sale need not be priced again.

It needs no database, and nothing is kept of a quote: whichever process hears of the sale can read it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from huitou.offers.rules.settled_words import given_of, rows_of, took_of, used_of, written
from huitou.offers.terms.settling import Given, OfferUsed, Took

MOST_CHARACTERS = 8_000
"""A longer proof is not sent: the sale is priced again."""
_SIGNED_BYTES = 16


@dataclass(frozen=True, slots=True)
class Over:
    """What a quote is of. A sale of anything else was not quoted by it."""

    programme: int
    at: datetime
    """To the second, as quotes are told."""
    store_id: int
    channel: str
    member: int | None
    lines: Mapping[int, tuple[str, int, int]]
    """By the till's line the code that was scanned, thousandths, and fen before every discount."""
    coupons: frozenset[str]
    """Those that it used, as they stand in the books."""


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What a quote reckoned."""

    total_fen: int
    took: tuple[Took, ...]
    used: tuple[OfferUsed, ...]
    given: tuple[Given, ...]


def proof_of(over: Over, reckoned: Reckoned, key: str) -> str | None:
    """What the till sends back with the sale; None where it would be too long. `key`: the site's secret."""
    rows = rows_of(reckoned.took, reckoned.used, reckoned.given)
    body = zlib.compress(written([reckoned.total_fen, *rows]).encode())
    proof = urlsafe_b64encode(_signature(over, body, key) + body).decode().rstrip("=")
    return proof if len(proof) <= MOST_CHARACTERS else None


def proved(proof: str, over: Over, key: str) -> Reckoned | None:
    """What was reckoned, where this site has signed it for just this; else None."""
    try:
        read = urlsafe_b64decode(proof + "=" * (-len(proof) % 4))
    except ValueError:
        return None
    signature, body = read[:_SIGNED_BYTES], read[_SIGNED_BYTES:]
    if not hmac.compare_digest(signature, _signature(over, body, key)):
        return None
    total_fen, took, used, given = json.loads(zlib.decompress(body))
    return Reckoned(total_fen, took_of(took), used_of(used), given_of(given))


def _signature(over: Over, body: bytes, key: str) -> bytes:
    lines = [[line, *over.lines[line]] for line in sorted(over.lines)]
    words = [over.programme, int(over.at.timestamp()), over.store_id, over.channel, over.member, lines,
             sorted(over.coupons), body.hex()]  # fmt: skip
    purposed = hashlib.sha256(b"huitou.quote" + key.encode()).digest()  # the secret signs other things, too
    return hmac.digest(purposed, written(words).encode(), hashlib.sha256)[:_SIGNED_BYTES]
