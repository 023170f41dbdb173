"""Products and categories: what sells, by itself or by category, and a page for each product."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.catalogue import service as catalogue
from huitou.doors.console import figures
from huitou.doors.console.gate import asked_place, last_refresh, needs
from huitou.doors.console.goods_said import category_finding, product_finding
from huitou.doors.console.holidays import festival_bands
from huitou.doors.console.layers import LAYERS
from huitou.doors.console.parts import Cell, Chart, Column, Table
from huitou.doors.console.periods import asked_day
from huitou.doors.console.widths import of_largest
from huitou.insight import service as insight
from huitou.insight.terms.goods import GoodsSeen, GoodsSold, WeekOfGoods
from huitou.kernel.errors import N_
from huitou.kernel.money import Money
from huitou.usecases.look_at_product import ProductLookedAt, look_at_product
from huitou.usecases.rank_goods import RankedGoods, rank_goods

PAGE_SIZE = 30
LONGEST_QUERY = 80
WEEKS_SHOWN = 53
SORT_NAMES = {
    "sales": N_("Sales, highest first"),
    "rising": N_("Won most"),
    "falling": N_("Lost most"),
    "year": N_("Growth over a year"),
    "members": N_("Members' share"),
    "name": N_("Name"),
}


@require_safe
@needs(Right.SEE_OVERVIEW)
def products(request: HttpRequest) -> HttpResponse:
    """Products and categories of the newest four whole weeks."""
    seen, store = asked_place(request)
    refreshed = last_refresh(request)
    words = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]
    category = request.GET.get("category", "").replace("\x00", "")[:200]
    sort = request.GET.get("sort", "")
    sort = sort if sort in insight.GOODS_ORDERS else "sales"
    text = request.GET.get("page", "")
    page = max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    ranked = rank_goods(store, words=words, category=category, order=sort, page=page, page_size=PAGE_SIZE)
    crumbs = category.split("/") if category else []
    facts = {
        "stores": seen.values(),
        "store": store,
        "whole_chain": access.scope_of(request.user).everything,
        "query": words,
        "category": category,
        "crumbs": [(name, "/".join(crumbs[: place + 1])) for place, name in enumerate(crumbs)],
        "sort": sort,
        "sorts": SORT_NAMES.items(),
        "refreshed": refreshed,
        "weeks": insight.goods_weeks(refreshed.as_of) if refreshed else None,
        "ranked": ranked,
        "empty": not refreshed or not (ranked.total or ranked.categories),
        "finding": category_finding(ranked, category) if ranked.whole.products else "",
        "categories": _categories(ranked, category),
        "rows": [_row(product, one, ranked.whole) for product, one in ranked.rows],
        "page": page,
        "pages": max(1, -(-ranked.total // PAGE_SIZE)),
        "first": (page - 1) * PAGE_SIZE + 1,
        "last": (page - 1) * PAGE_SIZE + len(ranked.rows),
    }
    return render(request, "console/products.html", facts)


def _categories(ranked: RankedGoods, category: str) -> list[dict[str, Any]]:
    widths = of_largest([sold.net_fen for _, sold in ranked.categories])
    return [
        {
            "name": name or gettext("Without a category"),
            "path": f"{category}/{name}".strip("/") if name else "",
            "sold": sold,
            "share": figures.rate_of(max(0, sold.net_fen), max(1, ranked.whole.net_fen)),
            "width": width,
            "change": _change(sold.net_fen, sold.before_fen),
            "year_change": _change(sold.net_fen, sold.year_before_fen),
            "members": figures.rate_of(sold.member_fen, sold.net_fen) if sold.net_fen > 0 else "—",
        }
        for (name, sold), width in zip(ranked.categories, widths, strict=True)
    ]


def _row(product: Any, one: GoodsSeen, whole: GoodsSold) -> dict[str, Any]:
    return {
        "product": product,
        "sold": one,
        "change": _change(one.net_fen, one.before_fen),
        "year_change": _change(one.net_fen, one.year_before_fen),
        "share": figures.rate_of(max(0, one.net_fen), max(1, whole.net_fen)),
        "members": figures.rate_of(one.member_fen, one.net_fen) if one.net_fen > 0 else "—",
        "price": one.usual_price,
    }


def _change(now: int, before: int) -> figures.Change | None:
    return figures.change(Fraction(now), Fraction(before), "money", 1)


@require_safe
@needs(Right.SEE_OVERVIEW)
def product(request: HttpRequest, product_id: int) -> HttpResponse:
    """One product. Raises ProductUnknown."""
    seen, store = asked_place(request)
    whole_chain = access.scope_of(request.user).everything
    refreshed = last_refresh(request)
    as_of = refreshed.as_of if refreshed else timezone.localdate()
    pinned = asked_day(request.GET)
    up_to = pinned if pinned is not None and pinned < as_of else as_of
    looked = look_at_product(product_id, store_id=store, seen=None if whole_chain else list(seen), as_of=up_to)
    link = _pinned(product_id, store, up_to)
    facts: dict[str, Any] = {
        "stores": seen.values(),
        "store": store,
        "whole_chain": whole_chain,
        "refreshed": refreshed,
        "it": looked.product,
        "kept_out": bool(catalogue.not_promotable([looked.product.sku])),
        "crumbs": _crumbs(looked.product.category),
        "here": looked.here,
        "empty": looked.here is None,
    }
    if looked.here is None:
        return render(request, "console/product.html", facts)
    facts |= {
        "weeks": insight.goods_weeks(as_of),
        "finding": product_finding(looked),
        "change": _change(looked.here.net_fen, looked.here.before_fen),
        "year_change": _change(looked.here.net_fen, looked.here.year_before_fen),
        "members": figures.rate_of(looked.here.member_fen, looked.here.net_fen) if looked.here.net_fen > 0 else "—",
        "promoted": figures.rate_of(looked.here.promoted_fen, looked.here.sold_fen),
        "sales": _sales_chart(looked, link),
        "prices": _price_chart(looked, link),
        "buyers": _buyers(looked),
        "pairs": _pairs(looked),
        "by_store": _by_store(looked, seen),
    }
    return render(request, "console/product.html", facts)


def _pinned(product_id: int, store: int | None, up_to: date) -> str:
    """The address that shows the weeks up to this day for ever."""
    asked = {"ends": up_to.isoformat()} | ({"store": str(store)} if store is not None else {})
    return f"{reverse('console:product', args=[product_id])}?{urlencode(asked)}"


def _crumbs(path: str) -> list[tuple[str, str]]:
    parts = path.split("/") if path else []
    return [(name, "/".join(parts[: place + 1])) for place, name in enumerate(parts)]


def _plotted(amount: Fraction | int | None) -> float | None:
    """For drawing only; what is written comes from the exact value."""
    return None if amount is None else round(float(Fraction(amount, 100)), 2)


def _week_name(week: WeekOfGoods) -> str:
    return gettext("week from {day}").format(day=figures.day(week.week_on))


def _sales_chart(looked: ProductLookedAt, link: str) -> Chart | None:
    by_week = {week.week_on: week for week in looked.weeks}
    shown = looked.weeks[-WEEKS_SHOWN:]
    if len(shown) < 2:
        return None
    before = [by_week.get(week.week_on - timedelta(weeks=52)) for week in shown]
    unit = figures.currency()
    return Chart(
        key="sales",
        builder="trend",
        link=link,
        title=gettext("Sales by week"),
        about=gettext("this year and the year before"),
        options={
            "ends": [week.week_on.isoformat() for week in shown],
            "labels": [_week_name(week) for week in shown],
            "now": [_plotted(week.net_fen) for week in shown],
            "before": [_plotted(week.net_fen if week else None) for week in before],
            "shown": [f"{figures.money(week.net_fen)} {unit}" for week in shown],
            "shownBefore": [f"{figures.money(week.net_fen)} {unit}" if week else "—" for week in before],
            "last": f"{figures.money(shown[-1].net_fen)} {unit}",
            "words": {"now": gettext("This year"), "before": gettext("Year before")},
            "unit": "money",
            "bands": festival_bands([week.week_on for week in shown], 7, days_begin=True),
        },
        finding=gettext("{amount} in the newest week").format(amount=f"{figures.money(shown[-1].net_fen)} {unit}"),
        definition=gettext(
            "Net amount of its lines in each whole week from Monday to Sunday, discounts and returns taken off."
        ),
        table=Table(
            (
                Column(gettext("Week from")),
                Column(gettext("Sales"), number=True),
                Column(gettext("Year before"), number=True, phone=False),
                Column(gettext("Times bought"), number=True),
            ),
            [
                (
                    week.week_on.isoformat(),
                    Cell(figures.money(week.net_fen), exact=str(Money(week.net_fen))),
                    figures.money(past.net_fen) if past else "—",
                    figures.rounded(week.times, 0),
                )
                for week, past in zip(reversed(shown), reversed(before), strict=True)
            ],
        ),
    )


def _priced(fen: Fraction | None, unit: str = "") -> str:
    """A week without a sale has no price."""
    return "—" if fen is None else f"{figures.money(fen)} {unit}".strip()


def _price_chart(looked: ProductLookedAt, link: str) -> Chart | None:
    shown = looked.weeks[-WEEKS_SHOWN:]
    priced = [week for week in shown if week.paid is not None]
    if len(priced) < 2:
        return None
    newest = f"{figures.money(priced[-1].paid or 0)} {figures.currency()}"
    if priced[-1] is shown[-1]:
        finding = gettext("{amount} paid in the newest week").format(amount=newest)
    else:
        finding = gettext("{amount} paid in the newest week with a sale, {week}").format(
            amount=newest, week=_week_name(priced[-1])
        )
    return Chart(
        key="prices",
        builder="trend",
        link=link,
        title=gettext("Price by week"),
        about=gettext("as it was paid, and before discounts"),
        options={
            "ends": [week.week_on.isoformat() for week in shown],
            "labels": [_week_name(week) for week in shown],
            "now": [_plotted(week.paid) for week in shown],
            "before": [_plotted(week.listed) for week in shown],
            "shown": [_priced(week.paid, figures.currency()) for week in shown],
            "shownBefore": [_priced(week.listed, figures.currency()) for week in shown],
            "last": newest,
            "words": {"now": gettext("Paid"), "before": gettext("Before discounts")},
            "unit": "money",
            "bands": festival_bands([week.week_on for week in shown], 7, days_begin=True),
        },
        height="mid",
        finding=finding,
        definition=gettext(
            "What a piece or kilogram cost on the average of the week: what was paid for it, and the same without the "
            "discounts that the till took off. A week without a sale has no price."
        ),
        table=Table(
            (
                Column(gettext("Week from")),
                Column(gettext("Paid"), number=True),
                Column(gettext("Before discounts"), number=True),
            ),
            [(week.week_on.isoformat(), _priced(week.paid), _priced(week.listed)) for week in reversed(shown)],
        ),
    )


def _buyers(looked: ProductLookedAt) -> dict[str, Any] | None:
    buyers = looked.buyers
    if buyers is None or not buyers.members:
        return None
    counts = [buyers.by_layer.get(key, 0) for key in LAYERS]
    return {
        "members": buyers.members,
        "again": buyers.again,
        "again_share": figures.rate_of(buyers.again, buyers.members),
        "few": buyers.members < 30,
        "rows": [
            {"key": key, "name": name, "members": count, "share": figures.rate_of(count, buyers.members)}
            for (key, name), count in zip(LAYERS.items(), counts, strict=True)
        ],
    }


def _pairs(looked: ProductLookedAt) -> list[dict[str, Any]]:
    return [
        {
            "product": other,
            "pair": pair,
            "lift": figures.rounded(pair.lift, 1),
            "confidence": figures.rate_of(pair.together, pair.of_product),
            "support": figures.rate_of(pair.together * 10, pair.baskets * 10),
        }
        for other, pair in looked.bought_with
    ]


def _by_store(looked: ProductLookedAt, seen: dict[int, Any]) -> list[dict[str, Any]]:
    rows = [one for one in looked.by_store if one.store_id in seen]
    widths = of_largest([one.net_fen for one in rows])
    return [
        {
            "store": seen[one.store_id or 0],
            "address": f"{reverse('console:product', args=[looked.product.id])}?{urlencode({'store': one.store_id})}",
            "sold": one,
            "width": width,
            "change": _change(one.net_fen, one.before_fen),
            "year_change": _change(one.net_fen, one.year_before_fen),
        }
        for one, width in zip(rows, widths, strict=True)
    ]
