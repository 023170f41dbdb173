"""What they buy, down the tree of categories, beside everybody."""

from __future__ import annotations

from django.utils.translation import gettext

from huitou.doors.console import figures
from huitou.doors.console.lifts import Named, lifts_shown
from huitou.doors.console.parts import Cell, Column, Table
from huitou.doors.console.views.analysis.view import Lifts, Question, View, compared, count, index, last_name
from huitou.usecases.analyse import Categories, categories_of

SHOWN = 60


def categories(question: Question) -> View:
    found = categories_of(question.asked, question.within)
    rows = [one for one in found.rows if one.net_fen or one.buyers or one.all_buyers]
    whole, everybody = sum(one.net_fen for one in rows), sum(one.all_fen for one in rows)
    if not whole:
        return View(blank=gettext("Nothing of it was bought in these weeks."))
    first = rows[0]
    finding = gettext("{share} of what they spend here goes on {category}; {buyers} of {all} bought it.").format(
        share=figures.rate_of(first.net_fen, whole) + "%",
        category=last_name(first.category),
        buyers=count(first.buyers),
        all=count(found.buyers),
    )
    table = Table(
        (
            Column(gettext("Category")),
            Column(f"{gettext('Spend')} ({figures.currency()})", number=True),
            Column(gettext("Share"), number=True),
            Column(gettext("Everybody's"), number=True, phone=False),
            Column(gettext("Index"), number=True),
            Column(gettext("Buyers"), number=True, phone=False),
            Column(
                gettext("Of their members") if question.whose else gettext("Of the members"), number=True, phone=False
            ),
            Column(gettext("Of all members"), number=True, phone=False),
        ),
        [
            (
                _name(question, found, one.category),
                figures.money_in_whole(one.net_fen),
                figures.rate_of(one.net_fen, whole) + "%",
                figures.rate_of(one.all_fen, everybody) + "%",
                index(one.net_fen, whole, one.all_fen, everybody),
                count(one.buyers),
                figures.rate_of(one.buyers, found.buyers) + "%",
                figures.rate_of(one.all_buyers, found.all_buyers) + "%",
            )
            for one in rows[:SHOWN]
        ],
    )
    foot = gettext(
        "{span}, returns taken off. The index is the share of their spend by the share of everybody's, 100 is the "
        "same. A category stands where it stands in the catalogue of the day its lines came in."
    ).format(span=figures.span(found.span.first, found.span.last))
    if not question.whose:
        finding = gettext("{share} of what members spend here goes on {category}; {buyers} of {all} bought it.").format(
            share=figures.rate_of(first.net_fen, whole) + "%",
            category=last_name(first.category),
            buyers=count(first.buyers),
            all=count(found.buyers),
        )
        foot = gettext(
            "{span}, returns taken off. A category stands where it stands in the catalogue of the day its lines came "
            "in."
        ).format(span=figures.span(found.span.first, found.span.last))
    lifts = [_lifts(question, found)] if question.whose else []
    return View(finding, None, [("categories", gettext("Categories"), compared(question, table, 3, 4, 7))], lifts, foot)


def _name(question: Question, found: Categories, path: str) -> Cell:
    leads = path and path != found.within
    return Cell(last_name(path) or gettext("Without a category"), question.address(within=path) if leads else "")


def _lifts(question: Question, found: Categories) -> Lifts:
    by_sure = sorted(found.sure.items(), key=lambda one: (-one[1].sure, one[0]))
    named = [Named(last_name(path), lift) for path, lift in by_sure if lift.clear]
    return Lifts(
        gettext("What they are likelier to buy, and what less"),
        gettext("of their members who bought anything, beside all members; the line is 1 ×"),
        gettext("Category"),
        lifts_shown(named[:SHOWN]),
        gettext("Nothing that chance would not do, or too few members to tell."),
    )
