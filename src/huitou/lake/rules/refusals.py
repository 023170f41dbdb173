"""Why a row of a file is refused, in the order in which the reasons are asked."""

from __future__ import annotations

from huitou.kernel.errors import N_

REASONS: dict[str, str] = {
    "ragged": N_("The row does not have as many cells as the header."),
    "undecodable": N_("Bytes of the row are no text in the file's encoding."),
    "formula_without_value": N_("A cell holds a formula whose value was never reckoned; open and save the workbook."),
    "header_again": N_("The row repeats the header, as where two exports were put together."),
    "cell_error": N_("A cell holds an error of the spreadsheet, such as #N/A."),
    "merged_number": N_("A quantity, price or amount is merged over several rows, so the share of each is not known."),
    "receipt_blank": N_("The receipt number is empty."),
    "nul": N_("A text of the row holds a NUL character."),
    "sku_blank": N_("The product code is empty."),
    "text_too_long": N_("A text is longer than 200 characters."),
    "digits_lost": N_("A number was shortened by a spreadsheet, as in 1.2E+17, so digits of it are lost."),
    "member_unfit": N_("The member's number is not of the kind that --member-kind says."),
    "at_blank": N_("The time is empty."),
    "at_unreadable": N_("The time is not a date and time that can be read without guessing."),
    "at_ambiguous": N_("Day and month can be mistaken for each other; say the format with --date-format."),
    "at_absurd": N_("The time lies before 1990 or in the future."),
    "clock_blank": N_("The time of day is empty."),
    "clock_unreadable": N_("The time of day cannot be read without guessing."),
    "clock_differs": N_("The date has a time of its own that is not the one in the column of the time of day."),
    "quantity_blank": N_("The quantity is empty."),
    "quantity_unreadable": N_("The quantity is not a plain number."),
    "quantity_absurd": N_("The quantity is larger than a million."),
    "price_unreadable": N_("The unit price is not a plain number."),
    "price_absurd": N_("The unit price is larger than ten million."),
    "amount_unreadable": N_("The amount is not a plain number."),
    "discount_unreadable": N_("The discount is not a plain number."),
    "amount_blank": N_("Neither an amount nor a unit price is given."),
    "amount_absurd": N_("The amount is larger than a hundred million."),
    "line_unreadable": N_("The line number is not a whole number from 1."),
    "status_unclear": N_("Whether an order of this status is a sale nobody can tell; say it with --statuses."),
    "price_negative": N_("A price or discount below zero; goods that came back have a negative quantity."),
    "signs_disagree": N_("The quantity is negative and the amount is positive."),
    "line_conflict": N_("Another row of this receipt has the same line number and other contents."),
    "two_members": N_("The rows of this receipt name different members."),
    "receipt_differs": N_("This receipt was taken before with other contents."),
    "receipt_refused": N_("Another row of this receipt is refused, and a receipt is taken whole or not at all."),
}

LEFT_OUT: dict[str, str] = {
    "not_a_sale": N_("By its status the order was cancelled, closed or not paid: it is no sale, and is left out."),
}
"""Why a row is left out: it is refused by nobody, and waits for nothing."""

AT_FAULT: dict[str, str] = {
    "receipt_blank": "receipt",
    "sku_blank": "sku",
    "member_unfit": "member",
    "at_blank": "at",
    "at_unreadable": "at",
    "at_ambiguous": "at",
    "at_absurd": "at",
    "clock_blank": "time",
    "clock_unreadable": "time",
    "clock_differs": "time",
    "quantity_blank": "quantity",
    "quantity_unreadable": "quantity",
    "quantity_absurd": "quantity",
    "price_unreadable": "unit_price",
    "price_absurd": "unit_price",
    "amount_unreadable": "amount",
    "discount_unreadable": "discount",
    "amount_blank": "amount",
    "amount_absurd": "amount",
    "line_unreadable": "line",
    "line_conflict": "line",
    "two_members": "member",
    "status_unclear": "status",
    "not_a_sale": "status",
}
"""The field that a reason speaks of; the other reasons speak of the whole row, or of its receipt."""
