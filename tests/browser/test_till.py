"""A cashier's day at the till page: a member with a coupon, a part return, the power cut in the middle, and everything
in place when it is over."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from tests.browser.cashier import TILL, another_code, next_customer, opened, out_of_time, pay, scan, total, until
from tests.browser.conftest import _connection_parts
from tests.browser.demos import Demo
from tests.browser.walk import Watch, log_in, open_context
from tests.faults.database_users import soon
from tests.faults.served import children, end, huitou, is_healthy

from huitou.doors.cli.demo import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]  # a chain is laid, killed and started again

MILK, CRISPS, APPLES = "6990581250014", "6998071510013", "101001"
OUTCOMES = "SELECT body->>'outcome' FROM members_event WHERE kind = 'prompt' AND source = 'huitou-till' ORDER BY id"
"""Of what the page said; those of the sample chain are others'."""
LAY_COUPONS = """
import django; django.setup()
from django.utils.timezone import localdate, now
from huitou.offers.service import programmes
from huitou.offers.terms.coupons import KindSeen
from huitou.offers.terms.kept import OfferTerms
from huitou.usecases import coupons, promotions
kind = KindSeen("老友5元券", "老友5元券", "满30减5", 5_00, 30_00, personal=True, valid_days=5)
coupons.make_kind(kind, actor="test")
promotions.draft_offer({"id": "老友5元券", "name": "老友5元券", "get": {"kind": "amount_off", "amount": "5.00"},
    "buy": [{"least_amount": "30.00"}], "valid": {"coupon": "老友5元券"}}, OfferTerms(budget_fen=900_00), actor="test")
promotions.switch_on("老友5元券", actor="test")
coupons.make_kind(KindSeen("烘焙券", "烘焙券", "满15减5", 5_00, 15_00, valid_days=7), actor="test")
four = {"buy": [{"goods": {"skus": ["151001"]}, "least_pieces": 4}]}
for name, get in (("四袋赠牛奶", {"kind": "gift", "gifts": [{"sku": "125001", "pieces": 1}]}),
                  ("四袋送券", {"kind": "next_coupon", "coupon": "烘焙券", "count": 2})):
    promotions.draft_offer({"id": name, "name": name, "get": get, **four}, OfferTerms(budget_fen=900_00), actor="test")
    promotions.switch_on(name, actor="test")
# What the sample chain gives depends on the day of the week: one offer of every day is enough.
for one in programmes.offers(now()):
    if one.state == "on" and one.code not in ("薯片饼干买二送一", "老友5元券", "四袋赠牛奶", "四袋送券"):
        promotions.pause_offer(one.code, actor="test")
batch = coupons.begin_batch("老友5元券", "老友", actor="test", today=localdate(), members=[7])
coupons.issue_batch(batch.id, today=localdate())
"""


@dataclass
class Shop:
    """A small chain that can be killed and started again at the same address."""

    home: Path
    port: int
    demo: Demo | None = None
    environment: dict[str, str] = field(default_factory=dict)

    def start(self) -> str:
        self.demo = Demo(self.home, "--members", "60", "--months", "2", "--port", str(self.port))
        return self.demo.address()

    def kill(self) -> None:
        """As a power cut does: every process of it at once, the database too, nothing told. Nobody answers after it."""
        whole = [self.demo._process.pid]
        for pid in whole:  # it grows while it is read: children, and theirs
            whole += children(pid)
        for pid in whole:
            end(pid)
        self.demo._process.wait()
        assert soon(lambda: not is_healthy(self.port))

    def huitou(self, *words: str) -> str:
        return self._run(Path(sys.executable).with_name("huitou"), *words)

    def python(self, text: str) -> str:
        return self._run(sys.executable, "-c", text)

    def _run(self, *words: str | Path) -> str:
        environment = {**os.environ, "HUITOU_HOME": str(self.home)}
        return subprocess.run(words, env=environment, capture_output=True, text=True, check=True).stdout.strip()

    def ask(self, query: str, *values: object) -> list[tuple]:
        with psycopg.connect(**_connection_parts(self.home), autocommit=True) as database:
            return database.execute(query, values).fetchall()


@pytest.fixture(scope="module")
def corner_shop():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="huitou-till-", ignore_cleanup_errors=True) as folder:
        shop = Shop(Path(folder) / "home", port)
        shop.start()
        shop.python(LAY_COUPONS)
        try:
            yield shop
        finally:
            shop.demo.stop()


