"""How rows that wait stand now, while somebody mends them: each by itself, as far as a row alone can tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from huitou.kernel.rows import Unfit
from huitou.privacy import service as privacy
from huitou.receipts.service import quarantine
from huitou.receipts.terms import ImportSeen, WaitingRow
from huitou.usecases import look_into_file, refused_cells

_OF_ITS_FIELD = (
    "day_unreadable",
    "day_ambiguous",
    "price_of_product_unreadable",
    "price_of_product_absurd",
    "yes_unreadable",
    "worth_unreadable",
    "worth_absurd",
)
_NAMED = {
    "phone_unfit": ("phone", "phone_2"),
    "phone_of_several": ("phone", "phone_2"),
    "phone_of_another": ("phone", "phone_2"),
    "number_is_phone": ("card",),
    "card_is_phone": ("card",),
    "member_blank": ("card",),
    "member_unknown": ("card", "external", "phone"),
}
_AT_FAULT: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_OF_ITS_FIELD, ("{field}",)),
    **_NAMED,
    **dict.fromkeys(("birthday_absurd", "birthday_ambiguous", "birthday_unreadable"), ("birthday",)),
    **dict.fromkeys(("name_too_long", "name_holds_phone"), ("name",)),
    "sex_unreadable": ("sex",),
    "household_unreadable": ("household",),
    "email_unfit": ("email",),
    "home_store_unknown": ("store",),
    **dict.fromkeys(("joined_ambiguous", "joined_unreadable", "joined_absurd"), ("joined_on",)),
    "consent_unreadable": ("consent_sms", "consent_email", "consent_phone", "consent_wechat"),
    "updated_unreadable": ("updated_at",),
    "sku_blank": ("sku",),
    "unit_unknown": ("unit",),
    "unit_of_weight": ("unit",),
    "price_unit_unknown": ("unit",),
    "category_too_deep": ("category",),
    **dict.fromkeys(("barcode_unreadable", "barcode_check_digit", "code_claimed"), ("barcode", "case_barcode")),
    "pieces_unreadable": ("pieces", "case_pieces"),
    "plu_unreadable": ("plu",),
    "store_code_blank": ("code",),
    **dict.fromkeys(("place_unreadable", "place_absurd", "place_ambiguous"), ("latitude", "longitude", "coordinates")),
    "hours_unreadable": ("hours", "opens_at", "closes_at"),
    "closed_before_opened": ("closed_on",),
    "zone_unknown": ("zone",),
    **dict.fromkeys(("points_blank", "points_unreadable", "points_not_whole", "points_absurd"), ("points",)),
    "earned_after_cut_over": ("earned_on",),
    "expired_before_cut_over": ("expires_on",),
    "expires_before_earned": ("expires_on",),
    "tier_blank": ("tier",),
    "since_after_until": ("since", "until"),
    "since_after_cut_over": ("since",),
    **dict.fromkeys(("code_blank", "code_unfit", "code_twice", "coupon_differs"), ("code",)),
    "kind_blank": ("kind", "title"),
    "ends_before_starts": ("ends",),
    "state_unknown": ("state",),
    "kind_differs": ("worth",),
}
"""Which cells a reason speaks of, as far as it speaks of cells and not of the whole row."""


@dataclass(frozen=True, slots=True)
class RefusedNow:
    """`code` is None where the row reads well by itself now; what the whole file and the books say, a trial tells.

    `at_fault`: the fields that the reason speaks of; `clear`: of hidden cells among them what can be shown all the
    same, so that whoever mends them sees what is wrong: no phone, no citizen's number.
    """

    code: str | None
    template: str
    facts: Mapping[str, str]
    at_fault: tuple[str, ...] = ()
    clear: Mapping[str, str] = field(default_factory=dict)


def refused_now(seen: ImportSeen, row_numbers: Sequence[int], now: datetime) -> dict[int, RefusedNow]:
    """By row number, of waiting rows of any kind of file but a till's. One that nobody has mended stands as it was
    refused: `template` and `facts` are then empty. Raises RowsUnknown where one does not wait."""
    rows = quarantine.waiting_rows(seen.id, row_numbers) if row_numbers else []
    cells = {row.row_number: whole for row in rows if (whole := refused_cells.whole_cells(seen.kind, row)) is not None}
    judged = [(row.row_number, cells[row.row_number]) for row in rows if row.mended and row.row_number in cells]
    unfit = {
        one.row_number: one
        for one in look_into_file.judge_rows(
            seen.kind,
            judged,
            now,
            seen.report.get("said", {}).get("first_day"),
            weighed_unit=seen.reading.get("weighed_unit"),
        )
    }
    again = {number for number, _ in judged}
    return {row.row_number: _seen(seen.kind, row, row.row_number in again, unfit.get(row.row_number)) for row in rows}


def _seen(kind: str, row: WaitingRow, judged: bool, unfit: Unfit | None) -> RefusedNow:
    if not judged:
        at_fault = _fields(row.code, {})
        return RefusedNow(row.code, "", {}, at_fault, _clear(kind, row, at_fault))
    if unfit is None:
        return RefusedNow(None, "", {})
    facts = {name: str(fact) for name, fact in unfit.facts.items()}
    at_fault = _fields(unfit.code, facts)
    template = look_into_file.reasons(kind).get(unfit.code, "")
    return RefusedNow(unfit.code, template, facts, at_fault, _clear(kind, row, at_fault))


def _fields(code: str, facts: Mapping[str, str]) -> tuple[str, ...]:
    named = (facts.get("field") if name == "{field}" else name for name in _AT_FAULT.get(code, ()))
    return tuple(name for name in named if name)


def _clear(kind: str, row: WaitingRow, at_fault: Sequence[str]) -> dict[str, str]:
    if kind in ("products", "stores"):
        return {}
    hidden = refused_cells.unsealed(row)
    return {name: hidden[name] for name in at_fault if name in hidden and not privacy.may_hold_phone(hidden[name])}
