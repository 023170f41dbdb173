"""A day of each role, through the real browser and the real server; every figure is asked of the database again."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from tests.browser.walk import DESKTOP, PHONE, Watch, log_in, open_context

from huitou.usecases.sample_chain.places import MAIN_STORE

pytestmark = pytest.mark.browser

LATEST = "(SELECT max(as_of) FROM insight_refresh)"
IN_WINDOW = f"business_date BETWEEN {LATEST} - 27 AND {LATEST}"


@pytest.fixture
def main_store(shop):
    return shop.ask("SELECT id FROM catalogue_store WHERE code = %s", MAIN_STORE.code)


@pytest.fixture
def best_customer(shop, main_store):
    """The id of a member of the main store who has a phone, a name and many receipts."""
    return shop.ask(
        "SELECT m.id FROM members_member m JOIN members_facts f ON f.member_id = m.id "
        "JOIN members_identity i ON i.member_id = m.id AND i.kind = 'phone' "
        "WHERE home_store_id = %s AND name <> '' ORDER BY spend_year_fen DESC, m.id LIMIT 1",
        main_store,
    )


@pytest.fixture
def stranger(shop, main_store):
    """The id of a member who belongs to another store."""
    return shop.ask("SELECT min(id) FROM members_member WHERE home_store_id <> %s", main_store)


def _figure(page, kpi):
    """The digits that a tile of the overview shows, without its unit."""
    return re.sub(r"[^\d.]", "", page.locator(f"#kpi-{kpi}").inner_text())


def test_a_wrong_password_is_refused_with_the_next_step(browser, shop):
    with open_context(browser) as context:
        page = context.new_page()
        log_in(page, shop.address, "marketer", "not-the-password")
        said = page.get_by_role("alert").inner_text()
        assert page.url.endswith("/login")
        assert "用户名或密码" in said or "名字或密码" in said or "密码" in said
        assert "login_refused" in said, "the code to quote to an administrator"
        assert page.input_value("input[name=username]") == "marketer", "what was typed stays"
        page.goto(shop.address + "/members")
        assert "/login" in page.url, "a wrong password opens nothing"


@pytest.mark.parametrize(
    ("username", "path", "because"),
    [
        ("admin", "/", "an administrator starts with the chain's figures"),
        ("marketer", "/", "a marketer starts with the chain's figures"),
        ("service", "/desk", "a service agent looks for who calls"),
        ("manager", "/", "a store manager starts with the store's figures"),
        ("cashier", "/till/", "a cashier sells"),
    ],
)
def test_each_role_lands_where_its_work_is(seat, shop, username, path, because):
    with seat(username) as page:
        assert page.url == shop.address + path, because


def test_the_overview_shows_what_sql_counts(seat, shop):
    receipts = shop.ask(f"SELECT count(*) FROM receipts_receipt WHERE kind = 'sale' AND {IN_WINDOW}")
    members = shop.ask(f"SELECT count(DISTINCT member_id) FROM receipts_receipt WHERE kind = 'sale' AND {IN_WINDOW}")
    net_fen = shop.ask(f"SELECT sum(net_fen) FROM receipts_receipt WHERE {IN_WINDOW}")
    with seat("marketer") as page:
        assert _figure(page, "active_members") == str(members)
    with seat("admin") as page:
        below = page.locator("#why-average_ticket dd").nth(1).text_content()
        assert re.search(r"[\d,]+$", below)[0].replace(",", "") == str(receipts)
        explained = page.locator("#why-sales dd").first.text_content()
        shown = Decimal(re.search(r"[\d,]+(\.\d+)?", explained)[0].replace(",", ""))
        exact = Decimal(int(net_fen)) / 100
        assert abs(shown - exact) < (Decimal("0.01") if "." in explained else 1)


def test_a_store_manager_sees_their_own_store_counted(seat, shop, main_store):
    query = f"SELECT count(*) FROM receipts_receipt WHERE kind = 'sale' AND store_id = %s AND {IN_WINDOW}"
    with seat("manager") as page:
        assert _figure(page, "receipts") == str(shop.ask(query, main_store))
        assert "武林店" not in page.locator("main").inner_text(), "other stores are nobody's business here"


def test_the_chart_follows_the_chosen_figure(seat):
    with seat("marketer") as page:
        watch = Watch(page, ["周敏"])
        watch.start()
        page.click("#kpi-churn_rate")
        page.wait_for_url("**/?kpi=churn_rate*")
        assert page.locator(".kpi[aria-current=true] #kpi-churn_rate").count() == 1
        assert watch.faults(language="zh", phone=False) == []


def test_a_member_is_found_by_name(seat, shop, best_customer):
    name = shop.ask("SELECT name FROM members_member WHERE id = %s", best_customer)
    namesakes = shop.ask("SELECT count(*) FROM members_member WHERE name LIKE %s", f"%{name}%")
    with seat("marketer") as page:
        page.keyboard.press("Control+k")
        page.keyboard.type(name)
        page.locator("#hits a", has_text=name).first.wait_for()
        page.goto(shop.address + f"/members?q={name}")
        assert page.locator("a[data-row]").count() == namesakes
        assert page.locator(f'a[data-row][href="/members/{best_customer}"]').count() == 1


def test_a_member_is_found_by_the_last_four_digits_of_the_phone(seat, shop, best_customer):
    tail = shop.ask("SELECT tail FROM members_identity WHERE kind = 'phone' AND member_id = %s", best_customer)
    with seat("cashier") as page:
        page.goto(shop.address + "/members")
        page.fill("#q", tail)
        page.wait_for_url(f"**q={tail}*")
        row = page.locator("tr", has=page.locator(f'a[data-row][href="/members/{best_customer}"]'))
        row.wait_for()
        assert re.search(r"1\d\d\*{4}" + tail, row.inner_text()), "masked, and its tail readable"


def test_a_phone_that_is_typed_stands_in_no_address(seat, shop):
    with seat("cashier") as page:
        page.goto(shop.address + "/members")
        page.fill("#q", "13800138000")
        page.wait_for_selector(".blank b:has-text('13800138000')")
        assert "q=" not in page.url
        page.press("#q", "Enter")
        page.wait_for_load_state("networkidle")
        assert "q=" not in page.url
        page.fill("#q", "王")
        page.wait_for_url("**q=*")
        assert page.locator("a[data-row]").count() > 0


def test_nobody_of_that_name_says_what_to_try(seat):
    with seat("marketer") as page:
        page.goto(page.url.rstrip("/") + "/members?q=查无此人")
        assert page.locator("a[data-row]").count() == 0
        assert page.locator(".blank a.btn").count() == 1, "a way out"


def test_a_members_page_opens_down_to_the_lines(seat, shop, best_customer):
    receipt, lines, number = shop.database.execute(
        "SELECT id, line_count, number FROM receipts_receipt WHERE member_id = %s ORDER BY at DESC, id DESC LIMIT 1",
        [best_customer],
    ).fetchone()
    product = shop.ask(
        "SELECT name FROM receipts_line l JOIN catalogue_product p ON p.id = product_id "
        "WHERE receipt_id = %s AND line = 1",
        receipt,
    )
    balance = shop.ask(
        "SELECT coalesce(sum(balance), 0) FROM loyalty_account WHERE role = 'member' AND member_id = %s",
        best_customer,
    )
    with seat("marketer") as page:
        page.goto(page.url.rstrip("/") + f"/members/{best_customer}")
        newest = page.locator("details.rec").first
        newest.locator("summary").click()
        assert newest.locator("tbody tr").count() == lines
        assert product in newest.inner_text()
        assert number in newest.inner_text()
        assert re.sub(r"\D", "", page.locator(".strip .st").last.locator("b").inner_text()) == str(balance)


def test_older_receipts_come_on_demand_until_there_are_no_more(seat, shop, best_customer):
    receipts = shop.ask("SELECT count(*) FROM receipts_receipt WHERE member_id = %s", best_customer)
    with seat("marketer") as page:
        page.goto(page.url.rstrip("/") + f"/members/{best_customer}")
        more = page.locator(f'a[hx-get^="/members/{best_customer}/receipts"]')
        for _ in range(receipts // 10 + 1):
            if not more.count():
                break
            shown = page.locator("details.rec").count()
            more.click()
            page.wait_for_function("n => document.querySelectorAll('details.rec').length > n", arg=shown)
        assert page.locator("details.rec").count() == receipts


def test_a_store_manager_cannot_open_another_stores_member(seat, shop, stranger):
    name = shop.ask("SELECT name FROM members_member WHERE id = %s", stranger)
    with seat("manager") as page:
        answer = page.goto(shop.address + f"/members/{stranger}")
        assert answer.status == 404
        assert "member_not_found" in page.locator("main").inner_text()
        assert not name or name not in page.content(), "not even the name"
    with seat("marketer") as page:
        assert page.goto(shop.address + f"/members/{stranger}").status == 200, "the member exists"


def test_a_cashier_is_refused_the_overview(seat, shop):
    with seat("cashier") as page:
        answer = page.goto(shop.address + "/")
        assert answer.status == 403
        assert "right_missing" in page.locator("main").inner_text()


def test_a_phone_in_clear_leaves_its_trace(seat, shop, best_customer):
    query = "SELECT count(*) FROM access_auditentry WHERE actor = 'manager'"
    before = shop.ask(query)
    with seat("manager") as page:
        page.goto(shop.address + f"/members/{best_customer}")
        assert not re.search(r"\b1\d{10}\b", page.locator("main").inner_text()), "masked at first"
        page.locator("dd form button").click()
        page.locator("dd form button").wait_for(state="detached")
        assert re.search(r"\b1\d{10}\b", re.sub(r"(?<=\d)\s(?=\d)", "", page.locator("main").inner_text()))
    assert shop.ask(query) == before + 1
    with seat("marketer") as page:
        page.goto(shop.address + f"/members/{best_customer}")
        assert page.locator("dd form button").count() == 0, "a marketer works with masked phones"


def test_the_language_stays_with_the_person(seat, shop):
    with seat("manager", language="en") as page:
        assert page.locator("h1").inner_text() == "Overview"
        page.goto(shop.address + "/members")
        assert page.locator("h1").inner_text() == "Members"
    with seat("manager", language="zh") as page:
        assert page.locator("html").get_attribute("lang").startswith("zh")
        assert page.locator("h1").inner_text() == "总览"


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_fits_and_has_no_fault(seat, shop, best_customer, language, size):
    names = [name for (name,) in shop.database.execute("SELECT name FROM catalogue_store")]
    with seat("marketer", language=language, size=size) as page:
        watch = Watch(page, [*names, "周敏"])
        for path in ("/", "/members", f"/members/{best_customer}"):
            watch.start()
            page.goto(shop.address + path)
            assert watch.faults(language=language, phone=size == PHONE) == [], path


def test_logging_out_closes_the_door(seat, shop):
    with seat("marketer") as page:
        page.locator("[popovertarget=account]:visible").first.click()
        page.locator('form[action="/logout"] button:visible').click()
        page.wait_for_url("**/login")
        page.goto(shop.address + "/members")
        assert "/login" in page.url