@pytest.fixture
def till(browser, corner_shop):
    """A cashier's page, open, with everything that the browser complains of."""
    with open_context(browser, size=TILL) as context:
        page = context.new_page()
        watch = Watch(page)
        log_in(page, f"http://127.0.0.1:{corner_shop.port}", "cashier", PASSWORD)
        assert page.url.endswith("/till/"), "a cashier lands on the till"
        page.fill("#setup-till", "3")
        page.press("#setup-till", "Enter")
        opened(page)
        page.watch = watch
        yield page


def test_a_day_with_a_power_cut(till, corner_shop):
    whole_name = sell_with_a_coupon(till, corner_shop)
    bring_one_back(till, corner_shop, whole_name)
    sold, known = sell_without_power(till, corner_shop)
    find_everything_in_place(till, corner_shop, sold, known)
    look_for_faults(till)


def sell_with_a_coupon(page, shop) -> str:
    """The whole name of the receipt, as its code says it."""
    # A member with a coupon of their own: it is taken by itself once the code is shown, and held.
    scan(page, MILK, f"2*{CRISPS}", APPLES)
    page.wait_for_selector("#ask[open]")
    scan(page, "1.352")
    total(page, "53.36")
    shown = shop.huitou("member-code", "M00000007")
    scan(page, shown)
    page.locator("#coupons li.on").wait_for()
    total(page, "48.36")
    until(page, "till.basket.now.holds.length === 1")
    assert shop.ask("SELECT state FROM offers_coupon WHERE member_id = 7") == [("held",)]

    # Taken out and back: the code that was shown for it is not asked for a second time.
    with out_of_time(page) as asked:
        page.keyboard.press("Alt+1")
        total(page, "53.36")
    assert len(asked) == 2, "where time was over before all coupons were looked at, the till asks once more"
    with out_of_time(page, wallet=False) as asked:
        page.keyboard.press("Alt+1")
        total(page, "48.36")
        until(page, "till.basket.quoted() && !till.basket.now.trouble")
    assert len(asked) == 1, "a basket that is too long for any machine stays so"

    # It ends within a week: the cashier may say so, and what came of it is kept.
    assert "老友5元券" in page.locator("#prompts").inner_text()
    with page.expect_response("**/api/v1/events"):
        page.keyboard.press("F6")
    page.wait_for_selector("#prompts .say", state="detached")

    # Put aside, the coupon is free; taken up again, it is held again.
    page.keyboard.press("F8")
    page.locator("#held-count", has_text="1").wait_for()
    total(page, "0.00")
    page.keyboard.press("F8")
    page.click("#choose-list button")
    total(page, "53.36")  # the code was shown for the first promise alone, and pays once
    scan(page, another_code(page, shop, "M00000007", shown))
    total(page, "48.36")
    until(page, "till.basket.now.holds.length === 1")

    # Half by WeChat, the rest in cash.
    page.keyboard.press("Enter")
    page.wait_for_selector("#pay[open]")
    page.fill("#pay-amount", "20")
    page.keyboard.press("Enter")
    page.keyboard.press("F4")
    page.fill("#pay-amount", "50")
    page.keyboard.press("Enter")
    page.locator("#slip-state", has_text="已入账").wait_for()
    assert "21.64" in page.locator("#slip-change").inner_text(), "50 in cash for the last 28.36"
    paper = page.locator("#slip-paper").inner_text()
    assert ("1.352 kg × 13.80" in paper, paper.count("老友5元券")) == (True, 3), "what was weighed, and who took it off"
    whole_name = page.locator("#slip-paper svg.code").first.get_attribute("data-code")
    sale = whole_name.rsplit("/", 1)[1]
    next_customer(page)
    assert shop.ask("SELECT state FROM offers_coupon WHERE member_id = 7") == [("used",)]
    assert shop.ask(OUTCOMES) == [("accepted",)]
    assert shop.ask(
        "SELECT t.kind, t.amount_fen FROM receipts_tender t JOIN receipts_identity i ON i.id = t.receipt_id "
        "WHERE i.number = %s ORDER BY t.place", sale) == [("wechat", 2000), ("cash", 2836)]  # fmt: skip
    return whole_name


