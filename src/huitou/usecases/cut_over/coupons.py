"""Coupons as the old programme had issued them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from huitou.kernel.rows import Unfit
from huitou.lake import service as lake
from huitou.offers import service as offers
from huitou.usecases.cut_over.brought import Brought, Rows, Taken, bring
from huitou.usecases.cut_over.named import find_members

_ROWS = pa.schema(
    [
        ("code", pa.string()),
        ("kind", pa.string()),
        ("member_id", pa.int64()),
        ("state", pa.string()),
        ("starts", pa.date32()),
        ("ends", pa.date32()),
        ("changed_on", pa.date32()),
    ]
)


def take_coupons(
    opened: lake.OpenedFile,
    columns: Mapping[str, str],
    *,
    first_day: date,
    source: str = "old",
    make_members: bool = False,
    actor: str = "cli",
    dry_run: bool = False,
    **how: Any,
) -> Brought:
    """Take every coupon of the file; the same file twice changes nothing. A row without a member is its bearer's."""

    def take(rows: Rows, batch: int) -> Taken:
        said, unfit = offers.read_coupons(rows, first_day)
        fit = {number for number, _ in said}
        found = find_members(
            [row for row in rows if row[0] in fit],
            make=make_members,
            joined_on=first_day - timedelta(days=1),
            needed=False,
        )
        taken = Taken(unfit=[*unfit, *found.unfit])
        lost = {one.row_number for one in found.unfit}
        kinds: dict[str, tuple[int, tuple[str, str, str, int | None, int | None]]] = {}
        new: dict[str, tuple[int, dict[str, Any]]] = {}
        known = {row["code"]: row for row in offers.known_coupons([one.code for _, one in said]).to_pylist()}
        for number, one in said:
            if number in lost:
                continue
            kind = (one.kind, one.title, one.terms, one.worth_fen, one.threshold_fen)
            first, before = kinds.setdefault(one.kind, (number, kind))
            if before[3:] != kind[3:]:
                taken.unfit.append(Unfit(number, "kind_differs", {"kind": one.kind, "row": str(first)}))
                continue
            row = {
                "code": one.code,
                "kind": one.kind,
                "member_id": found.members.get(number),
                "state": one.state,
                "starts": one.starts,
                "ends": one.ends,
                "changed_on": one.changed_on,
            }
            _place(number, row, known, new, taken)
        used = {row["kind"] for _, row in new.values()}
        made, count = offers.take_coupons(
            [kind for name, (_, kind) in kinds.items() if name in used],
            pa.Table.from_pylist([row for _, row in new.values()], _ROWS),
            source=source, actor=actor, import_batch=batch,
        )  # fmt: skip
        states = [row["state"] for _, row in new.values()]
        taken.taken = count
        taken.counts = {
            "kinds": made,
            "new_members": found.made,
            "bearer": sum(row["member_id"] is None for _, row in new.values()),
            **{state: states.count(state) for state in ("live", "used", "expired", "void")},
        }
        return taken

    return bring(
        opened, columns, "coupons", take, source=source, first_day=first_day, reasons=offers.coupon_reasons(),
        actor=actor, dry_run=dry_run, **how, options={"make_members": make_members},
    )  # fmt: skip


_SAME = ("kind", "member_id", "starts", "ends")
"""What makes a coupon the same; its state moves on here."""


def _place(
    number: int,
    row: dict[str, Any],
    known: Mapping[str, dict[str, Any]],
    new: dict[str, tuple[int, dict[str, Any]]],
    taken: Taken,
) -> None:
    code = row["code"]
    if code in new:
        first, other = new[code]
        if other == row:
            taken.repeated += 1
        else:
            taken.unfit.append(Unfit(number, "code_twice", {"row": str(first)}))
    elif code not in known:
        new[code] = (number, row)
    elif all(known[code][name] == row[name] for name in _SAME):
        taken.repeated += 1
    else:
        taken.unfit.append(Unfit(number, "coupon_differs"))
