"""What a file that comes from outside may be called here."""

from __future__ import annotations

LONGEST_BYTES = 200
_NO = frozenset('/\\:*?"<>|')


def fit_name(given: str) -> str | None:
    """The file's own name, without folders; None where it is none.

    Some browsers send the whole path of the person's machine, so only what stands behind the last slash counts.
    """
    name = given.replace("\\", "/").rpartition("/")[2].strip()
    if not name or name.startswith(".") or len(name.encode("utf-8", "replace")) > LONGEST_BYTES:
        return None
    if any(sign in _NO or not sign.isprintable() for sign in name):
        return None
    return name