def bring_one_back(page, shop, whole_name: str) -> None:
    """One bag of crisps, by the receipt's code: what was paid for it goes back."""
    sale = whole_name.rsplit("/", 1)[1]
    scan(page, whole_name)
    page.wait_for_selector("#back[open]")
    page.fill("#back-2", "3")
    page.press("#back-2", "Enter")
    page.locator("#back-wrong", has_text="最多还能退 2").wait_for()
    page.fill("#back-2", "1")
    page.press("#back-2", "Enter")
    page.wait_for_selector("#back-go:enabled")
    back = page.locator("#back-total").inner_text()
    page.click("#back-go")
    page.locator("#slip-state", has_text="已入账").wait_for()
    next_customer(page)
    ((returned,),) = shop.ask(
        "SELECT -r.net_fen FROM receipts_receipt r JOIN receipts_returnof o ON o.return_receipt_id = r.id "
        "WHERE o.sale_number = %s", sale)  # fmt: skip
    assert f"{returned / 100:.2f}" == back
    assert 0 < returned < 890, "less than its shelf price: a part of the coupon lies on it"


def sell_without_power(page, shop) -> tuple[list[str], int]:
    """The power goes while a basket lies on the belt: the page sells on at shelf prices, also after a reload."""
    scan(page, MILK, MILK)
    total(page, "33.80")
    known = shop.ask("SELECT count(*) FROM receipts_identity")[0][0]
    until(page, "navigator.serviceWorker.controller !== null")  # from then on the page itself is kept here, too
    shop.kill()
    page.watch.expected_status = {502, 503}
    scan(page, f"3*{CRISPS}")
    page.locator("#state[data-state=away]").wait_for()
    page.locator("#total", has_text="60.50").wait_for()
    assert page.locator("#banner").is_visible()
    # What a member says to the cashier now is told later: it is kept over a reload, too.
    page.evaluate("""() => { till.basket.now.member = { number: "M00000007", name: "",
        ref: { kind: "member", value: "M00000007" }, prompts: [{ prompt: "points_end", say: "x" }] };
        till.changed(); }""")
    page.keyboard.press("F7")
    until(page, "till.kept.get('outcomes').then(kept => kept.length === 1)")
    page.evaluate("till.member.leave()")
    sold = [pay(page, cash="100")]
    next_customer(page)
    drawn = page.locator("#lines tr").count(), page.locator("#total").inner_text()
    assert drawn == (0, "0.00"), "what is sold leaves the belt, with no server to say that something changed"
    page.reload()
    opened(page)
    for _ in range(2):
        scan(page, MILK)
        page.locator("#total", has_text="16.90").wait_for()
        sold.append(pay(page))
        next_customer(page)
    banner = page.locator("#banner-text").inner_text()
    assert "3" in banner
    shown = page.evaluate("till.member.said({ name: '', number: null, shown: '13812345678' })")
    assert shown == "****5678", "a receipt says whose it is, and no whole phone number"
    assert "。 " not in banner, "a Chinese full stop brings its own room along"
    return sold, known


def find_everything_in_place(page, shop, sold: list[str], known: int) -> None:
    """The power is back: everything is sent by itself, once."""
    shop.start()
    until(page, "!till.line.away && till.queue.waiting().length === 0")
    page.locator("#banner").wait_for(state="hidden")
    until(page, "till.kept.get('outcomes').then(kept => kept.length === 0)")
    assert shop.ask(OUTCOMES) == [("accepted",), ("declined",)]
    found = shop.ask(
        "SELECT i.number, r.net_fen FROM receipts_identity i JOIN receipts_receipt r ON r.id = i.id "
        "WHERE i.number = ANY(%s) ORDER BY i.number", sold)  # fmt: skip
    assert found == [(sold[0], 6050), (sold[1], 1690), (sold[2], 1690)], "none is lost, none stands twice"
    assert shop.ask("SELECT count(*) FROM receipts_identity")[0][0] == known + 3
    assert shop.ask("SELECT count(*) FROM receipts_conflict") == [(0,)]


def look_for_faults(page) -> None:
    """It sells on with offers, and the browser has nothing to complain of but that nobody answered for a while."""
    scan(page, f"3*{CRISPS}")
    total(page, "17.80")
    wrong = [fault for fault in page.watch.faults(language="zh", phone=False) if "did not load" not in fault
             and "ERR_CONNECTION" not in fault]  # fmt: skip
    assert wrong == []
    assert page.watch.inaccessible() + page.watch.inaccessible(dark=True) == []
    page.keyboard.press("Enter")
    page.wait_for_selector("#pay[open]")
    assert page.watch.inaccessible() == []


PROMISE_ANOTHER = """
import django; django.setup()
from django.utils.timezone import localdate
from huitou.usecases import coupons
batch = coupons.begin_batch("老友5元券", "又是老友", actor="test", today=localdate(), members=[9])
coupons.issue_batch(batch.id, today=localdate())
"""


