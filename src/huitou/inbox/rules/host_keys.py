"""Public keys of hosts, as OpenSSH writes them."""

from __future__ import annotations

import base64
import binascii
import hashlib


def read_key(given: str) -> str | None:
    """Kind and body of a public key, with or without the host that `ssh-keyscan` writes before it; None: it is none.

    >>> read_key("10.0.0.5 ssh-ed25519 AAAA")
    'ssh-ed25519 AAAA'
    """
    words = given.split()
    at = next((place for place, word in enumerate(words) if word.startswith(("ssh-", "ecdsa-", "sk-"))), None)
    if at is None or len(words) < at + 2:
        return None
    try:
        base64.b64decode(words[at + 1], validate=True)
    except (binascii.Error, ValueError):
        return None
    return f"{words[at]} {words[at + 1]}"


def fingerprint(key: str) -> str:
    """What a person compares: SHA256 in base64, as `ssh-keygen -l` shows it. `key` as `read_key` gives it."""
    digest = hashlib.sha256(base64.b64decode(key.split()[1])).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")
