"""The lines of an offer's form: a sentence for each, with a blank for each field. `form.py` reads them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from huitou.doors.console import figures
from huitou.kernel.errors import N_

BLANK = re.compile(r"\{(?!currency\})([a-z_]+)\}")
"""A gap for a field. What the chain counts in is a gap too, and no field."""
GOODS = ("skus", "categories", "brands", "tags", "suppliers")
KINDS: Mapping[str, str] = {
    "threshold": N_("Spend and save"),
    "nth_unit": N_("Second at half price"),
    "fixed_price": N_("Member price"),
    "percent_off": N_("Percentage off"),
    "amount_off": N_("Amount off"),
    "bundle": N_("Bundle price"),
    "buy_get": N_("Buy A, get B"),
    "cheapest_free": N_("Buy two, get one"),
    "add_on": N_("Add-on price"),
    "points_bonus": N_("More points"),
    "gift": N_("Gift"),
    "next_coupon": N_("Coupon for next time"),
    "stamps": N_("Stamps"),
    "free_delivery": N_("Free delivery"),
}
"""In the order of the tabs: what shops use most comes first."""

GIVES: Mapping[str, Sequence[str]] = {
    "threshold": (N_("On {goods}"), N_("{every} for every full step")),
    "nth_unit": (N_("Of every {n} pieces of {goods} the cheapest gets {percent} percent off"),),
    "fixed_price": (N_("{goods} for {price} {currency} each"),),
    "percent_off": (N_("{percent} percent off {goods}"),),
    "amount_off": (N_("{amount} {currency} off {goods}, {per}"),),
    "bundle": (N_("Together for {price} {currency}, or {percent} percent off, or {amount} {currency} off"),),
    "buy_get": (
        N_("Buy {buy_pieces} pieces of {buy_goods},"),
        N_("get {get_pieces} pieces of {get_goods}"),
        N_(
            "{percent} percent off, or {amount} {currency} off each, or for {price} {currency} each; "
            "left empty they are free"
        ),
    ),
    "cheapest_free": (N_("Of every {group} pieces of {goods} the {free} cheapest get {percent} percent off"),),
    "add_on": (N_("Add {goods} for {price} {currency}, at most {times} a receipt"),),
    "points_bonus": (N_("{multiply} percent of the points (200 doubles them), and {add} points on top"),),
    "gift": (N_("{every} each time the condition is met"), N_("{less_scanned} not those that lie in the basket")),
    "next_coupon": (N_("{count} coupons of the kind {coupon}, for the next time"),),
    "stamps": (N_("{count} stamps for every {per_amount} {currency}; left empty once a receipt"),),
    "free_delivery": (N_("The delivery fee is not charged"),),
}
ROWS: Mapping[str, Mapping[str, str]] = {
    "threshold": {
        "steps": N_(
            "From {least_amount} {currency} or {least_pieces} pieces: {amount} {currency} or {percent} percent off"
        )
    },
    "bundle": {"groups": N_("{pieces} pieces of {goods}")},
    "gift": {"gifts": N_("{pieces} of the product {sku}")},
}
"""What a kind gives in several rows."""
ADDS: Mapping[str, str] = {"threshold": N_("Add a step"), "bundle": N_("Add goods"), "gift": N_("Add a gift")}
"""What the button says that adds another of these rows."""
REDUCTIONS = frozenset({"threshold", "fixed_price", "percent_off", "amount_off"})
MORE_OF_REDUCTION: Sequence[str] = (
    N_("At most {most} {currency} off a receipt"),
    N_("Only {most_units} pieces {most_units_of}, the {pick}"),
    N_("Spread by {spread}"),
)
ROUNDED = N_("Rounded {per}")
NEED = N_(
    "{goods} for {least_amount} {currency} or more, {least_pieces} to {most_pieces} pieces; {without_tax} before tax"
)
WHO: Sequence[str] = (
    N_("{members_only} members only {birthday_month} in the month of their birthday"),
    N_("{staff_only} staff only"),
    N_("Of the tiers {tiers}"),
    N_("In the segments {segments}"),
    N_("With a coupon of the kind {coupon}"),
)
WHEN: Sequence[str] = (
    N_("From {starts} to {ends}"),
    N_("On {weekdays}"),
    N_("From {from_hour} to {to_hour} o'clock"),
    N_("In the stores {stores}"),
    N_("In the channels {channels}"),
)
COMBINES: Sequence[str] = (
    N_("With other offers: {stack}, {scope}"),
    N_("In the stage {stage}, priority {priority}, reckoned on {base}"),
    N_("In the group {group}, of which at most {group_most} apply to a receipt"),
)
LIMITS: Sequence[str] = (
    N_("Each member {per_member} times, {per_member_day} times a day; each store {per_store_day} times a day"),
    N_("Each member at most {per_member_month} {currency} in a month: the quota of a staff discount"),
    N_("Altogether {uses} times, and a budget of {budget} {currency}: then it ends"),
    N_("On one receipt at most {applications} times, {units} pieces and {receipt_budget} {currency}"),
)
FUNDED = N_("{payer} pays {percent} percent")

MONEY = frozenset(
    {"amount", "price", "least_amount", "most", "per_amount", "budget", "receipt_budget", "per_member_month"}
)
NUMBERS = frozenset(
    {
        *("least_pieces", "most_pieces", "n", "group_most", "free", "times", "count", "pieces", "buy_pieces"),
        *("get_pieces", "most_units", "priority", "add", "applications", "units"),
        *("uses", "per_member", "per_member_day", "per_store_day"),
    }
)
PERCENTS = frozenset({"percent", "multiply"})
FLAGS = frozenset({"every", "less_scanned", "members_only", "staff_only", "birthday_month", "without_tax"})
LISTS = frozenset({*GOODS, *(f"not_{one}" for one in GOODS), "tiers", "segments", "stores", "channels", "weekdays"})
TERMS = {"uses": "uses", "per_member": "per_member", "per_member_day": "per_member_day",
         "per_store_day": "per_store_day", "per_member_month": "per_member_month_fen",
         "budget": "budget_fen"}  # fmt: skip
"""Fields of the form that stand in the offer's terms and not in its document."""
CHOICES: Mapping[str, Sequence[tuple[str, str]]] = {
    "per": (
        ("", N_("as usual")),
        ("unit", N_("piece by piece")),
        ("line", N_("line by line")),
        ("lot", N_("over all")),
    ),
    "pick": (("cheapest", N_("cheapest")), ("dearest", N_("dearest"))),
    "most_units_of": (("basket", N_("of the basket")), ("line", N_("of each line"))),
    "spread": (("value", N_("value")), ("pieces", N_("pieces"))),
    "stack": (
        ("usual", N_("as its stage does")),
        ("never", N_("its goods take no other")),
        ("always", N_("combined with all")),
    ),
    "scope": (("units", N_("its goods alone")), ("receipt", N_("the whole receipt"))),
    "stage": (
        ("", N_("as usual for its kind")),
        ("price", N_("price")),
        ("deal", N_("deal")),
        ("item", N_("item")),
        ("order", N_("order")),
        ("coupon", N_("coupon")),
    ),
    "base": (("stage", N_("what is left")), ("initial", N_("the first prices"))),
}
USUAL = {"pick": "cheapest", "most_units_of": "basket", "spread": "value", "stack": "usual", "scope": "units",
         "base": "stage"}  # fmt: skip
