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


GOODS = {
    "甜屿牛奶糖 60克": "休闲食品/糖果蜜饯/糖果巧克力",
    "牧云鲜牛奶 950毫升": "乳品烘焙/牛奶/鲜奶",
    "山谷高钙牛奶 250毫升×12": "乳品烘焙/牛奶/常温奶",
    "小牛牛奶伴侣 2升": "乳品烘焙/牛奶/鲜奶",
    "Milkshake powder": "Sweets",
    "Whole milk 1 l": None,
}


@pytest.mark.parametrize(
    ("typed", "wanted", "because"),
    [
        (
            "牛奶",
            ["小牛牛奶伴侣 2升", "牧云鲜牛奶 950毫升", "山谷高钙牛奶 250毫升×12", "甜屿牛奶糖 60克"],
            "milk before sweets that taste of it: by the noun, which stands last, or by category; shorter names first",
        ),
        ("牛奶 950", ["牧云鲜牛奶 950毫升"], "every part has to be in it"),
        ("牛奶糖", ["甜屿牛奶糖 60克"], "who wants the sweets gets them"),
        ("milk", ["Whole milk 1 l", "Milkshake powder"], "goods without a category are judged by their name"),
    ],
)
def test_what_is_looked_for_stands_before_what_tastes_of_it(till, typed, wanted, because):
    till.evaluate(
        """async (goods) => {
          const list = Object.entries(goods).map(([name, category], place) => ({ sku: String(101001 + place), name,
            category, price: "1.00", codes: [] }));
          till.line.call = async () => ({ told: { scale_codes: [], goods: list } });
          await till.shelf.renew();
        }""",
        GOODS,
    )
    assert till.evaluate("(said) => till.shelf.search(said).map((one) => one.name)", typed) == wanted, because


@pytest.mark.parametrize(
    ("label", "kilos", "fen", "because"),
    [
        ("2100318007529", 752, None, "it says the weight"),
        ("2200318012346", 309, 1234, "it says the price"),
        ("2100318000001", None, None, "noughts are no weight: the cashier is asked"),
        ("2200318000008", None, None, "noughts are no price: nothing is free for them"),
    ],
)
def test_what_a_scale_printed(till, label, kilos, fen, because):
    till.evaluate(
        """async () => {
          const codes = [{ code: "318", pieces: 1 }];
          const goods = [{ sku: "W318", name: "walnuts", weighed: true, price: "40.00", codes }];
          till.line.call = async () => ({ told: { scale_codes: ["21IIIIIWWWWWC", "22IIIIIPPPPPC"], goods } });
          await till.shelf.renew();
        }"""
    )
    found = till.evaluate("(label) => till.shelf.find(label)", label)
    assert (found["goods"]["sku"], found["milli"], found["fen"]) == ("W318", kilos, fen), because
