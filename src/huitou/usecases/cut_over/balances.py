"""Opening balances: what the old programme's members had, as postings of our ledger."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
from django.conf import settings

from huitou.kernel.rows import Unfit
from huitou.lake import service as lake
from huitou.loyalty import service as loyalty
from huitou.loyalty.terms import POINTS
from huitou.usecases.cut_over.brought import Brought, Rows, Taken, bring
from huitou.usecases.cut_over.errors import DefaultExpiryMissing, DefaultExpiryOver
from huitou.usecases.cut_over.named import find_members
from huitou.usecases.end_overdue_points import chain_moment

NEVER = "never"
_LOTS = pa.schema(
    [
        ("member_id", pa.int64()),
        ("points", pa.int64()),
        ("earned_at", pa.timestamp("us", "UTC")),
        ("expires_on", pa.date32()),
    ]
)
_PEOPLE = pa.schema([("member_id", pa.int64()), ("owed", pa.int64()), ("digest", pa.string())])


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    points: int
    earned_on: date
    expires_on: date | None


def open_balances(
    opened: lake.OpenedFile,
    columns: Mapping[str, str],
    *,
    first_day: date,
    now: datetime,
    source: str = "old",
    asset: str = POINTS,
    expires: str | None = None,
    make_members: bool = False,
    post_difference: bool = False,
    actor: str = "cli",
    dry_run: bool = False,
    **how: Any,
) -> Brought:
    """Open each member's account as the file says; the same file twice changes nothing.

    `first_day` is the first business date that counts here: the file says what was left when the day before it ended.
    `expires`: the last day (`2027-12-31`) of points for which the file names none, or `never`. Raises
    DefaultExpiryMissing where it is needed and not said, and PointsPostedBefore. `how`: what `bring` needs besides.
    """
    default = _default_expiry(expires, first_day)

    def take(rows: Rows, batch: int) -> Taken:
        said, unfit = loyalty.read_balances(rows, first_day)
        if expires is None and any(row.points > 0 and row.expires_on is None for _, row in said):
            raise DefaultExpiryMissing()
        fit = {number for number, _ in said}
        found = find_members(
            [row for row in rows if row[0] in fit], make=make_members, joined_on=first_day - timedelta(days=1)
        )
        by_member: dict[int, list[_Row]] = defaultdict(list)
        for number, row in said:
            if (member := found.members.get(number)) is not None:
                earned_on = row.earned_on or first_day - timedelta(days=1)
                by_member[member].append(_Row(number, row.points, earned_on, row.expires_on or default))
        taken = Taken(unfit=[*unfit, *found.unfit])
        has_lots = "expires_on" in columns or "earned_on" in columns
        _refuse_whole_members(by_member, rows, taken, has_lots)
        _leave_out_known(by_member, source, asset, taken)
        lots, people = _tables(by_member)
        posted = loyalty.open_balances(
            lots, people, source=source, batch=batch, first_day=first_day, moment=chain_moment(now), actor=actor,
            asset=asset, post_difference=post_difference,
        )  # fmt: skip
        taken.taken = sum(len(rows) for rows in by_member.values())
        taken.counts = {
            "members": posted.posted,
            "new_members": found.made,
            "points": sum(row.points for rows in by_member.values() for row in rows),
            "lots": len(lots),
            "members_owing": posted.owing,
            "points_posted_before": posted.before,
            "points_moved": posted.points,
        }
        return taken

    return bring(
        opened, columns, "balances", take, source=source, first_day=first_day, reasons=loyalty.brought_reasons(),
        actor=actor, dry_run=dry_run, **how,
        options={"asset": asset, "expires": expires, "make_members": make_members, "post_difference": post_difference},
    )  # fmt: skip


def _default_expiry(expires: str | None, first_day: date) -> date | None:
    if expires is None or expires == NEVER:
        return None
    try:
        default = date.fromisoformat(expires)
    except ValueError as error:
        raise DefaultExpiryMissing() from error
    if default < first_day:
        raise DefaultExpiryOver(day=default)
    return default


def _refuse_whole_members(by_member: dict[int, list[_Row]], rows: Rows, taken: Taken, has_lots: bool) -> None:
    """A balance is taken whole or not at all: who has a row that is refused, or two rows that contradict, waits."""
    broken = {one.row_number for one in taken.unfit}
    names = {
        tuple(sorted((way, text) for way in ("card", "external", "phone") if (text := cells.get(way))))
        for number, cells in rows
        if number in broken
    }
    named_broken = {name for several in names for name in several}
    by_number = dict(rows)
    for member, lots in list(by_member.items()):
        if not has_lots and len(lots) > 1:
            first = min(lot.number for lot in lots)
            for lot in lots:
                other = first if lot.number != first else max(one.number for one in lots)
                taken.unfit.append(Unfit(lot.number, "member_twice", {"row": str(other)}))
            del by_member[member]
        elif any(
            (way, by_number[lot.number].get(way)) in named_broken
            for lot in lots
            for way in ("card", "external", "phone")
        ):
            taken.unfit += [Unfit(lot.number, "member_refused") for lot in lots]
            del by_member[member]


def _leave_out_known(by_member: dict[int, list[_Row]], source: str, asset: str, taken: Taken) -> None:
    """Whom this programme opened before is known where it says the same, and refused where it says something else."""
    known = loyalty.openings_of(source, asset)
    for member, digest, batch in zip(*(known[name].to_pylist() for name in known.column_names), strict=True):
        if (lots := by_member.pop(member, None)) is None:
            continue
        if _digest(lots) == digest:
            taken.repeated += len(lots)
        else:
            taken.unfit += [Unfit(lot.number, "opened_otherwise", {"batch": str(batch)}) for lot in lots]


def _digest(lots: list[_Row]) -> str:
    """Of what the rows say, whatever their order."""
    said = sorted((lot.points, lot.earned_on.isoformat(), str(lot.expires_on)) for lot in lots)
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _tables(by_member: Mapping[int, list[_Row]]) -> tuple[pa.Table, pa.Table]:
    zone = ZoneInfo(settings.TIME_ZONE)
    lots: list[dict[str, Any]] = []
    people: list[dict[str, Any]] = []
    for member, rows in by_member.items():
        owed = -sum(row.points for row in rows if row.points < 0)
        people.append({"member_id": member, "owed": owed, "digest": _digest(rows)})
        lots += [
            {
                "member_id": member,
                "points": row.points,
                "earned_at": datetime.combine(row.earned_on, time(12), zone),
                "expires_on": row.expires_on,
            }
            for row in rows
            if row.points > 0
        ]
    return pa.Table.from_pylist(lots, _LOTS), pa.Table.from_pylist(people, _PEOPLE)
