"""What the cashier may say because of goods in the basket: shown once they are scanned, answered by a key, recorded."""

from __future__ import annotations

import pytest
from tests.browser.walk import Watch

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

TILL = (1024, 768)
NAPPIES = "小禾苗纸尿裤 M 60片"
FORMULA = "个护母婴/婴儿奶粉/1段"
SKU = "SELECT p.sku FROM catalogue_product p JOIN catalogue_category c ON c.id = p.category_id WHERE "


@pytest.fixture
def till(seat):
    """A cashier's page of the sample chain, open."""
    with seat("cashier", size=TILL) as page:
        page.set_default_timeout(60_000)
        page.watch = Watch(page)
        page.fill("#setup-till", "9")
        page.press("#setup-till", "Enter")
        page.wait_for_selector("body[data-ready=open]")
        page.evaluate("till.line.patience = 60")
        yield page


def scan(page, code: str) -> None:
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def shown(page) -> str:
    page.wait_for_selector("#prompts .say")
    return page.locator("#prompts .say span").first.inner_text()


def answer(page, key: str) -> None:
    with page.expect_response("**/api/v1/events") as heard:
        page.keyboard.press(key)
    assert heard.value.json()["status"] == "recorded"


def outcomes(shop) -> list[tuple]:
    """What this till recorded: (prompt, outcome, member)."""
    return shop.database.execute(
        "SELECT body->>'prompt', body->>'outcome', member_id FROM members_event WHERE kind = 'prompt' "
        "AND source <> 'huitou demo' ORDER BY id"
    ).fetchall()


def test_goods_in_the_basket_let_the_cashier_say_something(till, shop):
    formula = shop.ask(SKU + "c.path = %s ORDER BY p.sku LIMIT 1", FORMULA)
    nappies = shop.ask(SKU + "p.name LIKE '%%纸尿裤%%' ORDER BY p.sku LIMIT 1")
    scan(till, formula)
    assert "妈妈群" in shown(till), "nobody has shown a card, and the goods are enough"
    answer(till, "F6")
    till.wait_for_selector("#prompts .say", state="detached")
    scan(till, formula)
    quoted(till)
    assert till.locator("#prompts .say").count() == 0, "it was answered for this basket"

    scan(till, nappies)
    quoted(till)
    assert till.locator("#prompts .say").count() == 0, "that one is for members"
    scan(till, "M00000007")
    assert "尿裤" in shown(till)
    assert till.watch.inaccessible() + till.watch.inaccessible(dark=True) == []
    answer(till, "F7")
    till.wait_for_selector("#prompts .say", state="detached")
    assert outcomes(shop) == [("妈妈群", "accepted", None), ("尿裤试用装", "declined", 7)]

    # Put aside and taken up again, what was answered stays answered.
    till.keyboard.press("F8")
    till.locator("#held-count", has_text="1").wait_for()
    till.keyboard.press("F8")
    till.click("#choose-list button")
    quoted(till)
    assert till.locator("#prompts .say").count() == 0
    assert till.watch.faults(language="zh", phone=False) == []


def quoted(page) -> None:
    """The page's policy lets no test wait inside it."""
    for _ in range(600):
        if page.evaluate("till.basket.quoted() && till.basket.now.lines.length > 0"):
            return
        page.wait_for_timeout(100)
    raise AssertionError("it was never priced")
