"""The page that describes the API works under the strict content policy, and a call can be tried on it."""

from __future__ import annotations

from tests.browser.walk import open_context


def test_the_api_can_be_read_and_tried(browser, shop):
    troubles: list[str] = []
    with open_context(browser, language="en") as context:
        page = context.new_page()
        page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.goto(shop.address + "/api/v1/docs")
        page.get_by_text("Record a sale that happened").click()
        page.get_by_text("`receipt_differs`").or_(page.get_by_text("receipt_differs")).first.wait_for()
        page.get_by_text("Is the product well?").click()
        block = page.locator("#operations-health-huitou_doors_api_routes_health")
        block.get_by_role("button", name="Try it out").click()
        block.get_by_role("button", name="Execute").click()
        block.get_by_text('"database": true').first.wait_for()
    assert troubles == []
