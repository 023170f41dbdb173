"""The door of privacy: values that only the key opens, and the blind index that finds them.

Sealing is AES-256-GCM-SIV (RFC 8452) under a key ring: the first byte of a sealed value names its key. The blind index
is HMAC-SHA-256 under a key of its own: without the key eleven digits cannot be tried out.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterable
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from django.conf import settings

from huitou.privacy import without_database as signatures
from huitou.privacy.errors import KeyMissing, NotAPhone
from huitou.privacy.rules import national_ids, phones

_NONCE_BYTES = 12


def seal(text: str, *, purpose: str) -> bytes:
    """Encrypt `text`; it opens with the same purpose only."""
    number = settings.SEALING_KEY_NUMBER
    nonce = os.urandom(_NONCE_BYTES)
    sealed = _cipher(number).encrypt(nonce, text.encode(), purpose.encode())
    return bytes([number]) + nonce + sealed


def unseal(sealed: bytes, *, purpose: str) -> str:
    """Decrypt what `seal` made."""
    number, nonce, rest = sealed[0], sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    return _cipher(number).decrypt(nonce, rest, purpose.encode()).decode()


def _cipher(number: int) -> AESGCMSIV:
    key = settings.SEALING_KEYS.get(number)
    if key is None:
        raise KeyMissing(number=number)
    return AESGCMSIV(bytes.fromhex(key))


def blind_index(phone: str) -> bytes | None:
    """What finds a phone without showing it: the same for every spelling; None where the text is no phone."""
    canonical = phones.read_phone(phone)
    if canonical is None:
        return None
    return hmac.digest(bytes.fromhex(settings.BLIND_INDEX_KEY), canonical.encode(), hashlib.sha256)


def spelled_phone(text: str) -> str | None:
    """The one spelling of a phone number, in clear; None where the text is no phone."""
    return phones.read_phone(text)


def fault_of_phone(text: str) -> str | None:
    """Why nobody can be called at what stands there as somebody's phone, a code; None where one can."""
    return phones.fault_of(text)


def is_mobile(text: str) -> bool:
    """Whether it is a Chinese mobile number, in any spelling, whatever it is called."""
    return phones.is_mobile(text)


def may_hold_phone(text: str) -> bool:
    """Whether a phone number may stand in `text`: then it stands in no address, log or history."""
    return phones.may_hold_phone(text)


def holds_national_id(text: str) -> bool:
    """Whether a citizen's number stands in `text`: it is kept nowhere (minimisation)."""
    return national_ids.holds_national_id(text)


def keyed_digest(words: str, *, purpose: str) -> str:
    """64 hexadecimal digits, the same for the same words. Keyed, so that a phone among them cannot be tried out."""
    return hmac.digest(bytes.fromhex(settings.BLIND_INDEX_KEY), f"{purpose}\n{words}".encode(), hashlib.sha256).hex()


def sign(message: bytes, *, purpose: str) -> bytes:
    """The installation's signature, of 64 bytes."""
    return signatures.sign(bytes.fromhex(settings.SIGNING_KEY), message, purpose=purpose)


def signing_key() -> bytes:
    """The public key of 32 bytes by which anybody sees what this installation has signed."""
    return _public_key_of(settings.SIGNING_KEY)


@lru_cache(maxsize=4)
def _public_key_of(secret: str) -> bytes:
    return signatures.public_key_of(bytes.fromhex(secret))


def email_index(text: str) -> bytes:
    """The keyed index by which an e-mail is found, the same in whatever case it is written."""
    return bytes.fromhex(keyed_digest(text.strip().casefold(), purpose="email"))


def keyed_numbers(words: Iterable[str], *, purpose: str) -> list[int]:
    """A number of 63 bits for each word, the same for the same word and tellable without the key by nobody: what is
    compared by the million without lying anywhere in clear."""
    key = bytes.fromhex(settings.BLIND_INDEX_KEY)[:32]
    person = purpose.encode()[:16]
    return [
        int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8, key=key, person=person).digest()) >> 1
        for word in words
    ]


def seal_phone(text: str) -> tuple[bytes, bytes, str]:
    """(sealed, blind index, last four digits) of a phone. Raises NotAPhone."""
    phone = phones.read_phone(text)
    index = blind_index(text)
    if phone is None or index is None:
        raise NotAPhone()
    return seal(phone, purpose="phone"), index, phone[-4:]


def open_phone(sealed: bytes) -> str:
    """The phone in clear. Whoever shows it writes one audit row (M5)."""
    return unseal(bytes(sealed), purpose="phone")


def masked_phone(sealed: bytes) -> str:
    return phones.masked(open_phone(sealed))


def masked_text(text: str) -> str:
    """A text that should be a phone, masked: `138****1234` in any spelling, `****` where it is none."""
    phone = phones.read_phone(text)
    return phones.masked(phone) if phone else "****"