"""Choices that are left out of the document."""

UNSAID: Mapping[str, str] = {"n": "2", "free": "1", "count": "1", "times": "1", "pieces": "1", "buy_pieces": "1",
          "get_pieces": "1"}  # fmt: skip
"""Of what an offer gives: the number that the engine takes where none is written."""
EXAMPLES: Mapping[str, str] = {"from_hour": "8:00", "to_hour": "22:00"}
"""How a blank is filled in that holds for everything while it is empty."""


@dataclass(frozen=True, slots=True)
class Word:
    """A piece of a line: a text, or a blank of the form."""

    text: str = ""
    name: str = ""
    """The name of the input: `get.steps.0.amount`."""
    kind: str = ""
    """money, number, percent, flag, choice, goods, text, moment, hour, weekdays or list."""
    value: Any = None
    options: Sequence[tuple[str, str, bool]] = ()
    """(value, text, chosen)."""
    unit: str = ""
    label: str = ""
    usual: str = ""
    """What holds where the blank is left empty."""


def kind_of(field: str) -> str:
    """What kind of blank a field is."""
    if field in MONEY:
        return "money"
    if field in PERCENTS:
        return "percent"
    for kind, names in (("number", NUMBERS), ("flag", FLAGS), ("choice", frozenset(CHOICES))):
        if field in names:
            return kind
    if field in ("goods", "buy_goods", "get_goods"):
        return "goods"
    if field in ("starts", "ends"):
        return "moment"
    if field in ("from_hour", "to_hour"):
        return "hour"
    if field in LISTS:
        return "weekdays" if field == "weekdays" else "list"
    return "text"