def test_a_coupon_stays_where_goods_are_scanned_faster_than_it_is_promised(till, corner_shop):
    page, on_the_way = till, []
    corner_shop.python(PROMISE_ANOTHER)
    scan(page, MILK, corner_shop.huitou("member-code", "M00000009"))
    until(page, "till.basket.now.member?.code && till.basket.quoted()")
    page.route("**/baskets/*/hold", lambda route: on_the_way.append(route))
    scan(page, MILK)
    total(page, "28.80")
    page.wait_for_timeout(1_000) if not on_the_way else None
    promised = on_the_way[0].fetch()  # the server has promised it, and the till does not know yet
    scan(page, f"2*{CRISPS}")
    total(page, "46.60")
    on_the_way[0].fulfill(response=promised)
    until(page, "till.basket.now.holds.length === 1")
    assert page.evaluate("till.basket.now.trouble") is None
    assert len(on_the_way) == 1, "one promise for one coupon"


def test_a_line_that_was_removed_comes_back(till):
    page = till
    scan(page, MILK, CRISPS)
    total(page, "25.80")
    page.keyboard.press("Delete")
    total(page, "16.90")
    page.keyboard.press("Control+z")
    total(page, "25.80")
    until(page, "till.kept.get('basket').then(kept => kept.lines.length === 2)")
    page.reload()
    opened(page)
    total(page, "25.80")


def test_a_sale_that_the_machine_cannot_keep_has_not_happened(till, corner_shop):
    page = till
    before = corner_shop.ask("SELECT count(*) FROM receipts_identity")
    scan(page, MILK)
    total(page, "16.90")
    page.evaluate("() => { till.kept.sold = () => Promise.reject(new Error('no room')); }")
    page.keyboard.press("F10")
    page.wait_for_selector("#pay[open]")
    page.keyboard.press("Enter")
    page.locator("#tell-text", has_text="磁盘").wait_for()
    assert page.evaluate("till.queue.waiting().length") == 0
    page.reload()
    opened(page)
    total(page, "16.90")  # the basket is on the belt as it was
    pay(page, cash="20")
    page.locator("#slip-state", has_text="已入账").wait_for()
    next_customer(page)
    assert corner_shop.ask("SELECT count(*) FROM receipts_identity") == [(before[0][0] + 1,)]


def test_the_receipt_is_a_page_of_80_millimetres(till):
    page = till
    page.evaluate("window.print = () => { window.printed = true; }")
    scan(page, MILK)
    total(page, "16.90")
    pay(page)
    page.click("#slip-print")
    assert page.evaluate("window.printed")
    pdf = page.pdf(prefer_css_page_size=True)
    wide, high = map(float, pdf.split(b"/MediaBox [0 0 ")[1].split(b"]")[0].split())
    assert round(wide * 25.4 / 72) == 80
    assert high > wide
    assert pdf.count(b"/Type /Page\n") == 1, "a roll has one page, as long as the receipt"


def test_what_is_given_beside_the_price_is_seen_and_asked_back(till, corner_shop):
    page = till
    scan(page, f"4*{CRISPS}")
    total(page, "26.70")
    calculated = page.locator("#calc").inner_text()
    assert "四袋赠牛奶" in calculated
    assert "送券 2 张" in calculated
    pay(page, cash="30")
    page.locator("#slip-hand", has_text="赠品：").wait_for()
    paper = page.locator("#slip-paper")
    codes = paper.locator("svg.code").evaluate_all("all => all.map(one => one.dataset.code)")
    (whole_name,) = (one for one in codes if one.startswith("HUITOU/"))
    live = "SELECT count(*) FROM offers_coupon WHERE state = 'live' AND code = %s"
    coupons = [one for one in codes if corner_shop.ask(live, one.replace("-", "")) == [(1,)]]
    assert len(coupons) == 2
    next_customer(page)
    scan(page, whole_name)
    page.wait_for_selector("#back[open]")
    page.click("#back-all")
    page.wait_for_selector("#back-go:enabled")
    page.click("#back-go")
    page.locator("#slip-hand", has_text="收回赠品：").wait_for()
    assert all(one in paper.inner_text() for one in coupons)
    wider = (
        "() => document.querySelector('#slip-paper').scrollWidth > document.querySelector('#slip-paper').clientWidth"
    )
    assert not page.evaluate(wider), "two codes stand below each other"
    next_customer(page)
    assert page.watch.inaccessible() == []


ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)")


