"""A bundle on its way: packed small, signed, opened; and tickets and marks, which carry a signature as text.

A bundle is `HTB1`, the public key (32 bytes), the signature (64 bytes) and the packed body. The signature is over the
packed bytes: nothing is unpacked of what nobody has signed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import zlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from huitou.offline.errors import BundleTampered, BundleUnreadable, BundleWrongKey
from huitou.offline.terms import Mark, Ticket
from huitou.privacy.without_database import KEY_BYTES, SIGNATURE_BYTES, is_signed, sign

MAGIC = b"HTB1"
MEDIA_TYPE = "application/vnd.huitou.bundle"
MOST_BYTES = 64_000_000
"""Of an unpacked body: whoever signs is trusted, and a memory is a memory."""
OF_BUNDLE, OF_TICKET, OF_RECEIPT = "offline-bundle", "offline-ticket", "offline-receipt"
Sign = Callable[[bytes, str], bytes]
"""(message, purpose) to a signature."""


def sealed(body: Mapping[str, Any], public_key: bytes, sign_for: Sign) -> bytes:
    packed = zlib.compress(written(body), 6)
    return b"".join((MAGIC, public_key, sign_for(packed, OF_BUNDLE), packed))


def opened(text: bytes, trusted: bytes | None) -> tuple[dict[str, Any], bytes]:
    """The body and the key that signed it. Raises BundleUnreadable, BundleWrongKey, BundleTampered."""
    head = len(MAGIC) + KEY_BYTES + SIGNATURE_BYTES
    if not text.startswith(MAGIC):
        raise BundleUnreadable(reason="it does not begin as one")
    if len(text) <= head:
        raise BundleUnreadable(reason="it is cut off")
    key, signature = text[len(MAGIC) : len(MAGIC) + KEY_BYTES], text[len(MAGIC) + KEY_BYTES : head]
    if trusted is not None and key != trusted:
        raise BundleWrongKey(found=key.hex(), trusted=trusted.hex())
    if not is_signed(key, text[head:], signature, purpose=OF_BUNDLE):
        raise BundleTampered()
    return _unpacked(text[head:]), key


def _unpacked(packed: bytes) -> dict[str, Any]:
    try:
        unpacking = zlib.decompressobj()
        text = unpacking.decompress(packed, MOST_BYTES)
        if not unpacking.eof:
            raise BundleUnreadable(reason="it is cut off")
        found = json.loads(text)
    except (zlib.error, ValueError) as error:
        raise BundleUnreadable(reason=str(error)[:100]) from error
    if not isinstance(found, dict):
        raise BundleUnreadable(reason="it holds no object")
    return found


def written(value: Any) -> bytes:
    """One spelling: what is signed is the same bytes on both sides."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


# ---- tickets and marks


def ticket_of(one: Ticket, sign_for: Sign) -> str:
    body = written(
        {
            "store": one.store,
            "source": one.source,
            "till_key": one.till_key.hex(),
            "version": one.version,
            "programme": one.programme,
            "made_at": one.made_at.isoformat(),
            "ends_at": one.ends_at.isoformat(),
        }
    )
    return f"{_text(body)}.{_text(sign_for(body, OF_TICKET))}"


def read_ticket(text: str, public_key: bytes) -> Ticket | None:
    """None where this installation has not signed it."""
    body, _, signature = text.partition(".")
    try:
        said = _bytes(body)
        if not is_signed(public_key, said, _bytes(signature), purpose=OF_TICKET):
            return None
        found = json.loads(said)
        return Ticket(
            found["store"],
            found["source"],
            bytes.fromhex(found["till_key"]),
            found["version"],
            found["programme"],
            datetime.fromisoformat(found["made_at"]),
            datetime.fromisoformat(found["ends_at"]),
        )
    except (ValueError, KeyError, TypeError):
        return None


def sign_receipt(secret: bytes, body: Mapping[str, Any], mark: Mapping[str, Any]) -> str:
    """The till's signature over what its caller said and what it adds itself."""
    return _text(sign(secret, written([body, mark]), purpose=OF_RECEIPT))


def is_receipt_signed(ticket: Ticket, body: Mapping[str, Any], mark: Mapping[str, Any], signature: str) -> bool:
    try:
        raw = _bytes(signature)
    except ValueError:
        return False
    return is_signed(ticket.till_key, written([body, mark]), raw, purpose=OF_RECEIPT)


def said_of(mark: Mark) -> dict[str, Any]:
    """What of a mark is signed."""
    return {
        "ticket": mark.ticket,
        "sequence": mark.sequence,
        "sold_at": mark.sold_at.isoformat(),
        "shown": mark.shown,
        "shown_at": mark.shown_at.isoformat() if mark.shown_at else None,
        **({"promised": list(mark.promised)} if mark.promised else {}),
    }


def card_digest(cards_key: bytes, kind: str, value: str) -> str:
    """What finds a card or outside id in a bundle: 16 hexadecimal digits, keyed."""
    return hmac.digest(cards_key, f"{kind}/{value}".encode(), hashlib.sha256)[:8].hex()


def cards_key_of(api_key: str, store: str) -> bytes:
    """From the key that fetches the bundle, so that it never lies beside the digests that it makes."""
    return hmac.digest(api_key.encode(), f"huitou/offline-cards/{store}".encode(), hashlib.sha256)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
