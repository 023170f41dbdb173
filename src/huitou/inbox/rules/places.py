"""Where a drop may be."""

from __future__ import annotations

import re

_SFTP = re.compile(r"sftp://(?P<user>[^@/:\s]+)@(?P<host>[^@/:\s]+)(:(?P<port>\d{1,5}))?(?P<path>/[^\0]*)")


def scheme_of(place: str) -> str:
    """`sftp` or `file`."""
    return "sftp" if place.startswith("sftp://") else "file"


def is_fit(place: str) -> bool:
    """An absolute folder of this machine, or sftp://user@host:port/path."""
    return bool(sftp_parts(place)) if scheme_of(place) == "sftp" else place.startswith("/")


def sftp_parts(place: str) -> tuple[str, str, int, str] | None:
    """(user, host, port, path) of an SFTP place; None where it is none."""
    found = _SFTP.fullmatch(place)
    if found is None:
        return None
    return found["user"], found["host"], int(found["port"] or 22), found["path"]
