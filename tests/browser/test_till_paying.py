"""Paying at the till page while the line comes back, and a refused sale that is taken up again."""

from __future__ import annotations

import pytest
from tests.browser.cashier import TILL, next_customer, opened, scan, total, until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

MILK, CRISPS = "6990581250014", "6998071510013"
"""Crisps are three for two on every day of the sample chain."""


@pytest.fixture
def till(seat):
    """A cashier's page of the sample chain, open."""
    with seat("cashier", size=TILL) as page:
        page.fill("#setup-till", "8")
        page.press("#setup-till", "Enter")
        opened(page)
        yield page


def test_who_is_paying_pays_what_was_said_and_a_refused_sale_takes_nobodys_place(till):
    page = till
    scan(page, MILK)
    total(page, "16.90")
    with page.expect_event("requestfailed"):
        page.context.route("**/api/v1/**", lambda route: route.abort())
        scan(page, f"6*{CRISPS}")
    page.locator("#total", has_text="70.30").wait_for()
    page.keyboard.press("F10")
    page.wait_for_selector("#pay[open]")
    page.context.unroute("**/api/v1/**")
    until(page, "!till.line.away")  # the server is back in the middle of the payment
    page.wait_for_timeout(1_000)
    assert page.evaluate("till.basket.total()") == 70_30
    page.keyboard.press("Enter")
    page.locator("#slip-state", has_text="已入账").wait_for()
    next_customer(page)
    assert page.evaluate("till.queue.refused().length") == 0

    page.evaluate("""() => till.kept.put("queue", { kind: "sale", at: 1, body: { number: "x-1", lines: [] },
        slip: { basket: { lines: [{ sku: "151001", name: "x", weighed: false, price: 890, milli: 1000, label: null }],
                          member: null, coupons: [] } },
        refused: { code: "hold_ended", message: "m", next_step: "n" } }).then(till.queue.read)""")
    scan(page, MILK)
    total(page, "16.90")
    page.click("#banner-refused")
    page.click("#choose-list button")
    page.locator("#held-count", has_text="1").wait_for()
    assert page.evaluate("till.basket.now.lines.map(one => one.sku)") == ["151001"]
    page.keyboard.press("Delete")
    page.keyboard.press("F8")
    page.click("#choose-list button")
    total(page, "16.90")
    assert page.evaluate("till.queue.refused().length") == 0
