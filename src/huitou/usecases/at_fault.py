"""Which cells the reason against a row of members, products, stores or of an old programme speaks of."""

from __future__ import annotations

from collections.abc import Mapping

_OF_ITS_FIELD = (
    "day_unreadable",
    "day_ambiguous",
    "price_of_product_unreadable",
    "price_of_product_absurd",
    "yes_unreadable",
    "worth_unreadable",
    "worth_absurd",
)
_AT_FAULT: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_OF_ITS_FIELD, ("{field}",)),
    **dict.fromkeys(("phone_unfit", "phone_digits", "phone_without_area"), ("phone", "phone_2")),
    "phone_of_several": ("phone", "phone_2"),
    "phone_of_another": ("phone", "phone_2"),
    "number_is_phone": ("card",),
    "card_is_phone": ("card",),
    "member_blank": ("card",),
    "member_unknown": ("card", "external", "phone"),
    **dict.fromkeys(("birthday_absurd", "birthday_ambiguous", "birthday_unreadable"), ("birthday",)),
    **dict.fromkeys(("name_too_long", "name_holds_phone"), ("name",)),
    "sex_unreadable": ("sex",),
    "household_unreadable": ("household",),
    "household_id_unfit": ("household_id",),
    "household_crowded": ("household_id",),
    "email_unfit": ("email",),
    **dict.fromkeys(("home_place_half", "home_place_unreadable", "home_place_absurd"), ("latitude", "longitude")),
    "home_store_unknown": ("store",),
    **dict.fromkeys(("joined_ambiguous", "joined_unreadable", "joined_absurd"), ("joined_on",)),
    "consent_unreadable": ("consent_sms", "consent_email", "consent_phone", "consent_wechat"),
    "updated_unreadable": ("updated_at",),
    "sku_blank": ("sku",),
    "unit_unknown": ("unit",),
    "unit_of_weight": ("unit",),
    "price_unit_unknown": ("unit",),
    "category_too_deep": ("category",),
    **dict.fromkeys(("barcode_unreadable", "barcode_check_digit"), ("barcode", "case_barcode")),
    **dict.fromkeys(("code_claimed", "code_claimed_by_row"), ("barcode", "case_barcode")),
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


def fields_at_fault(code: str, facts: Mapping[str, str]) -> tuple[str, ...]:
    """The fields of the reason `code`, which `facts` fill; none where it speaks of the whole row."""
    named = (facts.get("field") if name == "{field}" else name for name in _AT_FAULT.get(code, ()))
    return tuple(name for name in named if name)
