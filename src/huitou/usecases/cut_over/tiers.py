"""Tiers as the old programme had them, with their history, and each member's own written down as a fact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa

from huitou.kernel.rows import Unfit
from huitou.lake import service as lake
from huitou.loyalty import service as loyalty
from huitou.members import service as members
from huitou.usecases.cut_over.brought import Brought, Rows, Taken, bring
from huitou.usecases.cut_over.named import find_members
from huitou.usecases.end_overdue_points import chain_moment

_ROWS = pa.schema([("member_id", pa.int64()), ("tier", pa.string()), ("since", pa.date32()), ("until", pa.date32())])


def take_tiers(
    opened: lake.OpenedFile,
    columns: Mapping[str, str],
    *,
    first_day: date,
    now: datetime,
    source: str = "old",
    make_members: bool = False,
    actor: str = "cli",
    dry_run: bool = False,
    **how: Any,
) -> Brought:
    """Keep each member's tiers since when and until when; the same file twice changes nothing."""

    def take(rows: Rows, batch: int) -> Taken:
        said, unfit = loyalty.read_tiers(rows, first_day)
        fit = {number for number, _ in said}
        found = find_members(
            [row for row in rows if row[0] in fit], make=make_members, joined_on=first_day - timedelta(days=1)
        )
        taken = Taken(unfit=[*unfit, *found.unfit])
        by_member: dict[int, list[loyalty.TierPlaced]] = defaultdict(list)
        for number, tier in said:
            if (member := found.members.get(number)) is not None:
                by_member[member].append(loyalty.TierPlaced(number, tier))
        new = _new_ones(by_member, source, taken)
        loyalty.take_tiers(pa.Table.from_pylist(new, _ROWS), source=source, actor=actor, batch=batch)
        touched = sorted({row["member_id"] for row in new})
        write_down(touched, chain_moment(now).today)
        taken.taken = len(new)
        taken.counts = {"members": len(touched), "new_members": found.made}
        return taken

    return bring(
        opened, columns, "tiers", take, source=source, first_day=first_day, reasons=loyalty.brought_reasons(),
        actor=actor, dry_run=dry_run, **how, options={"make_members": make_members},
    )  # fmt: skip


def write_down(of: Sequence[int], today: date) -> None:
    """The tier of these members as a fact that pricing, segments and pages read; tiers that are over are none."""
    if of:
        members.note_tiers(list(of), loyalty.tiers_on(list(of), today))


def _new_ones(by_member: Mapping[int, list[loyalty.TierPlaced]], source: str, taken: Taken) -> list[dict[str, object]]:
    """The entries that are not there yet, and that no other entry of the member overlaps."""
    standing = defaultdict(list)
    for row in loyalty.tiers_standing(sorted(by_member)).to_pylist():
        standing[row["member_id"]].append(row)
    new: list[dict[str, object]] = []
    for member, tiers in by_member.items():
        fit, overlapping = loyalty.tiers_in_order(tiers)
        taken.unfit += [_overlaps(placed.row_number, other.tier, other.since) for placed, other in overlapping]
        for placed in fit:
            said = placed.said
            row = {"member_id": member, "tier": said.tier, "since": said.since, "until": said.until}
            meets = [other for other in standing[member] if _meet(row, other)]
            if any({**other} == {**row, "source": source} for other in meets):
                taken.repeated += 1
            elif meets:
                taken.unfit.append(_overlaps(placed.row_number, meets[0]["tier"], meets[0]["since"]))
            else:
                new.append(row)
    return new


def _meet(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    starts = max(one["since"], other["since"])
    ends = min(one["until"] or date.max, other["until"] or date.max)
    return starts <= ends


def _overlaps(number: int, tier: str, since: date) -> Unfit:
    return Unfit(number, "tier_overlaps", {"tier": tier, "since": since.isoformat()})