@contextmanager
def own_process(shop, store: str, folder: Path):
    """The store's own `huitou till --offline`: its port."""
    key = shop.huitou("apikey", "add", "till-alone", "--store", store)
    server = f"http://127.0.0.1:{shop.port}"
    given = ("--server", server, "--store", store, "--key", key, "--port", "0", "--folder", str(folder / "till"))
    process = huitou(folder / "nobody", "till", "--offline", *given)
    try:
        port = next(found[1] for line in process.stderr if (found := ADDRESS.search(line)))
        yield port
    finally:
        end(process.pid)
        process.communicate()


GIVE_A_COUPON = """
import django; django.setup()
from django.utils.timezone import localdate
from huitou.usecases import coupons
batch = coupons.begin_batch("老友5元券", "门店", actor="test", today=localdate(), members=[{member}])
coupons.issue_batch(batch.id, today=localdate())
"""
# The phone of a member asks nobody either: the installation's key makes its code, and no database.
SIGNED_CODE = """
import django; django.setup()
from django.utils.timezone import now
from huitou.members.service import signed_code
print(signed_code({member}, at=now()))
"""


def bring_back_at_the_process(page, number: str, line: int) -> int:
    """A piece of this line, by the number of its receipt, while the server is away; fen that were given for it."""
    page.keyboard.press("F9")
    page.wait_for_selector("#ask[open]")
    page.fill("#ask-field", number)
    page.press("#ask-field", "Enter")
    page.wait_for_selector("#back[open]")
    page.fill(f"#back-{line}", "1")
    page.press(f"#back-{line}", "Enter")
    page.wait_for_selector("#back-go:enabled")
    given = page.locator("#back-total").inner_text()
    page.click("#back-go")
    page.wait_for_selector("#slip[open]")
    next_customer(page)
    return round(float(given) * 100)


def test_the_stores_own_process_goes_on_with_offers_coupons_and_returns(till, corner_shop, tmp_path):
    page, shop = till, corner_shop
    store = page.evaluate("till.own.store")
    ((member,),) = shop.ask(
        "SELECT min(m.id) FROM members_member m JOIN catalogue_store s ON s.id = m.home_store_id "
        "WHERE s.code = %s AND m.id <> 7 AND EXISTS (SELECT FROM members_identity i WHERE i.member_id = m.id)",
        store,
    )
    shop.python(GIVE_A_COUPON.format(member=member))
    with own_process(shop, store, tmp_path) as port:
        page.click("[popovertarget=more]")
        page.click("#process")
        page.fill("#ask-field", port)
        page.press("#ask-field", "Enter")
        until(page, f"till.own.process === '{port}'")
        scan(page, MILK, MILK)
        total(page, "33.80")
        passed_on = pay(page, cash="50")
        page.locator("#slip-state", has_text="已入账").wait_for()
        next_customer(page)
        scan(page, MILK, f"3*{CRISPS}")
        total(page, "34.70")
        until(page, "navigator.serviceWorker.controller !== null")
        shop.kill()
        page.watch.expected_status = {502, 503}
        scan(page, MILK)
        total(page, "51.60")
        until(page, "till.line.alone && !till.line.away")
        assert "门店本机程序" in page.locator("#banner-text").inner_text()

        # A member by the QR of their phone, whose coupon is taken and held by the process.
        scan(page, shop.python(SIGNED_CODE.format(member=member)))
        page.locator("#coupons li.on").wait_for()
        total(page, "46.60")
        until(page, "till.basket.now.holds.length === 1")
        sold = pay(page, cash="100")
        page.locator("#slip-state", has_text="先存在本机").wait_for()
        next_customer(page)
        back = [bring_back_at_the_process(page, sold, 2), bring_back_at_the_process(page, passed_on, 1)]
        assert back[1] == 1690, "also of what had gone through to the server"
        until(page, "till.queue.waiting().length === 0 && till.line.kept === 3")
        page.reload()
        opened(page)
        until(page, "till.line.alone")
        shop.start()
        until(page, "!till.line.alone && till.line.kept === 0")
        page.locator("#banner").wait_for(state="hidden")
        found = shop.ask("SELECT r.kind, r.net_fen, r.member_id FROM receipts_receipt r WHERE r.source = 'till-alone' "
                         "ORDER BY r.kind DESC, r.net_fen")  # fmt: skip
        assert [one for one in found if one[0] == "sale"] == [("sale", 3380, None), ("sale", 4660, member)]
        assert sorted(-fen for kind, fen, _ in found if kind == "return") == sorted(back)
        assert shop.ask("SELECT state FROM offers_coupon WHERE member_id = %s", member) == [("used",)]
        assert shop.ask("SELECT count(*) FROM receipts_conflict") == [(0,)]
