"""A small shop is live with an offer in minutes; the form writes the sentence while one types."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser


def test_a_starter_is_live_in_a_few_clicks(seat, shop):
    with seat("marketer") as page:
        page.goto(shop.address + "/offers")
        page.click("a[href$='/offers/starters']")
        page.click("a[href$='/starters/weekend']")
        page.fill("input[name=least]", "77")
        page.fill("input[name=off]", "7")
        page.fill("input[name=budget]", "500")
        page.click("button[value=look]")
        said = page.locator("[data-sentence]").inner_text()
        assert "满 77 元减 7 元" in said
        assert "优惠满 500 元即止" in said
        page.click("button[value=begin]")
        page.wait_for_selector("h1 .lbl")
        assert "进行中" in page.locator("h1 .lbl").inner_text()
    assert shop.ask("SELECT state FROM offers_offer WHERE code = '周末满77减7'") == "on"


def test_the_sentence_follows_the_keys_and_goods_are_chips(seat, shop):
    with seat("marketer") as page:
        page.goto(shop.address + "/offers/new?kind=nth_unit")
        page.fill("input[name='get.n']", "3")
        page.fill("input[name='get.percent']", "50")
        sentence = page.locator("#live [data-sentence]")
        sentence.filter(has_text="全场第三件半价").wait_for()  # before it has a code: nobody begins with that
        page.fill("input[name=name]", "早市酸奶")
        page.fill("input[name=id]", "早市酸奶")
        page.fill("input[name='get.n']", "2")
        page.locator("[data-find]").first.fill("低温酸奶")
        page.locator("[data-take=categories]").first.click()
        sentence.filter(has_text="低温酸奶第二件半价").wait_for()
        page.locator(".days label", has_text="周六").first.click()
        sentence.filter(has_text="周六，低温酸奶第二件半价").wait_for()
        page.click("button[value=keep]")
        page.wait_for_selector("h1 .lbl")
    document = shop.ask(
        "SELECT document FROM offers_offerversion v JOIN offers_offer o ON o.id = v.offer_id WHERE o.code = '早市酸奶'"
    )
    assert '"乳品烘焙/酸奶/低温酸奶"' in document
    assert '"weekdays": [6]' in document
