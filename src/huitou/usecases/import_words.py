"""What the reports of imports and of their undo call their figures, for every way in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from huitou.kernel.errors import N_

STEPS = {
    "read": N_("Reading and judging the rows"),
    "stores": N_("Stores"),
    "products": N_("Products"),
    "members": N_("Members"),
    "receipts": N_("Receipts and lines"),
    "points": N_("Points"),
}
"""The steps of an import, in their order."""
UNDO_STEPS = {
    "receipts": N_("Receipts that leave"),
    "points": N_("Points"),
    "rows": N_("Receipts and lines"),
    "members": N_("Members"),
    "stores": N_("Stores"),
}
_FIGURES = {
    "rows_read": N_("Rows read"),
    "rows_taken": N_("Rows taken"),
    "rows_repeated": N_("Rows known already"),
    "rows_refused": N_("Rows refused"),
    "rows_left_out": N_("Rows left out: no sales"),
    "new": N_("New"),
    "changed": N_("Changed"),
    "same": N_("Unchanged"),
    "receipts": N_("Receipts"),
    "sales": N_("Receipts of sales"),
    "returns": N_("Returns"),
    "returned_rows": N_("Returned rows"),
    "returned_rows_without_their_sale": N_("of them, members' without a known sale"),
    "members": N_("Members"),
    "new_members": N_("New members"),
    "new_stores": N_("New stores"),
    "new_products": N_("New products"),
    "points_posted": N_("Sales that earned points"),
    "points_reversed": N_("Returns that took points back"),
    "shared_phones": N_("Phones that several people have"),
    "phones_left": N_("Phones left out: nobody can be called at them"),
    "points": N_("Points in the file"),
    "points_posted_before": N_("Points that stood here before"),
    "points_moved": N_("Points posted"),
    "lots": N_("Lots"),
    "members_owing": N_("Members who owe points"),
    "kinds": N_("New kinds of coupons"),
    "bearer": N_("Coupons of their bearer"),
    "live": N_("Coupons that can be used"),
    "used": N_("Coupons used at the old programme"),
    "expired": N_("Coupons that have expired"),
    "void": N_("Coupons that are void"),
}
_DESCRIBED = {
    "members": (N_("New members"), N_("Changed members"), N_("Members as before")),
    "products": (N_("New products"), N_("Changed products"), N_("Products as before")),
    "stores": (N_("New stores"), N_("Changed stores"), N_("Stores as before")),
}
_WHERE_THERE_ARE_ANY = ("shared_phones", "phones_left", "rows_left_out")
IN_PART = N_("Row {number} is taken without its phone: {reason}")
IN_PART_MORE = N_("... and {count} more.")
_UNDO = {
    "count": N_("Entries taken back"),
    "receipts": N_("Receipts that leave"),
    "rows": N_("Rows that leave"),
    "receipts_kept": N_("Receipts that stay: another import brought them too"),
    "members": N_("Members who leave"),
    "stores": N_("Stores that leave"),
    "products": N_("Products that leave"),
    "points_taken_back": N_("Points taken back from members"),
    "points_given_back": N_("Points given back, of returns"),
    "points_owed": N_("Points that were spent already, and are owed"),
    "members_owing": N_("Members who owe them"),
    "removed": N_("Things that leave: this import made them"),
    "left_besides": N_("What leaves besides: only imports undone before had brought it"),
    "restored": N_("Rows that are as before again"),
    "staying": N_("What stays as it is"),
}
_UNDO_OF = {
    "balances": {"count": N_("Balances taken back"), "members_owing": N_("Members who owe what was spent")},
    "tiers": {"count": N_("Members whose tiers were struck")},
    "coupons": {
        "count": N_("Coupons taken back"),
        "staying": N_("Coupons that stay: a till has held or used them"),
    },
}
NO_SALES = N_("{column} is {status} in {rows} rows of {amount}: they count as sales and earn points.")
NO_SALES_NEXT = N_(
    "If they are no sales, take these rows out of the file first; an import that was done can be undone."
)
SWAPPED = N_(
    "Quantity and amount look swapped: {quantity} reads like money and {amount} like pieces. "
    "Look at the columns before anything is taken in."
)
LEFT_OUT = N_("{column} is {status} in {rows} rows of {amount}: they are no sales, and are left out.")
LEFT_OUT_KNOWN = N_(
    "{count} receipts of them stand here as sales of an earlier file: their return, or the undo of that import, takes "
    "them back."
)
SUM_OF_QUANTITIES, SUM_OF_AMOUNTS = N_("Sum of quantities"), N_("Sum of amounts")


def figures(report: Mapping[str, Any]) -> list[tuple[str, str, int]]:
    """(field, English name, figure) of what an import's report counts, noughts too, in the order to read them in."""
    said = {**report, **report.get("counts", {})}
    names = _FIGURES | dict(zip(("new", "changed", "same"), _DESCRIBED.get(str(said.get("kind")), ()), strict=False))
    told = [(field, name, int(said[field])) for field, name in names.items() if isinstance(said.get(field), int)]
    return [one for one in told if one[2] or one[0] not in _WHERE_THERE_ARE_ANY]


def undo_figures(undo: Mapping[str, Any]) -> list[tuple[str, str, int]]:
    """The same of what an undo takes away."""
    names = _UNDO | _UNDO_OF.get(str(undo.get("kind")), {})
    return [(field, name, int(undo[field])) for field, name in names.items() if isinstance(undo.get(field), int)]


def takes(report: Mapping[str, Any]) -> int:
    """How many rows come in: of a file that describes things, all that were not refused."""
    if "rows_taken" in report:
        return int(report["rows_taken"])
    return int(report.get("rows_read", 0)) - int(report.get("rows_refused", 0))
