"""What the till page takes a scanned text for: its own scripts in a browser, with a server that is written here."""

from __future__ import annotations

from pathlib import Path

import pytest

import huitou.doors.till

pytestmark = pytest.mark.browser

STATIC = Path(huitou.doors.till.__file__).parent / "static" / "till"
PAGE = """<form id=scan-form><input id=scan></form><div id=hits></div>
<button id=key-member></button><button id=key-amount></button><button id=key-remove></button><button id=key-held>
</button><button id=key-back></button><button id=key-why></button><button id=undo></button>
<script>
window.happened = [];
window.till = {
  $: (id) => document.getElementById(id), el: () => document.createElement("i"), say: (id) => id,
  fen: (text) => Math.round(Number(text) * 100), milli: (text) => Math.round(Number(text) * 1000),
  tell: (what) => happened.push("told " + what.message),
  kept: { set: async () => {}, get: async () => null },
  line: { away: false, call: async (method, path) => { happened.push(method + " " + path);
    return { told: { scale_codes: [], goods: NEW.map((sku) => ({ sku, name: sku, price: "1.00", codes: [] })) } }; } },
  basket: { now: { lines: [], coupons: [], dropped: [] }, touched() {},
    add: (one) => happened.push("sold " + one.goods.sku) },
  own: { store: "1", till: "1" },
};
const NEW = [];
</script>"""


@pytest.fixture
def till(browser):
    page = browser.new_page()
    page.set_content(PAGE)
    for script in ("shelf.js", "member.js", "keys.js"):
        page.add_script_tag(path=STATIC / script)
    yield page
    page.close()


def scanned(page, text: str) -> tuple[list[str], list[str]]:
    """What happened, and which coupons lie on the basket."""
    page.evaluate(
        "async (text) => { happened.length = 0; till.basket.now.coupons = []; await till.keys.scanned(text); }", text
    )
    return page.evaluate("happened"), page.evaluate("till.basket.now.coupons")


@pytest.mark.parametrize("digits", ["69000000", "690000000000", "6900000000000", "16900000000000"])
def test_digits_alone_are_goods(till, digits):
    assert scanned(till, digits) == (["GET /goods", "told nothing_of_that"], []), "no coupon, and said to be unknown"
    till.evaluate("(sku) => NEW.push(sku)", digits)
    assert scanned(till, digits) == (["GET /goods", f"sold {digits}"], []), "new since the list came"
    assert scanned(till, digits) == ([f"sold {digits}"], [])


@pytest.mark.parametrize("code", ["7KQ2M4XD9TVB", "2X400000BCDE"])
def test_a_coupon_is_known_by_its_check_character(till, code):
    from huitou.offers.rules.coupon_codes import check_character, shown

    whole = code + check_character(code)
    for typed in (whole, whole.lower(), shown(whole), shown(whole).lower()):
        assert scanned(till, typed) == ([], [shown(whole)]), "as it is printed, and nobody was asked for goods"


def test_what_only_looks_like_a_coupon_may_be_new_goods(till):
    assert scanned(till, "ABCD-EFGH-JKMN0") == (["GET /goods"], ["ABCD-EFGH-JKMN0"]), "the server knows whose it is"
    till.evaluate("NEW.push('ABCD-EFGH-JKMN0')")
    assert scanned(till, "ABCD-EFGH-JKMN0") == (["GET /goods", "sold ABCD-EFGH-JKMN0"], [])
