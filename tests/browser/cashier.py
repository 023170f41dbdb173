"""A cashier's hands at the till page."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

TILL = (1024, 768)


def opened(page) -> None:
    """On a busy machine an answer takes its time; who is killed refuses at once all the same."""
    page.set_default_timeout(60_000)
    page.wait_for_selector("body[data-ready]", state="attached")
    page.evaluate("till.line.patience = 60")
    page.wait_for_selector("body[data-ready=open]")


def scan(page, *codes: str) -> None:
    """As a scanner does: it types fast, wherever the focus is, and ends with Enter."""
    for code in codes:
        page.keyboard.type(code)
        page.keyboard.press("Enter")


def until(page, holds: str) -> None:
    """Ask the page itself until it holds: its policy lets no test wait inside it."""
    for _ in range(600):
        if page.evaluate(holds):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"never: {holds}")


def total(page, wanted: str) -> None:
    page.locator("#total", has_text=wanted).wait_for(timeout=60_000)
    until(page, "till.basket.quoted() || till.line.away || !till.basket.now.lines.length")


def pay(page, *, cash: str = "") -> str:
    """Pay all of it; the number of the receipt."""
    page.keyboard.press("F10" if cash else "Enter")
    page.wait_for_selector("#pay[open]")
    if cash:
        page.fill("#pay-amount", cash)
    page.keyboard.press("Enter")
    page.wait_for_selector("#slip[open]")
    return page.locator("#slip-paper .pr2 .num").first.inner_text()


def next_customer(page) -> None:
    page.keyboard.press("Enter")
    page.wait_for_selector("#slip[open]", state="detached")


@contextlib.contextmanager
def out_of_time(page, *, wallet: bool = True) -> Iterator[list[str]]:
    """Prices as a busy server tells them: none of the member's coupons was looked at; or, without `wallet`, not all
    ways to the price. The addresses that were asked."""
    asked: list[str] = []

    def hurry(route) -> None:
        answer = route.fetch()
        asked.append(route.request.url)
        route.fulfill(response=answer, json={**answer.json(), "suggestions": [], "cut": True, "wallet_cut": wallet})

    page.route("**/baskets/price", hurry)
    yield asked
    page.unroute("**/baskets/price", hurry)


def another_code(page, shop, member: str, shown: str) -> str:
    """The member's code of the next minute, as the member waits for it."""
    for _ in range(40):
        code = shop.huitou("member-code", member)
        if code != shown:
            return code
        page.wait_for_timeout(2_000)
    raise AssertionError("the code never changed")
