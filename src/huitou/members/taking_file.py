"""A file of members: judged row by row, sealed where it is personal, taken in a few statements."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, tzinfo

import pyarrow as pa

from huitou.kernel.cells import read_moment
from huitou.kernel.rows import Cells, Taken, Unfit, judged
from huitou.members.rules.person_rows import Knowledge, PersonSaid, judge
from huitou.members.rules.refusals import PERSON_REASONS
from huitou.members.spelling import spelled
from huitou.members.store import person_file
from huitou.members.taking_people import sealed_with_index
from huitou.members.terms import OUTSIDE_KINDS, IdentityKind
from huitou.privacy import service as privacy

__all__ = ["PERSON_REASONS", "judge_rows", "masked_cells", "take_member_file"]

MOST_IN_PART = 100
"""Rows without one of their phones that are named; all are counted."""
_READABLE = ("card", *OUTSIDE_KINDS, "store", "joined_on", "updated_at")


def take_member_file(
    pieces: Iterable[Sequence[tuple[int, Cells]]],
    *,
    source: str,
    stores: Mapping[str, int],
    today: date,
    zone: tzinfo,
    batch: int,
) -> Taken:
    """Take what the rows of a member file say, in pieces of (row number, cells by field); the caller's transaction.

    Who is known by card, outside id or verified phone is changed, others are made. `stores`: ids by code and by name.
    `today` and `zone` are the chain's; `batch` is the import. `of_these` counts the phones that several people have,
    and those that are left out, whose rows are `in_part`. Raises RegisteredMeanwhile.
    """

    known = _knowledge(stores, today, zone)
    person_file.open_file()
    unfit: list[Unfit] = []
    in_part: list[Unfit] = []
    phones_left = 0
    for piece in pieces:
        fit, refused = judged(piece, lambda cells: judge(cells, known))
        person_file.add_rows(_rows(fit), _numbers(fit))
        unfit += refused
        left = [Unfit(number, fault) for number, said in fit for fault in said.phones_left]
        phones_left += len(left)
        in_part += left[: MOST_IN_PART - len(in_part)]
    taken = person_file.settle(source, today, batch)
    counts = {**taken.of_these, "phones_left": phones_left}
    return replace(taken, unfit=(*unfit, *taken.unfit), of_these=counts, in_part=tuple(in_part))


def _knowledge(stores: Mapping[str, int], today: date, zone: tzinfo) -> Knowledge:
    def moment(text: str) -> datetime | None:
        read = read_moment(text)
        return None if read is None else read.replace(tzinfo=zone)

    return Knowledge(
        today=today,
        read_phone=privacy.spelled_phone,
        fault_of_phone=privacy.fault_of_phone,
        is_mobile=privacy.is_mobile,
        holds_phone=privacy.may_hold_phone,
        holds_national_id=privacy.holds_national_id,
        store_of=stores.get,
        read_moment=moment,
    )


def judge_rows(
    rows: Sequence[tuple[int, Cells]], *, stores: Mapping[str, int], today: date, zone: tzinfo
) -> list[Unfit]:
    """Which rows of a member file say nothing that can be taken, each by itself, and why."""
    known = _knowledge(stores, today, zone)
    return judged(rows, lambda cells: judge(cells, known))[1]


def _rows(fit: Sequence[tuple[int, PersonSaid]]) -> pa.Table:
    rows = []
    for number, said in fit:
        email, address = (sealed_with_index(getattr(said, what), what) for what in ("email", "address"))
        rows.append(
            {
                "row_number": number,
                "name": said.name,
                "spelled": None if said.name is None else spelled(said.name),
                "birthday": said.birthday,
                "month_day": said.month_day,
                "sex": said.sex,
                "household_size": said.household_size,
                "household_number": said.household_number,
                "email_sealed": email[0],
                "email_index": email[1],
                "address_sealed": address[0],
                "address_index": address[1],
                "lives_at": said.lives_at,
                "home_store_id": said.home_store_id,
                "joined_on": said.joined_on,
                "preferences": json.dumps(said.preferences, ensure_ascii=False),
                "consents": json.dumps(said.consents),
                "told_at": None if said.told_at is None else said.told_at.isoformat(),
            }
        )
    return pa.Table.from_pylist(rows, person_file.ROWS)


def _numbers(fit: Sequence[tuple[int, PersonSaid]]) -> pa.Table:
    rows = []
    for number, said in fit:
        for place, (kind, value) in enumerate(said.identities):
            key, sealed, tail = value, None, value[-4:]
            if kind == IdentityKind.PHONE:
                phone, index, tail = privacy.seal_phone(value)
                key, sealed = index.hex(), phone.hex()
            rows.append(
                {"row_number": number, "place": place, "kind": kind, "key": key, "sealed": sealed, "tail": tail}
            )
    return pa.Table.from_pylist(rows, person_file.NUMBERS)


def masked_cells(cells: Cells) -> dict[str, str]:
    """A refused row as it may be kept and shown: cards and outside ids name it, the person's own words are masked."""
    shown = {}
    for field, text in cells.items():
        if not text:
            continue
        if privacy.holds_national_id(text):
            shown[field] = "****"
        elif field in _READABLE:
            shown[field] = privacy.masked_text(text) if privacy.is_mobile(text) else text
        elif field in ("phone", "phone_2"):
            shown[field] = privacy.masked_text(text)
        elif field == "name":
            shown[field] = f"{text[0]}**"
        else:
            shown[field] = "****"
    return shown
