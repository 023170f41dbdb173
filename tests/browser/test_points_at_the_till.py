"""Points as a way of paying on the till page: a promise of points ends once, so another number of them is promised
under another name."""

from __future__ import annotations

import pytest
from tests.browser.cashier import TILL, next_customer, opened, scan, until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]  # it waits for the member codes of two further minutes

WEALTHY = (
    "SELECT 'M' || lpad(member_id::text, 8, '0') FROM loyalty_account WHERE asset = 'points' AND role = 'member' "
    "AND balance - held >= 300 ORDER BY 1 LIMIT 1"
)


@pytest.fixture
def rate(shop):
    shop.huitou("points", "set", "100", "1.00")
    yield
    shop.huitou("points", "off")


def test_another_number_of_points_may_follow_the_first(seat, shop, rate):
    number = shop.ask(WEALTHY)
    shown: list[str] = []

    def show_code() -> None:
        """The member's code of a minute whose code has not paid yet."""
        page.wait_for_selector("#ask[open]")
        while (code := shop.huitou("member-code", number)) in shown:
            page.wait_for_timeout(2_000)
        shown.append(code)
        scan(page, code)

    def choose(points: str, *, asks: bool) -> None:
        page.keyboard.press("Enter")
        page.wait_for_selector("#pay[open]")
        page.keyboard.press("F5")
        page.fill("#pay-amount", points)
        page.keyboard.press("Enter")
        if asks:
            show_code()
        page.locator("#pay-tenders li", has_text=points).wait_for()

    with seat("cashier", size=TILL) as page:
        page.fill("#setup-till", "9")
        page.press("#setup-till", "Enter")
        opened(page)
        scan(page, number, "6990581250014", "6990581250014")
        until(page, "till.basket.now.lines.length === 1 && till.basket.quoted()")
        choose("100", asks=True)
        page.keyboard.press("Escape")
        choose("200", asks=True)
        page.keyboard.press("Escape")
        choose("100", asks=False)  # fewer than are promised already
        page.keyboard.press("Escape")
        page.keyboard.press("F8")
        page.locator("#held-count", has_text="1").wait_for()
        page.keyboard.press("F8")
        page.click("#choose-list button")
        until(page, "till.basket.now.lines.length === 1 && till.basket.quoted()")
        choose("200", asks=True)
        page.keyboard.press("Enter")
        page.locator("#slip-state", has_text="已入账").wait_for()
        next_customer(page)
    assert shop.ask("SELECT count(*) FROM loyalty_hold WHERE state = 'open'") == 0
    assert shop.ask("SELECT points FROM loyalty_hold WHERE state = 'posted'") == 200
