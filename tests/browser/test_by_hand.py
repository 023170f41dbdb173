"""What hands do at the console beside following links: keys, menus of charts, hovering over a figure, taking a step
back."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.browser.walk import speak

pytestmark = pytest.mark.browser

OPTIONS = "() => document.getElementById('trend-options').textContent"
IN_FOCUS = "() => document.activeElement.closest('[data-row]')?.getAttribute('href') || document.activeElement.id"


def test_the_search_is_opened_walked_through_and_left_by_keys_alone(seat):
    with seat("admin") as page:
        page.keyboard.press("Control+k")
        page.keyboard.type("会员")
        page.wait_for_selector("#hits a[aria-selected=true]")
        chosen = page.locator("#hits a[aria-selected=true]")
        first = chosen.get_attribute("href")
        page.keyboard.press("ArrowDown")
        assert chosen.count() == 1
        second = chosen.get_attribute("href")
        assert second != first, "an arrow goes to the next hit"
        page.keyboard.press("ArrowUp")
        assert chosen.get_attribute("href") == first
        page.keyboard.press("ArrowUp")
        last = page.locator("#hits a").last.get_attribute("href")
        assert chosen.get_attribute("href") == last, "and round to the other end"
        page.keyboard.press("Escape")
        assert page.locator("#hits").is_hidden()
        page.keyboard.press("ArrowDown")
        assert page.locator("#hits").is_visible(), "what was found is still there"
        opened = chosen.get_attribute("href")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{opened}*")


def test_pages_and_rows_are_reached_by_letters(seat, shop):
    with seat("admin") as page:
        page.keyboard.press("g")
        page.keyboard.press("m")
        page.wait_for_url("**/members")
        rows = [row.get_attribute("href") for row in page.locator("a[data-row]").all()]
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("k")
        assert page.evaluate(IN_FOCUS) == rows[0]
        page.keyboard.press("ArrowDown")
        assert page.evaluate(IN_FOCUS) == rows[1]
        page.keyboard.press("/")
        assert page.evaluate(IN_FOCUS) == "q", "a page with a search of its own"
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        assert page.locator("#keys").is_visible()
        page.keyboard.press("Escape")
        assert page.locator("#keys").is_hidden()


def test_a_chart_gives_its_figures_its_picture_and_a_link_that_shows_the_same(seat, tmp_path):
    with seat("admin") as page:
        page.goto(page.url + "?kpi=average_ticket")
        page.wait_for_selector("[data-chart][data-drawn]")
        menu = page.locator("#trend-menu")

        def choose(what: str) -> None:
            page.click("[popovertarget=trend-menu]")
            menu.locator(what).click()
            assert menu.is_hidden(), "a menu closes with what was chosen"

        with page.expect_download() as coming:
            choose("[data-csv]")
        text = Path(coming.value.path()).read_text(encoding="utf-8-sig")
        choose("[data-open]")
        shown = page.locator("#trend-rows tbody tr")
        rows = list(csv.reader(io.StringIO(text)))
        assert len(rows) == 1 + shown.count()
        assert rows[1][0] == shown.first.locator("td, th").first.inner_text().strip()
        page.keyboard.press("Escape")
        with page.expect_download() as coming:
            choose("[data-png]")
        picture = Path(coming.value.path()).read_bytes()
        assert picture.startswith(b"\x89PNG")
        assert len(picture) > 10_000, "not an empty sheet"
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        choose("[data-copy]")
        page.wait_for_selector(".told.said")
        link = page.evaluate("() => navigator.clipboard.readText()")
        assert {"kpi", "ends", "goals"} <= set(parse_qs(urlsplit(link).query)), "day and goals are pinned"
        drawn = page.evaluate(OPTIONS)
        page.goto(link)
        page.wait_for_selector("[data-chart][data-drawn]")
        assert page.evaluate(OPTIONS) == drawn


def test_a_figure_says_what_it_is_under_the_mouse_and_by_tab(seat):
    with seat("manager") as page:
        figure = page.locator(".kpi .why[aria-describedby]").first
        told = page.locator(f"#{figure.get_attribute('aria-describedby')}")
        figure.hover()
        assert told.is_visible()
        page.mouse.move(2, 2)
        assert told.is_hidden()
        figure.focus()
        assert told.is_visible()
        page.keyboard.press("Escape")
        assert told.is_hidden()


def test_who_was_shut_out_by_mistake_is_let_in_again_at_once(seat, shop):
    active = "SELECT is_active FROM access_user WHERE username = 'cashier'"
    number = shop.ask("SELECT id FROM access_user WHERE username = 'cashier'")
    with seat("admin") as page:
        page.goto(f"{shop.address}/people/{number}")
        page.click(f"form[action='/people/{number}/shut-out'] button")
        page.wait_for_url("**/people")
        assert shop.ask(active) is False
        page.click("[data-toast] form button")
        page.wait_for_url("**/people")
        assert shop.ask(active) is True


def test_on_paper_a_members_receipts_are_listed_though_they_are_folded(seat, shop):
    member = shop.ask("SELECT member_id FROM receipts_receipt WHERE member_id IS NOT NULL ORDER BY id DESC LIMIT 1")
    with seat("service") as page:
        page.goto(f"{shop.address}/members/{member}")
        page.emulate_media(media="print")
        receipts = page.locator("details.rec summary")
        assert receipts.count() == receipts.locator("visible=true").count() > 0
        assert page.locator("details.consents").locator("visible=true").count() == 0, "other folds stay out"


def test_a_phone_shows_every_stage_at_once_and_help_instead_of_keys(seat, shop):
    with seat("admin") as page:
        page.set_viewport_size({"width": 390, "height": 844})
        for language in ("zh", "en"):
            speak(page, language)
            page.goto(f"{shop.address}/members/all?view=moves")
            tables = page.locator("table.narrow")
            assert tables.count() == 2
            for table in tables.all():
                over = table.evaluate("(table) => table.parentElement.scrollWidth - table.parentElement.clientWidth")
                assert over <= 0, f"{language}: {table.inner_text()}"
        page.click(".tabbar button")
        assert page.locator("#account [data-open=keys]").is_hidden(), "a phone has no keys"
        page.click("#account a[href='/search']")
        page.wait_for_url("**/search")
        assert page.locator(".hits.whole a").count() > 10


def test_a_chart_is_drawn_anew_for_paper_and_is_as_before_afterwards(seat):
    drawn = "() => [...document.querySelectorAll('.chart')].map((chart) => chart.querySelector('canvas').clientWidth)"
    with seat("admin") as page:
        page.goto(f"{page.url}members/all?view=moves")
        page.wait_for_selector("[data-chart][data-drawn]")
        wide = page.evaluate(drawn)
        assert wide[0] > 900, "as wide as the desk"
        page.evaluate("() => addEventListener('beforeprint', () => { window.onPaper = (" + drawn + ")(); })")
        page.pdf()
        assert [width for width in page.evaluate("window.onPaper") if width > 700] == [], "its letters would shrink"
        assert page.evaluate(drawn) == wide
