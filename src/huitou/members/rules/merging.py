"""Which value wins where two members become one, and why. Nothing is lost: the other's own row keeps what it said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from huitou.kernel.errors import N_
from huitou.members.terms import FieldMerged

BECAUSE: dict[str, str] = {
    "same": N_("both say the same"),
    "only_one": N_("only one of them says anything"),
    "survivor": N_("the member that remains has the word"),
    "earlier": N_("the earlier day: the person has been a member since then"),
    "stricter": N_("one of them said no, and a no stands until the person says yes"),
    "together": N_("each says what the other does not"),
}
MEMBER = ("name", "birthday", "home_store_id")
PROFILE = ("sex", "birthday_month_day", "household_size", "household_id", "email", "address", "lives_at")
"""`email` and `address` stand for their seals and indexes; they are compared by their indexes."""


def merged_fields(survivor: Mapping[str, Any], other: Mapping[str, Any]) -> list[FieldMerged]:
    """Field by field what remains. Days are ISO texts; what is empty or None says nothing.

    `preferences` and `consents_noted` are mappings, merged word by word.
    """
    found = [_one(field, survivor.get(field), other.get(field)) for field in (*MEMBER, *PROFILE)]
    joined = sorted(day for side in (survivor, other) if (day := side.get("joined_on")))
    mine, theirs = survivor.get("joined_on"), other.get("joined_on")
    because = "same" if mine == theirs else "earlier"
    found.append(FieldMerged("joined_on", mine, theirs, joined[0] if joined else None, because))
    found.append(_words("preferences", survivor, other, stricter=False))
    found.append(_words("consents_noted", survivor, other, stricter=True))
    return [field for field in found if not (_empty(field.survivor) and _empty(field.other))]


def _empty(value: Any) -> bool:
    return value in (None, "", {})


def _one(field: str, mine: Any, theirs: Any) -> FieldMerged:
    if mine == theirs:
        return FieldMerged(field, mine, theirs, mine, "same")
    if _empty(mine) or _empty(theirs):
        return FieldMerged(field, mine, theirs, theirs if _empty(mine) else mine, "only_one")
    return FieldMerged(field, mine, theirs, mine, "survivor")


def _words(field: str, survivor: Mapping[str, Any], other: Mapping[str, Any], *, stricter: bool) -> FieldMerged:
    mine, theirs = dict(survivor.get(field) or {}), dict(other.get(field) or {})
    kept = theirs | mine
    against = {word for word in mine.keys() & theirs.keys() if mine[word] != theirs[word]}
    if stricter:
        kept |= dict.fromkeys(against, False)
    because = "same" if mine == theirs else "together"
    if against:
        because = "stricter" if stricter else "survivor"
    return FieldMerged(field, mine, theirs, kept, because)
