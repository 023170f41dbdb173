"""`huitou price --explain`: the answer as a table that a cashier understands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from huitou.doors.cli.words import translate
from huitou.kernel.errors import N_

Json = dict[str, Any]
NOTHING = "0.00"


def show(answer: Json) -> None:
    """Print the units, the totals, and what there is to say beside them."""
    from rich.console import Console

    names = {one["offer"]: _named(one) for part in ("applied", "benefits", "not_applied") for one in answer[part]}
    console = Console()
    console.print(_units(answer, names))
    console.print(_totals(answer))
    for remark in _remarks(answer, names):
        console.print(remark, highlight=False, markup=False)


def _remarks(answer: Json, names: dict[str, str]) -> Iterator[str]:
    from huitou.offers.service import reason_text

    for benefit in answer["benefits"]:
        yield f"+ {_said(_named(benefit), _given(benefit['given']))}"
    if answer["points"]:
        yield translate(N_("{points} points will be earned.")).format(points=answer["points"])
    for one in answer["not_applied"]:
        yield f"- {_said(_named(one), _with_missing(translate(reason_text(one['reason'])), one))}"
    for one in answer["suggestions"]:
        named = names.get(one["offer"], one["offer"])
        if one["coupon"]:
            hint = N_("{offer}: coupon {coupon} would save {saves}.")
        else:
            hint = N_("{offer}: may be taken along for {at_price}.")
        yield f"? {translate(hint).format(**{**one, 'offer': named})}"
    if not answer["optimal"]:
        text = translate(N_("Another combination could save at most {amount} more."))
        yield text.format(amount=answer["at_most_better"])


def _said(offer: str, what: str) -> str:
    return translate(N_("{offer}: {what}")).format(offer=offer, what=what)


def _with_missing(reason: str, one: Json) -> str:
    if one["missing_amount"]:
        return translate(N_("{reason} {missing} more")).format(reason=reason, missing=one["missing_amount"])
    if one["missing_pieces"]:
        return translate(N_("{reason} {missing} pieces more")).format(reason=reason, missing=one["missing_pieces"])
    return reason


def _units(answer: Json, names: dict[str, str]) -> Any:
    from rich.markup import escape
    from rich.table import Table

    table = Table()
    headings = (N_("Product"), N_("Pieces"), N_("Full price each"), N_("To pay each"), N_("Offers"))
    for heading in headings:
        table.add_column(translate(heading), justify="left" if heading in ("Product", "Offers") else "right")
    for unit in answer["units"]:
        takings = ", ".join(f"{names.get(one['offer'], one['offer'])} -{one['off']}" for one in unit["takings"])
        table.add_row(escape(unit["sku"]), str(unit["pieces"]), unit["before"], unit["after"], escape(takings))
    return table


def _totals(answer: Json) -> Any:
    from rich.markup import escape
    from rich.table import Table

    rows = [(translate(N_("Full price")), answer["total_before"])]
    if answer["levies"] != NOTHING:
        rows.append((translate(N_("of it bags and deposits")), answer["levies"]))
    rows += [(_named(one), f"-{one['off']}") for one in answer["applied"]]
    rows.append((translate(N_("To pay")), answer["total"]))
    for one in answer["taxes"]:
        percents = " + ".join(f"{percent} %" for percent in one["percents"])
        rows.append((translate(N_("of it tax {percents}")).format(percents=percents), one["tax"]))
    if answer["delivery"] != NOTHING:
        rows.append((translate(N_("Delivery")), answer["delivery"]))
    rows += [(_tender(one), f"-{one['amount']}") for one in answer["tenders"]]
    if answer["tenders"] or answer["delivery"] != NOTHING:
        rows.append((translate(N_("Still due")), answer["due"]))
    grid = Table.grid(padding=(0, 2))
    grid.add_column()
    grid.add_column(justify="right")
    for row in rows:
        grid.add_row(*(escape(cell) for cell in row))
    return grid


def _named(one: Json) -> str:
    return str(one["name"] or one["offer"])


PAID_BY = {
    "stored_value": N_("Stored value"),
    "gift_card": N_("Gift card"),
    "points": N_("Points as money"),
    "other": N_("Other payment"),
}


def _tender(one: Json) -> str:
    """What pays, and the name that the till gave it."""
    return f"{translate(PAID_BY[one['kind']])} {one['id']}".rstrip()


GIVEN = {
    "points": N_("{count} points"),
    "stamps": N_("{count} stamps"),
    "delivery": N_("no delivery fee"),
}


def _given(given: Json) -> str:
    words = []
    for what, value in given.items():
        if what == "gifts":
            words += [f"{gift['sku']} × {gift['pieces']}" for gift in value]
        elif what == "coupons":
            words += [f"{coupon['kind']} × {coupon['count']}" for coupon in value]
        else:
            words.append(translate(GIVEN.get(what, "{count}")).format(count=value))
    return ", ".join(words)
