"""A person reads a till's file in: by mouse at a desk in Chinese, by keyboard alone on a phone in English."""

from __future__ import annotations

import pytest
from tests.browser.walk import DESKTOP, PHONE, Watch

pytestmark = pytest.mark.browser
HEAD = "order_id,user_id,product_id,order_time,quantity,amount,shipping_city,product_name,category\n"
JOB_MS = 60_000
"""The worker looks every two seconds; on a busy machine everything takes its time."""


def orders(prefix: str, *, wrong: bool = False) -> str:
    """Forty orders as an online shop exports them, of people whom nobody knows yet; two wrong cells where asked."""
    rows = [
        f"{prefix}{n},{prefix}U{n % 9},2000{n % 5},2026/6/{n % 9 + 1} 1{n % 9}:05,{n % 3 + 1},{(n % 3 + 1) * 12.5},"
        f"杭州市,天然矿泉水,食品生鲜"
        for n in range(40)
    ]
    if wrong:
        rows += [f"{prefix}X{n},{prefix}U1,20001,2026/6/3 12:05,两瓶,25.00,杭州市,天然矿泉水,食品生鲜" for n in (1, 2)]
    return HEAD + "\n".join(rows) + "\n"


def counts(shop):
    """What an import moves: receipts, lines, members, products, points."""
    return shop.ask(
        "SELECT ARRAY[(SELECT count(*) FROM receipts_receipt), (SELECT count(*) FROM receipts_line), "
        "(SELECT count(*) FROM members_member), (SELECT count(*) FROM catalogue_product), "
        "(SELECT coalesce(sum(balance), 0) FROM loyalty_account)]"
    )


def send(shop, page, path):
    """By the list's button and the file picker, until the columns are there to be matched."""
    page.goto(shop.address + "/imports")
    page.click(".pagehead a.btn.pri")
    page.set_input_files("input[type=file]", path)
    page.wait_for_selector("#match")