LABELS: Mapping[str, str] = {
    "goods": N_("Goods"),
    "buy_goods": N_("Goods to buy"),
    "get_goods": N_("Goods to get"),
    "percent": N_("Percent"),
    "amount": N_("Amount off"),
    "price": N_("Price"),
    "least_amount": N_("Amount"),
    "least_pieces": N_("Pieces"),
    "most_pieces": N_("At most pieces"),
    "n": N_("Pieces"),
    "group": N_("Group"),
    "group_most": N_("At most of the group"),
    "free": N_("Free pieces"),
    "times": N_("Times"),
    "multiply": N_("Percent of the points"),
    "add": N_("Points"),
    "count": N_("How many"),
    "coupon": N_("Kind of coupon"),
    "per_amount": N_("For every amount"),
    "sku": N_("Product"),
    "pieces": N_("Pieces"),
    "most": N_("At most off"),
    "most_units": N_("At most pieces"),
    "pick": N_("Which pieces"),
    "most_units_of": N_("Counted by"),
    "per": N_("Per"),
    "spread": N_("Spread by"),
    "starts": N_("First day"),
    "ends": N_("Last day"),
    "weekdays": N_("Weekdays"),
    "from_hour": N_("From"),
    "to_hour": N_("Until"),
    "stores": N_("Stores"),
    "channels": N_("Channels"),
    "tiers": N_("Tiers"),
    "segments": N_("Segments"),
    "stack": N_("With other offers"),
    "scope": N_("Scope"),
    "stage": N_("Stage"),
    "priority": N_("Priority"),
    "base": N_("Reckoned on"),
    "uses": N_("Uses"),
    "per_member": N_("Per member"),
    "per_member_day": N_("Per member and day"),
    "per_store_day": N_("Per store and day"),
    "per_member_month": N_("Per member and month"),
    "budget": N_("Budget"),
    "receipt_budget": N_("At most off a receipt"),
    "applications": N_("Times a receipt"),
    "units": N_("Pieces a receipt"),
    "payer": N_("Who pays"),
    "steps": N_("Steps"),
    "groups": N_("Groups of goods"),
    "gifts": N_("Gifts"),
    "id": N_("Code"),
    "every": N_("For every full step"),
    "less_scanned": N_("Not what lies in the basket"),
    "members_only": N_("Members only"),
    "staff_only": N_("Staff only"),
    "birthday_month": N_("In the month of the birthday"),
    "without_tax": N_("Before tax"),
}


def pieces_of(line: str) -> list[tuple[str, str]]:
    """A line in the language of the request as (text, field) pairs: text before each blank, the rest with ''."""
    said, found, at = gettext(line).replace("{currency}", figures.currency()), [], 0
    for blank in BLANK.finditer(said):
        found.append((said[at : blank.start()], blank[1]))
        at = blank.end()
    return [*found, (said[at:], "")] if at < len(said) else found
