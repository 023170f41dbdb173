"""A segment's file, as commands read it."""

from __future__ import annotations

import sys
from pathlib import Path

from huitou.kernel.errors import N_, HuitouError


class FileUnreadable(HuitouError):
    """A segment's file cannot be read as text."""

    code = "segment_file_unreadable"
    message = N_("{name} cannot be read: {why}.")
    next_step = N_("Give a file of UTF-8 text as docs/segments.md describes, or `-` for standard input.")


def text_of(file: str) -> str:
    """Its text; `-` is standard input. Raises FileUnreadable."""
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig") if file == "-" else Path(file).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "UTF-8"
        raise FileUnreadable(name=file, why=why) from error
