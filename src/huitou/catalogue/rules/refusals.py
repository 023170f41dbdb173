"""Why a row of a product or store file is refused."""

from __future__ import annotations

from huitou.kernel.errors import N_

PRODUCT_REASONS: dict[str, str] = {
    "sku_blank": N_("The product code is empty."),
    "yes_unreadable": N_("The field {field} is neither yes nor no."),
    "unit_unknown": N_("The unit {unit} is no weight, and the goods are weighed; write kg, 斤, 两 or 100g."),
    "unit_of_weight": N_("The price is for {unit}, and the row says that the goods are not weighed."),
    "price_of_product_unreadable": N_("The {field} is not a plain amount with at most two decimals."),
    "price_of_product_absurd": N_("The {field} lies below zero or above ten million."),
    "price_unit_unknown": N_("Nothing says what the price of weighed goods is for; map unit, or say --weighed-unit."),
    "category_too_deep": N_("The category has more than three levels."),
    "barcode_unreadable": N_("{barcode} is no barcode: 8, 12, 13 or 14 digits, or up to 7 of the chain's own."),
    "barcode_check_digit": N_("The last digit of the barcode {barcode} does not fit the others."),
    "pieces_unreadable": N_("The number of pieces in the pack is not a whole number from 1 to 10,000."),
    "plu_unreadable": N_("The PLU is not a number of up to seven digits."),
    "code_claimed": N_("The code {barcode} belongs to the product {product} and is claimed by {other}."),
    "code_claimed_by_row": N_("The code {barcode} also stands in row {row} of this file, for the product {product}."),
}

STORE_REASONS: dict[str, str] = {
    "store_code_blank": N_("The store's code is empty."),
    "place_unreadable": N_("The coordinates are not two numbers of degrees."),
    "place_absurd": N_(
        "The latitude lies beyond 90 degrees or the longitude beyond 180; they may have changed places."
    ),
    "place_ambiguous": N_("Which of the coordinates is the latitude cannot be told; map latitude and longitude."),
    "hours_unreadable": N_("The opening hours are not read; write 08:00-22:00."),
    "day_unreadable": N_("The field {field} is not a day that can be read without guessing."),
    "day_ambiguous": N_("Day and month of {field} can be mistaken for each other; write the year first."),
    "closed_before_opened": N_("The store closed before it opened."),
    "zone_unknown": N_("There is no time zone {zone}; write one such as Asia/Shanghai."),
}
