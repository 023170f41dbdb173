"""Where an installation keeps its data and its secrets: one folder, `.huitou/` unless HUITOU_HOME says another."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from pathlib import Path


def home() -> Path:
    return Path(os.environ.get("HUITOU_HOME") or ".huitou").expanduser().absolute()


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it, that others cannot look into.

    Root's folders may be passed through: the database's files in them belong to another system user.
    """
    if not folder.exists():
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o711 if os.geteuid() == 0 else 0o700)


def secret(name: str, *, length_bytes: int = 32) -> str:
    """A random secret of this installation, made on first use; hexadecimal."""
    return _kept("secrets.json", name, lambda: secrets.token_hex(length_bytes))


def key(name: str) -> str:
    """A 256-bit key that seals personal values; hexadecimal. Its file is backed up apart from the data."""
    return _kept("keys.json", name, lambda: secrets.token_hex(32))


def _kept(file_name: str, key: str, make) -> str:
    path = home() / file_name
    known = json.loads(path.read_text()) if path.exists() else {}
    if key in known:
        return known[key]
    make_folder(path.parent)
    with (path.parent / "secrets.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two first commands at once must not keep two different secrets
        known = json.loads(path.read_text()) if path.exists() else {}
        if key not in known:
            known[key] = make()
            write_private(path, json.dumps(known, indent=1))
        return known[key]


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner reads; it is whole or it is the old one, also after a power cut."""
    make_folder(path.parent)
    part = path.with_name(path.name + f".{os.getpid()}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
