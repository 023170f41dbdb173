"""What is wrong with a body, in our words."""

from __future__ import annotations

from typing import Any

from huitou.doors.api.errors import Finding
from huitou.kernel.errors import N_
from huitou.receipts.errors import ReceiptDiffers

ENDED_EARLY = N_("it ended early")
MISSING = N_("is missing")
NOT_KNOWN = N_("is not known here")
WRONG_FORM = N_("is not of the form that the call asks for")
# By pydantic's kinds of errors; whatever is not here has the wrong form.
WHAT = {
    "missing": MISSING,
    "extra_forbidden": NOT_KNOWN,
    "string_type": N_("has to be a text in quotation marks"),
    "string_too_long": N_("is longer than {max_length} characters"),
    "string_too_short": N_("is shorter than {min_length} characters"),
    "int_type": N_("has to be a whole number without quotation marks"),
    "greater_than_equal": N_("is less than {ge}"),
    "less_than_equal": N_("is more than {le}"),
    "enum": N_("is none of {expected}"),
    "literal_error": N_("is none of {expected}"),
    "too_long": N_("has more than {max_length} parts"),
    "too_short": N_("has fewer than {min_length} parts"),
    "said_twice": N_("stands twice"),
    "tenders_differ": N_("has tenders that do not sum to what its lines cost"),
    "points_unsaid": N_("has a tender of points without points_used, or two of them"),
    "nothing_to_hold": N_("holds nothing: say points, coupons or both"),
    "outcome_unfit": N_("is a prompt: its detail needs `prompt`, a text, and `outcome`, accepted or declined"),
    "channel_unfit": N_("needs a channel where the purpose is marketing, and has none elsewhere"),
    "place_half": N_("needs a latitude and a longitude, or null in both where nobody is to know it any more"),
    "place_absurd": N_("is no place: latitudes end at 90 degrees and longitudes at 180"),
    "nothing_to_know_by": N_("names nobody: give a phone, a card, or an id of another system or platform"),
}
DIFFERS = N_("is not what was recorded")
MAY_DIFFER = N_("may not be what was recorded: only its digest is kept")
MOST_FINDINGS = 50


def differing(refusal: ReceiptDiffers) -> list[Finding]:
    """The fields of a receipt that was recorded before with other contents, for whoever wrote the till."""
    fields = str(refusal.facts["fields"]).split(", ")
    return [Finding(one.rstrip("?"), MAY_DIFFER if one.endswith("?") else DIFFERS, {}) for one in fields]


def found_by_pydantic(errors: list[Any]) -> list[Finding]:
    """Its errors in our words; the first fifty: a body of nothing but mistakes is not answered by a larger one."""
    found = []
    for error in errors[:MOST_FINDINGS]:
        facts = {name: str(value) for name, value in (error.get("ctx") or {}).items()}
        what = WHAT.get(error["type"], WRONG_FORM)
        # The first two parts say `body` and the name of the view's argument.
        where = ".".join(str(part)[:80] for part in error["loc"] if part not in ("body", "said"))
        found.append(Finding(where, what, facts))
    return found
