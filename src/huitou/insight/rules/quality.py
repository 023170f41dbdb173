"""The measures of data quality: what each says, and which refused rows count against which of them (A10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from huitou.kernel.errors import N_
from huitou.kernel.measured import Measured


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that is counted. `sort`: completeness, validity or duplicates."""

    name: str
    sort: str
    title: str


_COMPLETE, _VALID, _SINGLE = "completeness", "validity", "duplicates"
MEASURES: dict[str, Measure] = {
    measure.name: measure
    for measure in (
        Measure("name", _COMPLETE, N_("has a name")),
        Measure("phone", _COMPLETE, N_("has a phone")),
        Measure("verified_phone", _COMPLETE, N_("has a verified phone")),
        Measure("birthday", _COMPLETE, N_("has a birthday, with or without its year")),
        Measure("sex", _COMPLETE, N_("has a sex")),
        Measure("home_store", _COMPLETE, N_("has a home store")),
        Measure("email", _COMPLETE, N_("has an e-mail address")),
        Measure("address", _COMPLETE, N_("has an address")),
        Measure("category", _COMPLETE, N_("has a category")),
        Measure("brand", _COMPLETE, N_("has a brand")),
        Measure("supplier", _COMPLETE, N_("has a supplier")),
        Measure("barcode_or_plu", _COMPLETE, N_("has a barcode or PLU")),
        Measure("price", _COMPLETE, N_("has a price")),
        Measure("cost", _COMPLETE, N_("has a cost")),
        Measure("place", _COMPLETE, N_("has coordinates")),
        Measure("hours", _COMPLETE, N_("has opening hours")),
        Measure("district", _COMPLETE, N_("has a district")),
        Measure("valid", _VALID, N_("rows taken, of 28 days")),
        Measure("valid_dates", _VALID, N_("rows without a wrong date")),
        Measure("valid_phones", _VALID, N_("rows without a wrong phone")),
        Measure("valid_codes", _VALID, N_("rows without a wrong barcode or code")),
        Measure("valid_prices", _VALID, N_("rows without a wrong amount")),
        Measure("phone_of_one", _SINGLE, N_("shares its phone with nobody")),
        Measure("person_once", _SINGLE, N_("is alone with its name and birthday")),
        Measure("product_once", _SINGLE, N_("is alone with its name, brand and pack")),
        Measure("name_once", _SINGLE, N_("is alone with its name")),
    )
}
DAYS = 28
"""So many days of imports count for validity."""

_LEFT_OUT = "phone_left"
"""A phone that nobody can be called at, of a member who came in without it."""
_AGAINST = {
    "valid_dates": (
        *("at_blank", "at_unreadable", "at_ambiguous", "at_absurd", "day_unreadable", "day_ambiguous"),
        *("birthday_unreadable", "birthday_ambiguous", "birthday_absurd", "joined_unreadable", "joined_ambiguous"),
        *("joined_absurd", "updated_unreadable", "closed_before_opened"),
    ),
    "valid_phones": (
        *("member_unfit", _LEFT_OUT, "phone_unfit", "phone_digits", "phone_without_area"),
        *("number_is_phone", "phone_of_several", "phone_of_another"),
    ),
    "valid_codes": (
        *("sku_blank", "barcode_unreadable", "barcode_check_digit", "plu_unreadable", "code_claimed"),
        *("code_claimed_by_row", "pieces_unreadable", "store_code_blank"),
    ),
    "valid_prices": (
        *("price_unreadable", "price_absurd", "price_negative", "amount_unreadable", "amount_blank", "amount_absurd"),
        *("discount_unreadable", "signs_disagree", "price_of_product_unreadable", "price_of_product_absurd"),
        *("price_unit_unknown", "unit_unknown", "unit_of_weight"),
    ),
}


def of_files(files: Iterable[tuple[str, str, int, Mapping[str, int]]]) -> list[Measured]:
    """Validity of the rows of files: (kind of file, source, rows read, refused rows by code). A kind of which no row
    can be wrong in a way is not measured by it."""
    found = []
    for kind, source, rows, refused in files:
        about = f"rows: {kind}"
        found.append(Measured(about, source, "valid", rows, rows - sum(refused.values()) + refused.get(_LEFT_OUT, 0)))
        for measure, codes in _AGAINST.items():
            if kind != "stores" or measure in ("valid_dates", "valid_codes"):
                found.append(
                    Measured(about, source, measure, rows, max(0, rows - sum(refused.get(code, 0) for code in codes)))
                )
    return found
