"""A small table that a form brings: pasted from a spreadsheet, or as a file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest

from huitou.kernel.errors import N_, HuitouError
from huitou.lake import service as lake

_LARGEST = 2_000_000
"""Bytes: some years of days of some hundred stores."""


class TableTooLarge(HuitouError):
    code = "table_too_large"
    message = N_("The table is larger than {most} MB.")
    next_step = N_("Bring fewer rows, or compare on the server by the command line.")
    status = 413


@contextmanager
def opened_of(
    request: HttpRequest, file: str, text: str = "", *, most_bytes: int = _LARGEST
) -> Iterator[lake.OpenedFile | None]:
    """The table of the form's field `file`, or else of its field `text`, opened; None where both are empty.

    Raises TableTooLarge, and what an unreadable file raises.
    """
    brought = request.FILES.get(file)
    content = brought.read(most_bytes + 1) if brought else request.POST.get(text, "").encode()
    if not content.strip():
        yield None
        return
    if len(content) > most_bytes:
        raise TableTooLarge(most=most_bytes // 1_000_000)
    ending = Path(brought.name or "").suffix.lower() if brought else ".tsv"
    with tempfile.TemporaryDirectory(dir=settings.LAKE_PATH.parent) as folder:
        path = Path(folder) / f"table{ending if ending.removeprefix('.').isalnum() else ''}"
        path.write_bytes(content)
        with lake.open_file(path) as opened:
            yield opened
