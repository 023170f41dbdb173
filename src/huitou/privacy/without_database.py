"""Signatures, for whoever has no database: Ed25519 (RFC 8032), each under the purpose that it was made for."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEY_BYTES = 32
SIGNATURE_BYTES = 64


def public_key_of(secret: bytes) -> bytes:
    """The 32 bytes by which anybody sees what this secret of 32 bytes has signed."""
    return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def sign(secret: bytes, message: bytes, *, purpose: str) -> bytes:
    """64 bytes. What is signed for one purpose proves nothing for another."""
    return Ed25519PrivateKey.from_private_bytes(secret).sign(_purposed(message, purpose))


def is_signed(public_key: bytes, message: bytes, signature: bytes, *, purpose: str) -> bool:
    """Whether the secret behind this key has signed exactly these bytes for this purpose."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, _purposed(message, purpose))
    except (InvalidSignature, ValueError):
        return False
    return True


def _purposed(message: bytes, purpose: str) -> bytes:
    return b"huitou/" + purpose.encode() + b"\n" + message
