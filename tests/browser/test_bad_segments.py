"""What cannot be is named while somebody edits it, at its condition or above all of them, and goes with its cause."""

from __future__ import annotations

import json
import re

import pytest
from tests.browser import accessible
from tests.browser.test_segment_builder import Hand

pytestmark = pytest.mark.browser

EVERYONE = {"leaf": "everyone"}


def keep(shop, name: str, where: dict) -> int:
    """A segment as an older day may have left it: written past what looks over a tree."""
    number = shop.ask("INSERT INTO segments_segment (name) VALUES (%s) RETURNING id", name)
    shop.ask(
        "INSERT INTO segments_version (segment_id, number, body, names, made_by) "
        "VALUES (%s, 1, %s::jsonb, %s, 'anna') RETURNING number",
        number,
        json.dumps({"language": 1, "where": where}),
        [where["segment"]] if where.get("leaf") == "segment" else [],
    )
    return number


def named(page, text: str, *, condition: int) -> None:
    """The trouble of this condition, and nothing is counted."""
    trouble = page.locator("#tree [data-node=leaf]").nth(condition - 1).locator("[data-trouble]")
    trouble.filter(has_text=text).wait_for()
    assert page.locator("#live [data-count]").count() == 0, "because what cannot be is nobody"


def well(page) -> None:
    page.locator("#live [data-count]").wait_for()
    assert page.locator(".wrong").count() == 0


@pytest.mark.parametrize("language", ["zh", "en"])
def test_segments_in_a_circle_are_named_while_the_second_is_edited(seat, shop, language):
    one, other = f"圈甲 {language}", f"圈乙 {language}"
    first = keep(shop, one, EVERYONE)
    keep(shop, other, {"leaf": "segment", "segment": one})
    with seat("marketer", language=language) as page:
        page.goto(f"{shop.address}/segments/{first}/edit")
        well(page)
        hand = Hand(page, mouse=True)
        row = hand.add("segment")
        hand.take(row, other, other)
        named(page, {"zh": "循环引用自身", "en": "would contain itself"}[language], condition=2)
        named(page, f"{one} → {other} → {one}", condition=2)
        page.click("button[value=keep]")
        page.locator(".note.e small").wait_for()
        named(page, f"{one} → {other} → {one}", condition=2)
        assert shop.ask("SELECT max(number) FROM segments_version WHERE segment_id = %s", first) == 1
        row = page.locator("#tree [data-node=leaf]").last
        row.locator("[data-grip]").focus()
        page.keyboard.press("Delete")
        well(page)


@pytest.mark.parametrize(
    ("language", "backwards", "range_", "number"),
    [("zh", "早于", "之间", "整数"), ("en", "before it begins", "nothing lies between", "whole number")],
)
def test_impossible_windows_ranges_and_values_are_named_at_their_condition(
    seat, shop, language, backwards, range_, number
):
    with seat("marketer", language=language) as page:
        page.goto(shop.address + "/segments/new")
        hand = Hand(page, mouse=True)
        row = hand.add("bought")
        well(page)
        hand.choose(row.locator("[data-window] > [data-mode]"), "fixed")
        row.locator("[data-part=since]").fill("2026-11-10")
        row.locator("[data-part=until]").fill("2026-11-01")
        named(page, backwards, condition=1)
        row.locator("[data-part=until]").fill("2026-11-11")
        well(page)
        hand.choose(row.locator("[data-range] [data-mode]"), "between")
        hand.type(row.locator("[data-one]"), "5")
        hand.type(row.locator("[data-two]"), "2")
        named(page, range_, condition=1)
        hand.type(row.locator("[data-two]"), "很多")
        named(page, number, condition=1)
        hand.type(row.locator("[data-two]"), "9")
        well(page)


def test_a_category_that_is_gone_and_what_does_not_compare_are_named_when_the_segment_is_opened(seat, shop):
    number = keep(
        shop,
        "旧条件",
        {
            "all": [
                EVERYONE,
                {"leaf": "bought", "at_least": 1, "of": {"categories": ["没有的品类"]}},
                {"leaf": "attribute", "of": "age", "is_one_of": ["30"]},
            ]
        },
    )
    with seat("marketer") as page:
        page.goto(f"{shop.address}/segments/{number}/edit")
        named(page, "没有的品类", condition=2)
        named(page, "第 3 条", condition=3)
        for _ in range(2):
            page.locator("#tree [data-node=leaf]").nth(1).locator("[data-grip]").focus()
            page.keyboard.press("Delete")
        well(page)


