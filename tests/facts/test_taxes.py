"""Taxes in the price and on top of it: by line, or by rule for the goods that have them."""

from __future__ import annotations

import pytest
from tests.facts.baskets import applied, line, of, offer, priced

VAT, REDUCED = {"percent": "13"}, {"percent": "9"}
ON_TOP = {"included": False}
TEN = offer("ten", "percent_off", percent="10", at={"stage": "order"})


@pytest.mark.parametrize(
    ("basket", "offers", "taxes", "total", "net", "because"),
    [
        ([line("tea", "113.00")], [], [VAT], "113.00", "100.00", "the price holds the tax"),
        ([line("tea", "100.00")], [], [VAT | ON_TOP], "113.00", "100.00", "the tax comes on top"),
        ([line("tea", "113.00")], [TEN], [VAT], "101.70", "90.00", "a discount lowers the taxed amount"),
        ([line("tea", "100.00")], [TEN], [VAT | ON_TOP], "101.70", "90.00", "on top too: 10 % of what is paid"),
        (
            [line("tea", "113.00"), line("rice", "109.00")],
            [],
            [VAT | {"goods": of("tea")}, REDUCED | {"goods": of("rice")}],
            "222.00",
            "200.00",
            "each rule for its goods",
        ),
        (
            [line("tea", "113.00", tax=[{"percent": "0"}])],
            [],
            [VAT],
            "113.00",
            "113.00",
            "a line that names a tax takes no rule's",
        ),
        ([line("book", "20.00")], [], [VAT | {"goods": of("tea")}], "20.00", "20.00", "no rule holds it: no tax"),
        (
            [line("can", "100.00")],
            [],
            [{"percent": "10", **ON_TOP}, {"percent": "5", **ON_TOP, "compound": True}],
            "115.50",
            "100.00",
            "the second on the amount with the first",
        ),
        (
            [line("fish", "10.90", category="生鲜/水产"), line("soap", "11.30", category="日化")],
            [],
            [VAT | {"goods": {"not_categories": ["生鲜"]}}, REDUCED | {"goods": {"categories": ["生鲜"]}}],
            "22.20",
            "20.00",
            "9 % of fresh goods, 13 % of the rest",
        ),
    ],
)
def test_a_tax(basket, offers, taxes, total, net, because):
    answer = priced(basket, *offers, taxes=taxes)
    assert (answer["total"], answer["net"]) == (total, net), because


def test_a_rule_says_what_the_line_says():
    rules = [VAT | ON_TOP, {"percent": "5", "included": False, "compound": True}]
    by_line = priced([line("tea", "19.99", 3, tax=rules), line("rice", "0.05", tax=rules)], TEN)
    by_rule = priced([line("tea", "19.99", 3), line("rice", "0.05")], TEN, taxes=rules)
    assert by_rule == by_line


def test_tenders_do_not_lower_the_tax():
    card = [{"kind": "stored_value", "id": "card", "amount": "100.00"}]
    answer = priced([line("tea", "113.00")], taxes=[VAT], tenders=card)
    assert (answer["due"], answer["taxes"][0]["tax"]) == ("13.00", "13.00")


def test_a_threshold_is_tested_with_the_tax_on_top_or_without_as_it_asks():
    need = {"least_amount": "110.00"}
    gross = offer("gross", "amount_off", amount="5.00", at={"buy": [need]})
    net = offer("net", "amount_off", amount="5.00", at={"buy": [{**need, "without_tax": True}]})
    assert applied(priced([line("tea", "100.00")], gross, net, taxes=[VAT | ON_TOP])) == ["gross"]