def drag(page, grip, to):
    """By the hand: down on the grip, over there, up."""
    grip.scroll_into_view_if_needed()
    start, end = grip.bounding_box(), to.bounding_box()
    page.mouse.move(start["x"] + 8, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(start["x"] + 30, start["y"] + 30, steps=3)
    page.mouse.move(end["x"] + 60, end["y"] + end["height"] / 2, steps=5)
    page.mouse.up()


def test_by_mouse_with_a_mended_row_and_taken_back(seat, shop, tmp_path):
    path = tmp_path / "网店订单.csv"
    path.write_text(orders("Z", wrong=True), encoding="gb18030")
    before = counts(shop)
    with seat("admin", size=DESKTOP) as page:
        watch = Watch(page, [])
        watch.start()
        send(shop, page, path)
        assert page.input_value("#column-receipt") == "order_id", "its own headers need no typing"
        drag(page, page.locator('[data-column="shipping_city"]'), page.locator('[data-slot="store"] .slot'))
        page.wait_for_selector('[data-slot="store"] .slot.full')
        page.wait_for_selector(".htmx-request", state="detached")
        assert page.input_value("#column-store") == "shipping_city"
        assert page.locator(".understood td.fault").count() == 2, "what would be refused is seen before it is"
        assert watch.faults(language="zh", phone=False) == []

        page.click("#match .acts button.pri")
        page.wait_for_selector("form[action$='/take'] button", timeout=JOB_MS)
        assert "40 行" in page.locator(".radius").inner_text()
        assert "1 家新门店" in page.locator(".radius").inner_text()
        assert counts(shop) == before, "a trial leaves nothing"
        page.dblclick("form[action$='/take'] button")
        page.wait_for_selector(".undo-form", timeout=JOB_MS)
        assert counts(shop)[0] == before[0] + 40, "a double click takes once"
        first = page.url

        page.click("a[href$='/rows']")
        cell = page.locator("#cell-42-quantity")
        assert cell.get_attribute("aria-invalid") == "true"
        cell.fill("2")
        cell.press("Tab")
        page.wait_for_selector("#row-42.mended")
        page.click("summary:has-text('批量替换')")
        page.select_option("select[name=field]", "quantity")
        page.fill("input[name=old]", "两瓶")
        page.fill("input[name=new]", "2")
        page.click("form[action$='/replace'] button")
        page.wait_for_selector("#row-43.mended")
        page.click("form[action$='/rows/take'] button")
        page.wait_for_selector("form[action$='/take/go'] button", timeout=JOB_MS)
        page.click("form[action$='/take/go'] button")
        page.wait_for_selector(".undo-form", timeout=JOB_MS)
        assert counts(shop)[0] == before[0] + 42, "the mended rows came in later"

        for address in (page.url, first):
            page.goto(address)
            page.click(".undo-form button")
            page.wait_for_selector("form[action$='/undo/go'] button", timeout=JOB_MS)
            assert "将撤销以下内容" in page.locator("main").inner_text()
            page.click("form[action$='/undo/go'] button")
            page.wait_for_selector(".lbl:has-text('已撤销')", timeout=JOB_MS)
        assert counts(shop) == before, "as if the file had never come"


def test_by_keyboard_alone_on_a_phone(seat, shop, tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text(orders("K"), encoding="utf-8")
    before = counts(shop)
    with seat("marketer", language="en", size=PHONE) as page:
        watch = Watch(page, [])
        watch.start()
        page.goto(shop.address + "/imports/new")
        page.focus("input[type=file]")
        with page.expect_file_chooser() as chooser:
            page.keyboard.press("Space")
        chooser.value.set_files(path)
        page.wait_for_selector("#match")
        page.focus("#column-store")
        page.keyboard.type("shipping")
        page.wait_for_selector('[data-slot="store"] .slot.full')
        page.wait_for_selector(".htmx-request", state="detached")
        assert page.evaluate("document.activeElement.id") == "column-store", "the focus stays where the person is"
        assert page.input_value("#column-store") == "shipping_city"
        assert watch.faults(language="en", phone=True) == []
        page.focus("#match .acts button.pri")
        page.keyboard.press("Enter")
        page.wait_for_selector("form[action$='/take'] button", timeout=JOB_MS)
        assert "40 rows" in page.locator(".radius").inner_text()
        assert watch.faults(language="en", phone=True) == []
        page.focus("form[action$='/take'] button")
        page.keyboard.press("Enter")
        page.wait_for_selector(".lbl.q", timeout=JOB_MS)
        assert counts(shop)[0] == before[0] + 40
        assert page.locator(".undo-form").count() == 0, "a marketer does not take imports back"


def test_by_finger_on_a_phone_a_column_is_tapped_or_drawn_and_what_is_cancelled_is_asked_about(seat, shop, tmp_path):
    path = tmp_path / "orders.csv"
    head, *rows = orders("F").splitlines()
    states = ("已完成", "已取消", "已拒收", "已完成")
    told = [f"{row},{states[n % 4]}" for n, row in enumerate(rows)]
    path.write_text("\n".join([f"{head},订单状态", *told]) + "\n", encoding="utf-8")
    with seat("marketer", language="en", size=PHONE) as page:
        watch = Watch(page, [])
        watch.start()
        send(shop, page, path)
        # Where the columns of the source's last file are kept, a column that is new since then waits to be placed.
        if page.input_value("#column-status") != "订单状态":
            chosen(page, "status", "订单状态")
        page.locator("#column-store").tap()
        if page.input_value("#column-store") != "shipping_city":
            chosen(page, "store", "shipping_city")
        draw(page, page.locator('[data-slot="store"] .grip'), page.locator('[data-slot="till"] .slot'))
        page.wait_for_selector('[data-slot="till"] .slot.full')
        page.wait_for_selector(".htmx-request", state="detached")
        assert (page.input_value("#column-store"), page.input_value("#column-till")) == ("", "shipping_city")

        assert page.locator("#match .acts button.pri").is_disabled(), "of what is refused at the door nobody can tell"
        page.select_option("select[name^=status-]", "no_sale")
        page.wait_for_selector("#match .acts button.pri:enabled")
        assert watch.faults(language="en", phone=True) == []


def chosen(page, field, column):
    """Choose a column and wait until the page is drawn anew."""
    with page.expect_response(lambda answer: "hx-request" in answer.request.headers):
        page.select_option(f"#column-{field}", column)
    page.wait_for_selector(f'[data-slot="{field}"] .slot.full')
    page.wait_for_selector(".htmx-request", state="detached")


def draw(page, grip, to):
    """By a finger: down on the grip, over there, up."""
    grip.scroll_into_view_if_needed()
    start, end = grip.bounding_box(), to.bounding_box()
    fingers = page.context.new_cdp_session(page)

    def touch(kind, *points):
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    x, y = start["x"] + start["width"] / 2, start["y"] + start["height"] / 2
    to_x, to_y = end["x"] + 60, end["y"] + end["height"] / 2
    touch("touchStart", (x, y))
    for part in range(1, 6):
        touch("touchMove", (x + (to_x - x) * part / 5, y + (to_y - y) * part / 5))
    touch("touchEnd")
