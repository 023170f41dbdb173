"""How a source's files were read is kept, and used again without typing where it fits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path

from huitou.inbox import service as inbox
from huitou.inbox.errors import MappingDoesNotFit, MappingUnknown
from huitou.inbox.terms import Fit
from huitou.lake import service as lake
from huitou.lake.terms import Reading


@dataclass(frozen=True, slots=True)
class Recalled:
    """What is kept for a source, beside a file: `columns` by field (none where it does not fit), how the file is read,
    and what is missing or new."""

    columns: Mapping[str, str]
    reading: Reading
    member_kind: str
    fit: Fit


def recall(path: Path, *, source: str, kind: str, reading: Reading | None = None) -> Recalled | None:
    """What is kept for this source and kind, as it fits the file at `path`; None where nothing is kept.

    What `reading` says goes before what is kept.
    """
    saved = inbox.mapping_of(source, kind)
    if saved is None:
        return None
    member_kind = str(saved.reading.get("member_kind") or "card")
    kept = Reading(**{name: cell for name, cell in saved.reading.items() if name in _NAMES})
    whole = replace(kept, **(reading or Reading()).said)
    with lake.open_file(path, reading=whole) as opened:
        fit = inbox.fit(saved, opened.columns)
    return Recalled(saved.columns if fit.fits else {}, whole, member_kind, fit)


_NAMES = {field.name for field in fields(Reading)}


def require(path: Path, *, source: str, kind: str) -> Recalled:
    """The same for whoever cannot be asked. Raises MappingUnknown or MappingDoesNotFit."""
    recalled = recall(path, source=source, kind=kind)
    if recalled is None:
        raise MappingUnknown(source=source, kind=kind)
    if not recalled.fit.fits:
        raise MappingDoesNotFit(source=source, **told(recalled.fit))
    return recalled


def told(fit: Fit) -> dict[str, str]:
    """What is missing and what is new, as people read it."""
    return {"missing": ", ".join(fit.missing.values()) or "-", "new": ", ".join(fit.new) or "-"}


def keep(
    opened: lake.OpenedFile,
    columns: Mapping[str, str],
    *,
    source: str,
    kind: str,
    member_kind: str = "card",
    actor: str,
) -> None:
    """Keep how this file was read, for the next one of its source and kind."""
    reading = opened.reading.said | {"member_kind": member_kind}
    inbox.save_mapping(source, kind, columns, reading=reading, headers=opened.columns, actor=actor)


def only(columns: Mapping[str, str], every: Iterable[str], nothing: str) -> dict[str, str]:
    """The kept columns, and of each other field that it is `nothing`: what was not mapped is not guessed either."""
    return {field: columns.get(field, nothing) for field in map(str, every)}
