"""The builder by mouse and by keyboard, in both languages: who is meant is the same segment."""

from __future__ import annotations

import json
import re

import pytest

from huitou.usecases.sample_chain.places import MAIN_STORE

pytestmark = pytest.mark.browser

BAKERY = ("乳品烘焙/面包", "乳品烘焙/蛋糕")
WANTED = [
    {"leaf": "layer", "is_one_of": ["diamond"]},
    {"leaf": "bought", "count": "receipts", "at_least": 3, "of": {"categories": ["生鲜"]}, "window": {"last_days": 90}},
    {"leaf": "bought", "count": "receipts", "at_most": 0, "of": {"categories": list(BAKERY)},
     "window": {"last_days": 90}},
    {"leaf": "reachable", "channel": "sms"},
    {"leaf": "lives_near", "store": MAIN_STORE.code, "within_metres": 3000},
]  # fmt: skip


BUILT = [{name: value for name, value in one.items() if (name, "at_most" in one) != ("count", True)} for one in WANTED]
"""What the page holds: of nothing at all nobody asks how it is counted."""


MOST_TABS = 400
"""So many times Tab goes once round the page."""


DRAWN_BY_THE_PAGE = """() => {
  const style = new CSSStyleSheet();
  style.replaceSync("select, select::picker(select) { appearance: base-select !important }");
  document.adoptedStyleSheets = [style];
}"""


class Hand:
    """Somebody at the builder, with the mouse, or with the keyboard alone: then Tab goes where a mouse would point, and
    nothing is filled in or chosen but by keys."""

    def __init__(self, page, *, mouse: bool) -> None:
        self.page, self.mouse = page, mouse

    def go_to(self, locator) -> None:
        if self.mouse:
            locator.click()
            return
        behind = locator.evaluate("one => document.activeElement.compareDocumentPosition(one) & 2")
        for _ in range(MOST_TABS):
            if locator.evaluate("one => one === document.activeElement"):
                return
            self.page.keyboard.press("Shift+Tab" if behind else "Tab")
        raise AssertionError(f"Tab never comes to {locator}")

    def press(self, locator) -> None:
        self.go_to(locator)
        if not self.mouse:
            self.page.keyboard.press("Space" if locator.get_attribute("type") == "checkbox" else "Enter")

    def type(self, locator, text: str) -> None:
        self.go_to(locator)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def choose(self, select, value: str) -> None:
        if self.mouse:
            self.pull(select, value)
            return
        self.go_to(select)
        self.page.keyboard.press("Home")
        while select.input_value() != value:
            before = select.input_value()
            self.page.keyboard.press("ArrowDown")
            assert select.input_value() != before, f"there is no {value}"

    def pull(self, select, value: str) -> None:
        """Press on the select, pull down to the choice, let go. Its list is drawn by the system, where no mouse of a
        test gets at it: the page is told to draw it itself, which changes nothing of what the page hears."""
        self.page.evaluate(DRAWN_BY_THE_PAGE)
        choice = select.locator(f"option[value='{value}']")
        select.scroll_into_view_if_needed()
        self._press_at(select)
        choice.wait_for()
        self._move_to(choice, at=0.5)
        self.page.mouse.up()
        assert select.input_value() == value

    def drag_below(self, row, other) -> None:
        """Take a condition by its handle to below another one; the hand lets go where the page's mark says so."""
        other.scroll_into_view_if_needed()
        self._press_at(row.locator("[data-grip]").first)
        while not other.evaluate("one => !!one.nextElementSibling && one.nextElementSibling.matches('.dropmark')"):
            self._move_to(other, at=0.8)
        self.page.mouse.up()

    def _press_at(self, locator) -> None:
        box = locator.bounding_box()
        self.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self.page.mouse.down()

    def _move_to(self, locator, *, at: float) -> None:
        box = locator.bounding_box()
        self.page.mouse.move(box["x"] + min(60, box["width"] / 2), box["y"] + box["height"] * at, steps=8)

    def add(self, form: str):
        self.press(self.page.locator("#tree > .adds [data-add]"))
        wanted = self.page.locator(f"#add-dialog [data-form='{form}']")
        if not self.mouse:
            self.page.keyboard.type(wanted.inner_text())  # into what looks for conditions, where the dialog begins
        self.press(wanted)
        return self.page.locator("#tree [data-node=leaf]").last

    def take(self, row, words: str, value: str) -> None:
        self.go_to(row.locator("[data-find]:visible").first)
        self.page.keyboard.type(words)
        hit = row.locator(f"[data-take][data-value='{value}']")
        hit.wait_for()
        if self.mouse:
            hit.click()
            return
        while not hit.evaluate("one => one === document.activeElement"):
            self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Enter")


