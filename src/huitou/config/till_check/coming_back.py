"""Before anything comes back: the price list, the sale that a receipt names, and what a return would give back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from huitou.config.till_check.vendor import Exchange, Vendor
from huitou.config.till_check.verdicts import Verdict, refused, rule
from huitou.kernel.errors import N_


def asked_before(vendor: Vendor, sale: dict[str, Any], day: str) -> Iterator[Verdict]:
    """Of a sale of 30.00 and 20.00; nothing is written."""
    listed = vendor.ask("GET", "/goods")
    yield rule(N_("A till fetches the price list"), listed.status == 200 and "goods" in listed.read(), listed)
    found = vendor.ask("POST", "/receipts/find", {"query": sale["number"]})
    numbers = [one["number"] for one in found.read()["sales"]] if found.status == 200 else []
    yield rule(N_("A sale is found by its number"), numbers == [sale["number"]], found)
    named = vendor.back(sale, day)["sale"]
    asked = {"store": sale["store"], "till": sale["till"], "sale": named, "lines": [_line("0.500")]}
    quoted = vendor.ask("POST", "/returns/quote", asked)
    told = quoted.read() if quoted.status == 200 else {}
    yield rule(N_("What a return would give back is told before it happens"), told.get("total") == "10.00", quoted)
    more = vendor.ask("POST", "/returns/quote", {**asked, "lines": [_line("1.001")]})
    yield refused(N_("More than was sold is not even quoted"), more, 422, "returned_more_than_sold")


def compared(vendor: Vendor, sale: dict[str, Any], day: str, back: Exchange) -> Iterator[Verdict]:
    """Of the same sale, of which `back` brought half a piece of 20.00 back for 10.00. A quarter of a piece is back
    beside it afterwards, for 4.00; what is left of its line is due 6.00."""
    told = back.read() if back.status == 200 else {}
    yield rule(N_("What is paid back as it was quoted does not differ"), told.get("difference") == "0.00", back)
    other = vendor.ask("POST", "/returns", vendor.back(sale, day, (2, "0.250", "4.00")))
    off = other.read() if other.status == 200 else {}
    yield rule(
        N_("What is paid back otherwise is told by how much, and listed"), off.get("difference") == "-1.00", other
    )


def _line(quantity: str) -> dict[str, Any]:
    return {"line": 1, "sale_line": 2, "quantity": quantity}
