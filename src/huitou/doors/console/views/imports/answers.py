"""What a person has said about a file so far, as it is kept with the upload: a reload finds all of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from huitou.lake.terms import Reading
from huitou.uploads import service as uploads
from huitou.uploads.terms import UploadSeen
from huitou.usecases.refused_cells import NUL_SHOWN

_HALF = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Answers:
    """`look` is what was found in the file (`usecases.look_into_file`), empty until somebody has looked."""

    reading: Mapping[str, Any] = field(default_factory=dict)
    look: Mapping[str, Any] = field(default_factory=dict)
    kind: str = ""
    source: str = ""
    member_kind: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Column by field, as the person has settled it; a field with an empty text is no column of the file."""
    more: Mapping[str, Any] = field(default_factory=dict)
    """Of an old programme's file what else was said: its first day here, expiry, whether members are made."""
    totals: list[list[Any]] | None = None
    """The old system's daily report, as `sums_per_day` keeps it."""
    remembered: bool = False
    """The columns are those of an earlier file of this source ..."""
    new_columns: list[str] = field(default_factory=list)
    """... which did not have these yet."""
    trial: int | None = None
    """The job that tries, and the one that takes in."""
    taking: int | None = None

    @property
    def as_reading(self) -> Reading:
        return Reading(**self.reading)


def of(upload: UploadSeen) -> Answers:
    known = {f.name for f in fields(Answers)}
    return Answers(**{name: value for name, value in upload.answers.items() if name in known})


def _storable(said: Any) -> Any:
    """As PostgreSQL's JSON can hold it: a NUL and half a character are shown for what they are."""
    if isinstance(said, str):
        return _HALF.sub("�", said.replace("\x00", NUL_SHOWN))
    if isinstance(said, dict):
        return {_storable(name): _storable(value) for name, value in said.items()}
    return [_storable(value) for value in said] if isinstance(said, list | tuple) else said


def keep(request: HttpRequest, upload: UploadSeen, before: Answers, **changes: Any) -> Answers:
    """Write down what changed. What was said later belongs to what was said first, and falls with it: another reading
    is another look, another mapping another trial."""
    now = replace(before, **changes)
    uploads.note_answers(upload.id, request.user.pk, _storable(asdict(now)), timezone.now())
    return now
