"""A source's file is read as its last one was; what is kept and does not fit is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from huitou.doors.cli.asking import NO_COLUMN, opened_and_mapped
from huitou.doors.cli.mapping import TAB
from huitou.doors.cli.words import say
from huitou.kernel.errors import N_

if TYPE_CHECKING:
    from huitou.lake.service import OpenedFile
    from huitou.lake.terms import Reading

ACTOR = "command line"


def reading_of(
    encoding: str | None,
    delimiter: str | None,
    sheet: str | None,
    header_row: int | None,
    date_format: str | None,
    decimal: str | None,
    statuses: str | None = None,
) -> Reading:
    """What the options of a command say of how its file is to be read."""
    from huitou.lake.terms import Reading

    return Reading(encoding, TAB.get(delimiter or "", delimiter), sheet, header_row, date_format, decimal, statuses)


@contextmanager
def opened_as_before(
    path: Path,
    kind: str,
    reading: Reading,
    given: Mapping[str, str],
    *,
    source: str,
    keep: bool,
    quiet: bool,
    member_kind: str | None = None,
) -> Iterator[tuple[OpenedFile, dict[str, str], str]]:
    """`opened_and_mapped`, by what is kept for the source where no column is given and it fits; and the kind of member
    number, given or kept. Where the block succeeds and `keep`, how the file was read is kept for the next one."""
    from huitou.lake import service as lake
    from huitou.usecases import kept_mappings

    recalled = kept_mappings.recall(path, source=source, kind=kind, reading=reading) if not given else None
    as_before = recalled is not None and recalled.fit.fits
    if recalled is not None and as_before:
        fields = [field.name for field in lake.KINDS[kind].fields]
        given, reading = kept_mappings.only(recalled.columns, fields, NO_COLUMN), recalled.reading
        member_kind = member_kind or recalled.member_kind
        say(N_("Columns as in the last file of {source}."), source=source)
        if recalled.fit.new:
            say(N_("New, and not read: {new}. Say --map to read them."), new=kept_mappings.told(recalled.fit)["new"])
    elif recalled is not None:
        say(N_("The columns kept for {source} do not fit. Missing: {missing}. New: {new}."), source=source,
            **kept_mappings.told(recalled.fit))  # fmt: skip
    with opened_and_mapped(path, kind, reading, given, quiet=quiet, as_before=as_before) as (opened, columns):
        yield opened, columns, member_kind or "card"
        if keep:
            kept_mappings.keep(
                opened, columns, source=source, kind=kind, member_kind=member_kind or "card", actor=ACTOR
            )
