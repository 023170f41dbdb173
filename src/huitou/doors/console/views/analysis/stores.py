"""Where they buy: each store's part, beside everybody's."""

from __future__ import annotations

from fractions import Fraction

from django.utils.translation import gettext

from huitou.doors.console import figures
from huitou.doors.console.parts import Cell, Column, Table
from huitou.doors.console.views.analysis.view import Question, View, compared, count, index
from huitou.insight.terms import StorePart
from huitou.usecases.analyse import stores_of


def stores(question: Question) -> View:
    span, rows = stores_of(question.asked)
    found = [one for one in rows if one.store_id in question.stores and one.all_receipts]
    whole, everybody = sum(one.net_fen for one in found), sum(one.all_fen for one in found)
    if not whole:
        return View(blank=gettext("No receipt of theirs in these weeks."))
    found.sort(key=lambda one: (-one.net_fen, one.store_id))
    first = found[0]
    finding = gettext("{share} of their money goes to {store}, of everybody's {all}.").format(
        share=figures.rate_of(first.net_fen, whole) + "%",
        store=question.stores[first.store_id].name,
        all=figures.rate_of(first.all_fen, everybody) + "%",
    )
    if not question.whose:
        finding = gettext("{share} of all sales to members are made in {store}.").format(
            share=figures.rate_of(first.net_fen, whole) + "%", store=question.stores[first.store_id].name
        )
    table = Table(
        (
            Column(gettext("Store")),
            Column(f"{gettext('Sales')} ({figures.currency()})", number=True),
            Column(gettext("Share"), number=True),
            Column(gettext("Index"), number=True),
            Column(gettext("Of the store's sales"), number=True, phone=False),
            Column(gettext("Receipts"), number=True, phone=False),
            Column(f"{gettext('Average ticket')} ({figures.currency()})", number=True),
            Column(gettext("Everybody's ticket"), number=True, phone=False),
            Column(gettext("Members"), number=True, phone=False),
        ),
        [_row(question, one, whole, everybody) for one in found],
    )
    foot = gettext(
        "{span}, returns taken off; the ticket is net sales by receipts of sales. The index is a store's share of "
        "their money by its share of everybody's, 100 is the same. A member who buys in two stores stands in both."
    ).format(span=figures.span(span.first, span.last))
    if not question.whose:
        foot = gettext(
            "{span}, returns taken off; the ticket is net sales by receipts of sales. A member who buys in two stores "
            "stands in both."
        ).format(span=figures.span(span.first, span.last))
    return View(finding, None, [("stores", gettext("Stores"), compared(question, table, 3, 4, 7))], foot=foot)


def _row(question: Question, one: StorePart, whole: int, everybody: int) -> tuple[Cell | str, ...]:
    def ticket(fen: int, receipts: int) -> str:
        return figures.money(Fraction(fen, receipts)) if receipts else "—"

    return (
        Cell(question.stores[one.store_id].name, question.address(view="hours", store=one.store_id)),
        figures.money_in_whole(one.net_fen),
        figures.rate_of(one.net_fen, whole) + "%",
        index(one.net_fen, whole, one.all_fen, everybody),
        figures.rate_of(one.net_fen, one.all_fen) + "%",
        count(one.receipts),
        ticket(one.net_fen, one.receipts),
        ticket(one.all_fen, one.all_receipts),
        count(one.members),
    )
