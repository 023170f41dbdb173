"""Which member a row of an old programme means: by card, outside id or phone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa

from huitou.kernel.cells import plain, said
from huitou.kernel.rows import Cells, Unfit
from huitou.members import service as members
from huitou.privacy import service as privacy

WAYS = ("card", "external", "phone")
"""In the order in which a row is believed, and in which its member is made."""
_WHOLE_AS_DECIMAL = re.compile(r"^(\d+)\.0+$", re.ASCII)
_MOBILE = re.compile(r"(\+?86)?1[3-9]\d{9}", re.ASCII)


@dataclass(slots=True)
class Found:
    """The member of each row that has one, by row number; rows that name nobody, and members made on the way."""

    members: dict[int, int] = field(default_factory=dict)
    unfit: list[Unfit] = field(default_factory=list)
    made: int = 0


def find_members(
    rows: Iterable[tuple[int, Cells]],
    *,
    make: bool,
    joined_on: date,
    needed: bool = True,
) -> Found:
    """Find whom each row names. Unless `needed`, a row that names nobody is nobody's and no reason to refuse it.

    With `make`, whoever is not known becomes a member, joined on that day, by the first way that the row has.
    """
    found = Found()
    named: dict[int, dict[str, str]] = {}
    for number, cells in rows:
        ways = _ways(number, cells, found)
        if ways:
            named[number] = ways
        elif ways is not None and needed:
            found.unfit.append(Unfit(number, "member_blank"))
    _refuse_shared_phones(named, found)
    known = _known(named.values())
    _keep_phones_to_themselves(named.values(), known)
    if make and (strangers := [dict(ways) for ways in named.values() if not _ids(ways, known)]):
        found.made = _make(strangers, joined_on)
        _refuse_shared_phones(named, found)
        known = _known(named.values())
        _keep_phones_to_themselves(named.values(), known)
    for number, ways in named.items():
        ids = _ids(ways, known)
        if len(ids) > 1:
            found.unfit.append(Unfit(number, "two_members", {"members": ", ".join(f"M{one:08d}" for one in ids)}))
        elif not ids:
            found.unfit.append(Unfit(number, "member_unknown", {"given": _shown(ways)}))
        else:
            found.members[number] = ids[0]
    return found


def _ways(number: int, cells: Cells, found: Found) -> dict[str, str] | None:
    """By which numbers the row names its member, spelled as they are kept; None where one of them is unfit."""
    # 17850.0, as a spreadsheet writes a number beside empty cells, is 17850.
    ways = {way: _WHOLE_AS_DECIMAL.sub(r"\1", text) for way in WAYS if (text := said(cells.get(way)))}
    if "card" in ways and _MOBILE.fullmatch(plain(ways["card"])):
        found.unfit.append(Unfit(number, "card_is_phone"))
        return None
    if "phone" in ways:
        phone = privacy.spelled_phone(ways["phone"])
        if phone is not None and privacy.fault_of_phone(phone) is None:
            ways["phone"] = phone
        elif len(ways) > 1:
            del ways["phone"]
        else:
            found.unfit.append(Unfit(number, "phone_unfit"))
            return None
    return ways


def _refuse_shared_phones(named: dict[int, dict[str, str]], found: Found) -> None:
    """A phone of several members names none of them; it is left aside where the row names its member better."""
    shared = members.phones_of_several({ways["phone"] for ways in named.values() if "phone" in ways})
    for number, ways in list(named.items()):
        if ways.get("phone") in shared:
            del ways["phone"]
            if not ways:
                del named[number]
                found.unfit.append(Unfit(number, "phone_of_several"))


def _keep_phones_to_themselves(named: Iterable[dict[str, str]], known: Mapping[str, Mapping[str, int]]) -> None:
    """A phone does not speak for a card, or an outside id, that is not its member's: families share phones.

    Where the row's card is known to nobody, and the phone's member has another card, the row means somebody else.
    """
    by_phone = known.get("phone", {})
    for way in ("card", "external"):
        doubtful = [
            ways
            for ways in named
            if way in ways and ways[way] not in known.get(way, {}) and ways.get("phone") in by_phone
        ]
        having = members.having(way, {by_phone[ways["phone"]] for ways in doubtful})
        for ways in doubtful:
            if by_phone[ways["phone"]] in having:
                del ways["phone"]


def _known(named: Iterable[Mapping[str, str]]) -> dict[str, dict[str, int]]:
    """Member by value, for each way."""
    known: dict[str, dict[str, int]] = {}
    rows = list(named)
    for way in WAYS:
        values = {ways[way] for ways in rows if way in ways}
        if values:
            table = members.ids_of(way, values)
            pairs = zip(table["value"].to_pylist(), table["member_id"].to_pylist(), strict=True)
            known[way] = {value: member for value, member in pairs if value in values}
    return known


def _ids(ways: Mapping[str, str], known: Mapping[str, Mapping[str, int]]) -> list[int]:
    return sorted({known[way][value] for way, value in ways.items() if value in known.get(way, {})})


def _make(strangers: list[dict[str, str]], joined_on: date) -> int:
    made = 0
    for way in WAYS:
        values = sorted({ways[way] for ways in strangers if next(iter(ways)) == way})
        if values:
            rows = pa.table(
                {
                    "value": pa.array(values, pa.string()),
                    "joined_on": pa.array([joined_on] * len(values), pa.date32()),
                    "home_store_id": pa.array([None] * len(values), pa.int32()),
                }
            )
            made += len(members.take_strangers(way, rows))
    for way in ("external", "phone"):
        members.take_identities(
            way, [(ways["card"], ways[way]) for ways in strangers if "card" in ways and way in ways]
        )
    return made


def _shown(ways: Mapping[str, str]) -> str:
    """For the person who mends the file; a phone is masked."""
    return ", ".join(privacy.masked_text(value) if way == "phone" else value for way, value in ways.items())