def build(hand: Hand) -> None:
    hand.add("layer")
    fresh = hand.add("bought")
    hand.type(fresh.locator("[data-one]"), "3")
    hand.take(fresh, "生鲜", "生鲜")
    none = hand.add("bought")
    hand.choose(none.locator("[data-range] [data-mode]"), "none")
    for path in BAKERY:
        hand.take(none, path.split("/")[1], path)
    if not hand.mouse:
        hand.add("reachable")
    near = hand.add("lives_near.store")
    hand.take(near, MAIN_STORE.code, MAIN_STORE.code)
    if hand.mouse:
        last = hand.add("reachable")
        rows = hand.page.locator("#tree [data-node=leaf]")
        assert [one["leaf"] for one in tree_of(hand.page)][3:] == ["lives_near", "reachable"]
        hand.page.locator("#tree .cnt b").nth(4).wait_for()  # the last count comes, and moves nothing under the hand
        hand.drag_below(rows.nth(3), last)


def tree_of(page) -> list:
    document = json.loads(page.locator("[name=tree]").input_value())
    return document["where"]["all"]


def same(one) -> str:
    return json.dumps(one, sort_keys=True, ensure_ascii=False)


@pytest.mark.parametrize("mouse", [True, False], ids=["mouse", "keyboard"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_same_segment_by_mouse_and_by_keyboard(seat, shop, language, mouse):
    name = f"{language}-{mouse}"
    with seat("marketer", language=language) as page:
        page.goto(shop.address + "/segments/new")
        hand = Hand(page, mouse=mouse)
        hand.type(page.locator("input[name=name]"), name)
        build(hand)
        assert same(tree_of(page)) == same(BUILT)
        page.locator("#tree .cnt b").nth(4).wait_for()
        sentence = page.locator("[data-sentence]").inner_text()
        expected = {"zh": "没有购买乳品烘焙/面包或乳品烘焙/蛋糕", "en": "did not buy 乳品烘焙/面包 or 乳品烘焙/蛋糕"}
        assert expected[language] in sentence
        assert page.locator("#tree .cnt b").count() == 5, "because each condition says how many are left"
        hand.press(page.locator("button[value=keep]"))
        page.wait_for_url(re.compile(r"/segments/\d+$"))
        assert page.locator("h1").inner_text() == name
        assert page.evaluate("window.__violations") == []
    kept = shop.ask(
        "SELECT body::text FROM segments_version v JOIN segments_segment s ON s.id = v.segment_id WHERE s.name = %s",
        name,
    )
    assert same(json.loads(kept)["where"]["all"]) == same(WANTED)


def test_names_that_come_late_cover_nothing_once_one_was_taken(seat, shop):
    """A slow answer used to open its list over the next condition, where nobody could click any more."""
    with seat("marketer") as page:
        held = []
        page.route(re.compile(r"q=%E9%9D%A2"), lambda route: held.append(route))
        page.goto(shop.address + "/segments/new")
        row = Hand(page, mouse=True).add("bought")
        box, found = row.locator("[data-find]").first, row.locator(".found").first
        box.click()
        found.locator("[data-take]").first.wait_for()
        with page.expect_request(re.compile(r"q=%E9%9D%A2")):
            box.press_sequentially("面")
        found.locator("[data-take]").first.click()
        with page.expect_response(re.compile(r"q=%E9%9D%A2")) as answered:
            held[0].continue_()
        answered.value.finished()
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
        assert found.is_hidden(), "because what was looked for is already taken"


def test_conditions_are_dragged_moved_by_keys_undone_and_named_when_they_cannot_be(seat, shop):
    with seat("marketer") as page:
        page.goto(shop.address + "/segments/new")
        hand = Hand(page, mouse=True)
        hand.add("layer")
        hand.add("reachable")
        page.click("[data-add-group=any]")
        grip = page.locator("[data-node=leaf] [data-grip]").first
        hint = page.locator("[data-node=group] [data-hint]")
        start, end = grip.bounding_box(), hint.bounding_box()
        page.mouse.move(start["x"] + 8, start["y"] + 8)
        page.mouse.down()
        page.mouse.move(end["x"] + 40, end["y"] - 20, steps=6)
        page.mouse.move(end["x"] + 40, end["y"] + 8, steps=4)
        page.mouse.up()
        assert tree_of(page) == [
            {"leaf": "reachable", "channel": "sms"},
            {"any": [{"leaf": "layer", "is_one_of": ["diamond"]}]},
        ], "because the condition was dragged into the group"
        page.locator("[data-node=group] [data-node=leaf] [data-grip]").focus()
        page.keyboard.press("Alt+ArrowLeft")
        assert [one.get("leaf") for one in tree_of(page)] == ["reachable", "layer"], (
            "because an empty group asks nothing"
        )
        page.keyboard.press("Alt+ArrowUp")
        page.keyboard.press("Alt+ArrowUp")
        assert [one.get("leaf") for one in tree_of(page)] == ["layer", "reachable"]
        for _ in range(3):
            page.click("[data-undo]")
        assert [next(iter(one)) for one in tree_of(page)] == ["leaf", "any"], "because every step is undone"
        page.click("[data-redo]")
        assert [one.get("leaf") for one in tree_of(page)] == ["reachable", "layer"]

        row = hand.add("birthday.from_days")
        row.locator("[data-at=from_days]").fill("40")
        page.locator(".wrong [data-trouble]").wait_for()
        assert "第 3 条" in page.locator(".wrong [data-trouble]").inner_text()
        row.locator("[data-at=from_days]").fill("0")
        page.locator("#live [data-count]").wait_for()
        assert page.locator(".wrong").count() == 0
