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
from huitou.usecases import import_words
from huitou.usecases.undo_described import STAYS

_TOOK = N_("{rows} rows were taken in.")
_WOULD_TAKE = N_("{rows} rows can be taken in.")
_REFUSED = N_("{rows} were refused.")
_WOULD_REFUSE = N_("{rows} would be refused.")
_KNOWN = N_("{rows} were known already.")
_NOTHING = N_("Every row was known already: nothing changes.")

_NEW_STORES, _NEW_PRODUCTS = N_("New stores"), N_("New products")
_IN_PART_SHOWN = 10
_NEWCOMERS = (
    ("new_stores", N_("{count} new store"), N_("{count} new stores")),
    ("new_members", N_("{count} new member"), N_("{count} new members")),
    ("new_products", N_("{count} new product"), N_("{count} new products")),
)


def finding(report: Mapping[str, Any], *, taken: bool) -> SafeString:
    """What the import did, or would do, in a sentence or two."""
    rows = import_words.takes(report)
    known, refused = report.get("rows_repeated", 0), report.get("rows_refused", 0)
    if not rows and known and not refused:
        return joined([SafeString(escape(gettext(_NOTHING)))])
    said = [_say(_TOOK if taken else _WOULD_TAKE, rows, "u")]
    if known:
        said.append(_say(_KNOWN, known))
    if refused:
        said.append(_say(_REFUSED if taken else _WOULD_REFUSE, refused))
    return joined(said)


def changes(report: Mapping[str, Any]) -> bool:
    """Whether anything would be other afterwards: rows come in, or something new or changed is told."""
    if "changed" in report:
        return bool(report["new"] or report["changed"])
    return bool(import_words.takes(report) or report.get("rows_refused"))


def _say(template: str, count: int, mark: str = "") -> SafeString:
    shown = format_html('<b class="{}">{}</b>', mark, figures.rounded(count, 0))
    return format_html(gettext(template), rows=shown)


def blast_radius(report: Mapping[str, Any]) -> str:
    """`42,180 rows, 3 new stores, 1,204 new members`: what is about to change."""
    rows = import_words.takes(report)
    parts = [gettext("{count} rows").format(count=figures.rounded(rows, 0))]
    for name, one, many in _NEWCOMERS:
        if count := int(report.get(name, 0)):
            parts.append(gettext(one if count == 1 else many).format(count=figures.rounded(count, 0)))
    return ("，" if figures.chinese() else ", ").join(parts)


def newcomers(report: Mapping[str, Any]) -> list[tuple[str, list[str], int]]:
    """(what is new, the first of them by name, how many more): stores and products."""
    found = []
    for what, title in (("stores", _NEW_STORES), ("products", _NEW_PRODUCTS)):
        if named := report.get("newcomers", {}).get(what):
            found.append((gettext(title), named, int(report.get(f"new_{what}", 0)) - len(named)))
    return found


def worth_knowing(report: Mapping[str, Any]) -> list[list[str]]:
    """What is taken in and may surprise, some sentences on each matter."""
    swapped = report.get("looks_swapped")
    columns = [gettext(import_words.SWAPPED).format(**swapped)] if swapped else []
    return [said for said in (columns, _left_out(report), _no_sales(report), _in_part(report)) if said]


def _left_out(report: Mapping[str, Any]) -> list[str]:
    """What is left out as no sale by its status, a sentence each, and what of it stands as a sale of before."""
    said = [
        gettext(import_words.LEFT_OUT).format(
            **one | {"rows": figures.rounded(one["rows"], 0), "amount": _sum(one["amount"])}
        )
        for one in report.get("left_out", [])
    ]
    known = report.get("left_out_known", 0)
    return [*said, gettext(import_words.LEFT_OUT_KNOWN).format(count=figures.rounded(known, 0))] if known else said


def _no_sales(report: Mapping[str, Any]) -> list[str]:
    """What the file itself calls cancelled or not paid and what comes in as sales, a sentence each; then what to do."""
    said = [
        gettext(import_words.NO_SALES).format(
            **one | {"rows": figures.rounded(one["rows"], 0), "amount": _sum(one["amount"])}
        )
        for one in report.get("no_sales", [])
    ]
    return [*said, gettext(import_words.NO_SALES_NEXT)] if said else []


def _in_part(report: Mapping[str, Any]) -> list[str]:
    """The first rows that are taken without their phone, a sentence each; then how many more there are."""
    shown = report.get("in_part", [])[:_IN_PART_SHOWN]
    reasons = [(one["row_number"], one["detail"]) for one in shown]
    said = [gettext(import_words.IN_PART).format(number=number, reason=gettext(why)) for number, why in reasons]
    more = report.get("phones_left", 0) - len(shown)
    return [*said, gettext(import_words.IN_PART_MORE).format(count=figures.rounded(more, 0))] if more > 0 else said


def figures_of(report: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(name, figure) of what the report counts, without the noughts that say nothing."""
    always = {"rows_read", "rows_taken", "rows_refused"}
    counted = [
        (gettext(name), figures.rounded(figure, 0))
        for key, name, figure in import_words.figures(report)
        if figure or key in always
    ]
    sums = {"quantity": import_words.SUM_OF_QUANTITIES, "amount": import_words.SUM_OF_AMOUNTS}
    return counted + [(gettext(name), _sum(report[key])) for key, name in sums.items() if report.get(key)]


def stays_of(undo: Mapping[str, Any]) -> list[dict[str, str]]:
    """What an undo leaves as it is, and why, in the language of the request."""
    found = []
    for one in undo.get("stays", []):
        reason = STAYS[one["why"]]
        found.append({"name": one["name"], "why": gettext(reason).format(fields=one["fields"])})
    return found


def figures_of_undo(undo: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The same of what an undo takes away."""
    counted = [
        (gettext(name), figures.rounded(figure, 0)) for _, name, figure in import_words.undo_figures(undo) if figure
    ]
    sums = [(gettext(import_words.SUM_OF_AMOUNTS), _sum(undo["amount"]))] if undo.get("amount") else []
    return counted + sums


def _sum(text: str) -> str:
    """A sum as the report keeps it, with its thousands apart."""
    return figures.rounded(Decimal(text), len(text.partition(".")[2]))
