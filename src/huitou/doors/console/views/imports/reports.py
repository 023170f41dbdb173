"""Reports of imports as a store manager reads them: a sentence, then the figures that bear it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from huitou.doors.console import figures
from huitou.doors.console.findings import joined
from huitou.kernel.errors import N_
from huitou.usecases.undo_described import STAYS

_TOOK = N_("{rows} rows were taken in.")
_WOULD_TAKE = N_("{rows} rows can be taken in.")
_REFUSED = N_("{rows} were refused.")
_WOULD_REFUSE = N_("{rows} would be refused.")
_KNOWN = N_("{rows} were known already.")
_NOTHING = N_("Every row was known already: nothing changes.")

_FIGURES = {
    "rows_read": N_("Rows read"),
    "rows_taken": N_("Rows taken"),
    "rows_repeated": N_("Rows known already"),
    "rows_refused": N_("Rows refused"),
    "new": N_("New"),
    "changed": N_("Changed"),
    "same": N_("Unchanged"),
    "sales": N_("Receipts of sales"),
    "returns": N_("Receipts of returns"),
    "returned_rows_without_their_sale": N_("Returned rows whose sale is not known"),
    "new_stores": N_("New stores"),
    "new_members": N_("New members"),
    "new_products": N_("New products"),
    "points_posted": N_("Sales that earned points"),
    "points_reversed": N_("Returns that took points back"),
    "shared_phones": N_("Phones that several members share"),
    "members": N_("Members"),
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
_SUM_OF_AMOUNTS = N_("Sum of amounts")
_AMOUNTS = {"quantity": N_("Sum of quantities"), "amount": _SUM_OF_AMOUNTS}
_UNDO = {
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
    "restored": N_("Rows that are as before again"),
    "count": N_("Entries taken back"),
    "staying": N_("What stays as it is"),
}
_NEWCOMERS = (
    ("new_stores", N_("{count} new store"), N_("{count} new stores")),
    ("new_members", N_("{count} new member"), N_("{count} new members")),
    ("new_products", N_("{count} new product"), N_("{count} new products")),
)


def finding(report: Mapping[str, Any], *, taken: bool) -> SafeString:
    """What the import did, or would do, in a sentence or two."""
    rows = _rows_taken(report)
    known, refused = report.get("rows_repeated", 0), report.get("rows_refused", 0)
    if not rows and known and not refused:
        return joined([SafeString(escape(gettext(_NOTHING)))])
    said = [_say(_TOOK if taken else _WOULD_TAKE, rows, "u")]
    if known:
        said.append(_say(_KNOWN, known))
    if refused:
        said.append(_say(_REFUSED if taken else _WOULD_REFUSE, refused))
    return joined(said)


def _rows_taken(report: Mapping[str, Any]) -> int:
    if "rows_taken" in report:
        return int(report["rows_taken"])
    return int(report.get("rows_read", 0)) - int(report.get("rows_refused", 0))


def changes(report: Mapping[str, Any]) -> bool:
    """Whether anything would be other afterwards: rows come in, or something new or changed is told."""
    if "changed" in report:
        return bool(report["new"] or report["changed"])
    return bool(_rows_taken(report) or report.get("rows_refused"))


def _say(template: str, count: int, mark: str = "") -> SafeString:
    shown = format_html('<b class="{}">{}</b>', mark, figures.rounded(count, 0))
    return format_html(gettext(template), rows=shown)


def blast_radius(report: Mapping[str, Any]) -> str:
    """`42,180 rows, 3 new stores, 1,204 new members`: what is about to change."""
    rows = _rows_taken(report)
    parts = [gettext("{count} rows").format(count=figures.rounded(rows, 0))]
    for name, one, many in _NEWCOMERS:
        if count := int(report.get(name, 0)):
            parts.append(gettext(one if count == 1 else many).format(count=figures.rounded(count, 0)))
    return ("，" if figures.chinese() else ", ").join(parts)


def newcomers(report: Mapping[str, Any]) -> list[tuple[str, list[str], int]]:
    """(what is new, the first of them by name, how many more): stores and products."""
    found = []
    for what, title in (("stores", _FIGURES["new_stores"]), ("products", _FIGURES["new_products"])):
        if named := report.get("newcomers", {}).get(what):
            found.append((gettext(title), named, int(report.get(f"new_{what}", 0)) - len(named)))
    return found


def figures_of(report: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(name, figure) of what the report counts, without the noughts that say nothing."""
    report = {**report, **report.get("counts", {})}
    always = {"rows_read", "rows_taken", "rows_refused"}
    counted = [
        (gettext(name), figures.rounded(int(report[key]), 0))
        for key, name in _FIGURES.items()
        if key in report and (report[key] or key in always)
    ]
    sums = [(gettext(name), _sum(report[key])) for key, name in _AMOUNTS.items() if report.get(key)]
    return counted + sums


def stays_of(undo: Mapping[str, Any]) -> list[dict[str, str]]:
    """What an undo leaves as it is, and why, in the language of the request."""
    found = []
    for one in undo.get("stays", []):
        reason = STAYS[one["why"]]
        found.append({"name": one["name"], "why": gettext(reason).format(fields=one["fields"])})
    return found


def figures_of_undo(undo: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The same of what an undo takes away."""
    counted = [(gettext(name), figures.rounded(int(undo[key]), 0)) for key, name in _UNDO.items() if undo.get(key)]
    return counted + ([(gettext(_SUM_OF_AMOUNTS), _sum(undo["amount"]))] if undo.get("amount") else [])


def _sum(text: str) -> str:
    """A sum as the report keeps it, with its thousands apart."""
    return figures.rounded(Decimal(text), len(text.partition(".")[2]))