def test_groups_in_groups_in_groups_are_refused_before_they_are_read(seat, shop):
    with seat("marketer", language="en") as page:
        page.goto(shop.address + "/segments/new")
        Hand(page, mouse=True).add("everyone")
        well(page)
        for _ in range(16):
            page.locator("#tree [data-node=leaf] [data-menu]").click()
            page.click("#row-menu [data-act=wrap]")
        page.locator("#live .note.e").filter(has_text=re.compile("16 levels")).wait_for()
        for _ in range(2):
            page.click("[data-undo]")
        well(page)
        deep = '{"language": 1, "where": ' + '{"not": ' * 1000 + json.dumps(EVERYONE) + "}" * 1001
        said = page.evaluate(
            "async (tree) => (await (await HuitouSegments.post(document.getElementById('segment-form').dataset.check, "
            "{ tree })).json())",
            deep,
        )
        assert "16 levels" in said["wrong"][0]["says"]


def test_what_uses_a_segment_is_named_when_somebody_puts_it_away(seat, shop):
    number = keep(shop, "被用到的", EVERYONE)
    keep(shop, "用它的", {"leaf": "segment", "segment": "被用到的"})
    with seat("marketer") as page:
        page.goto(f"{shop.address}/segments/{number}")
        page.click("[data-open=used]")
        page.locator("#used[open]").filter(has_text="用它的").wait_for()
        assert shop.ask("SELECT archived_at IS NULL FROM segments_segment WHERE id = %s", number)


def test_a_tree_that_is_looked_over_too_late_is_not_counted(seat, shop):
    """Its count used to come after the next tree was found wrong, and stood in the place of what is wrong."""
    with seat("marketer") as page:
        page.goto(shop.address + "/segments/new")
        row = Hand(page, mouse=True).add("bought")
        well(page)
        held, counted = [], []
        page.on("request", lambda one: counted.append(one) if one.url.endswith("/segments/count") else None)
        page.route("**/segments/check", lambda route: route.continue_() if held else held.append(route))
        row.locator("[data-one]").fill("2")
        while not held:
            page.wait_for_timeout(20)
        # The next change is made before the first one is answered, and looked over after that.
        row.locator("[data-one]").fill("x")
        held[0].fulfill(json={"wrong": [], "sentence": "", "other": ""})
        named(page, "整数", condition=1)
        assert counted == [], "because what was changed since is counted by nobody"


def test_a_count_is_stopped_by_the_first_press_also_from_a_blank_just_typed_in(seat, shop):
    """To leave the blank told its change again, and the count began anew under the press; what stood there was the
    count of the conditions before."""
    with seat("marketer") as page:
        page.goto(shop.address + "/segments/new")
        row = Hand(page, mouse=True).add("bought")
        well(page)
        page.locator("#profile [data-who]").wait_for()
        held = []
        page.route("**/segments/count", lambda route: held.append(route))
        row.locator("[data-one]").fill("2")
        page.click("[data-stop-count]")
        again = page.locator("#live [data-count-again]")
        again.wait_for()
        assert len(held) == 1, "and nothing is counted"
        assert row.locator(".cnt").inner_text() == "", "because that was the number of another question"
        assert page.locator("#profile > *").count() == 0, "and those were the people of another question"
        page.unroute("**/segments/count")
        again.click()
        well(page)


@pytest.mark.parametrize("step", ["check", "count"])
def test_what_failed_once_is_counted_again_by_one_press(seat, shop, step):
    """It used to say that it failed and left it there: one had to change a condition and change it back. What was cut
    off before it was counted said nothing at all."""
    with seat("marketer") as page:
        page.goto(shop.address + "/segments/new")
        row = Hand(page, mouse=True).add("bought")
        well(page)
        page.locator("#profile [data-who]").wait_for()
        page.route(f"**/segments/{step}", lambda route: route.abort())
        row.locator("[data-one]").fill("2")
        again = page.locator("#live [role=alert] [data-count-again]")
        again.wait_for()
        assert page.locator("#profile > *").count() == 0, "because those were the people of another question"
        page.unroute(f"**/segments/{step}")
        again.click()
        well(page)
        page.locator("#profile [data-who]").wait_for()


@pytest.mark.parametrize("first", [True, False], ids=["with nothing counted before", "with an old count"])
def test_words_can_be_read_while_it_counts(seat, shop, first):
    """What is counted anew was faded whole, words too, and a long count left them so."""
    held = []
    with seat("marketer") as page:
        page.goto(shop.address + "/segments/new")
        hand = Hand(page, mouse=True)
        if first:
            page.route("**/segments/count", lambda route: held.append(route))
        row = hand.add("bought")
        if not first:
            well(page)
            page.route("**/segments/count", lambda route: held.append(route))
            row.locator("[data-one]").fill("2")
        page.locator("#live.old").wait_for()
        page.locator("[data-counting]:visible").wait_for()
        assert accessible.violations(page) == []
