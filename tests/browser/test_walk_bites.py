"""The walk finds what is wrong: each fault is planted on a page and seen named."""

from __future__ import annotations

import pytest
from tests.browser.accessible import violations, violations_on_a_phone, violations_on_a_tablet
from tests.browser.walk import DESKTOP, PHONE, SHIFT_AT_MOST, TABLET, Watch, open_context

pytestmark = pytest.mark.browser

SITE = "http://planted.test"
WHOLE = """<!doctype html><html lang="zh-hans"><head><title>会员</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><nav><a href="/members">会员</a></nav><h1>会员</h1>{}</body></html>"""
DRAWN = """<div id="trend"><canvas width="60" height="20" style="width:60px;height:20px"></canvas></div>
<script>
const pen = document.querySelector("canvas").getContext("2d");
pen.fillStyle = "red"; pen.fillRect(5, 5, 9, 9);</script>"""

PLANTED = [
    ("<p>王小明</p>", None, "a whole page has no fault"),
    (DRAWN, None, "a chart that is drawn is fine"),
    ('<div style="overflow-x:auto"><div style="width:900px">宽表</div></div>', None, "a table may scroll in its frame"),
    ("<script>console.error('boom')</script>", "console error: boom", "the console complains"),
    ("<script>throw new Error('boom')</script>", "script error: boom", "a script fails"),
    ('<img src="/gone.png">', "HTTP 404 of http://planted.test/gone.png", "a file is missing"),
    ("<script>fetch('/fails')</script>", "HTTP 500 of http://planted.test/fails", "an answer is our own failure"),
    ('<div id="trend"><canvas width="60" height="20"></canvas></div>', "a chart is blank: <div id=trend>", "no pixels"),
    (
        '<div id="trend"><canvas width="60" height="20" style="width:0"></canvas></div>',
        "a chart has no size: <div id=trend>",
        "nobody sees a chart without a size",
    ),
    (
        '<div id="trend" data-chart="trend" style="width:9px;height:9px"></div>',
        "a chart was never drawn: <div id=trend>",
        "the place for the chart stayed empty",
    ),
    (
        '<table class="big" style="width:900px"><tr><td>宽</td></tr></table>',
        "scrolls sideways by",
        "wider than a phone",
    ),
    ("<p>余额 {{ balance }}</p>", 'the page shows "{{"', "a template was not filled in"),
    ("<p>余额 NaN</p>", 'the page shows "NaN"', "a figure was not computed"),
    ("<label>Home store</label>", 'English on a Chinese page: "Home store"', "a word was not translated"),
]


@pytest.fixture
def phone(browser):
    with open_context(browser, size=PHONE) as context:
        page = context.new_page()
        yield page


def _serve(page, body, headers=None):
    def answer(route):
        path = route.request.url.removeprefix(SITE)
        if path == "/":
            route.fulfill(status=200, content_type="text/html; charset=utf-8", body=body, headers=headers or {})
        else:
            route.fulfill(status=500 if path == "/fails" else 404, body="")

    page.route("**/*", answer)


def _faults(page, body, *, language="zh", headers=None):
    _serve(page, body, headers)
    watch = Watch(page)
    watch.start()
    page.goto(SITE + "/")
    return watch.faults(language=language, phone=True)


@pytest.mark.parametrize(("body", "fault", "because"), PLANTED, ids=[because for *_, because in PLANTED])
def test_each_fault_is_named(phone, body, fault, because):
    faults = _faults(phone, WHOLE.replace("{}", body))
    if fault is None:
        assert faults == [], because
    else:
        assert any(found.startswith(fault) for found in faults), (because, faults)


def test_a_page_in_the_other_language_is_named(phone):
    faults = _faults(phone, WHOLE.replace("{}", ""), language="en")
    assert 'html lang is "zh-hans", not en' in faults
    assert 'Chinese on an English page: "会员"' in faults


def test_a_blocked_script_is_named(phone):
    body = WHOLE.replace("{}", "<script>document.title = 'x'</script>")
    faults = _faults(phone, body, headers={"Content-Security-Policy": "script-src 'self'"})
    assert any(found.startswith("policy: script-src-elem blocked inline") for found in faults), faults


def test_a_refusal_that_is_meant_is_no_fault(phone):
    phone.route(
        "**/*",
        lambda route: route.fulfill(
            status=404, content_type="text/html; charset=utf-8", body=WHOLE.replace("{}", "没有这位会员")
        ),
    )
    watch = Watch(phone)
    watch.start(404)
    phone.goto(SITE + "/members/7")
    assert watch.faults(language="zh", phone=True) == []
    watch.start()
    phone.goto(SITE + "/members/7")
    assert f"HTTP 404 of {SITE}/members/7" in watch.faults(language="zh", phone=True)


def test_what_axe_finds_is_named_and_a_page_that_is_fine_is_not(phone):
    for body, found, because in (
        ("<main><p>王小明</p></main>", False, "nothing is wrong with it"),
        ("<main><button></button></main>", True, "a button without a name"),
        ('<main><p style="color:#ccc;background:#fff">看不清</p></main>', True, "words too pale to be read"),
    ):
        phone.unroute_all()
        _serve(phone, WHOLE.replace("{}", body))
        phone.goto(SITE + "/")
        assert bool(Watch(phone).inaccessible()) == found, because


@pytest.mark.parametrize(
    ("size", "found", "because"),
    [(DESKTOP, False, "on the desk its word is shown"), (TABLET, True, "in the bar of icons nothing says what it is")],
)
def test_a_button_that_loses_its_name_in_the_bar_of_icons_is_named(browser, size, found, because):
    body = """<style>@media (max-width: 1100px) { .word { display: none } }</style>
<main><button><svg aria-hidden="true"></svg><span class="word">沈静</span></button></main>"""
    with open_context(browser, size=size) as context:
        page = context.new_page()
        _serve(page, WHOLE.replace("{}", body))
        page.goto(SITE + "/")
        told = violations_on_a_tablet(page)
    assert any(one.startswith("axe: button-name") for one in told) == found, because


NARROW = """<style>p { color: #222 } @media (max-width: 640px) { %s }</style>
<main><p class="one">看得清</p><p class="two" hidden>只在手机上</p></main>"""


@pytest.mark.parametrize(
    ("narrow", "found", "because"),
    [
        ("", False, "it looks as it did on the desk"),
        (".one { color: #ccc }", True, "on a phone it is too pale"),
        (".two { display: block; color: #ccc }", True, "on a phone it is shown, and too pale"),
        ("main { background: #333 }", True, "on a phone something dark lies beneath it"),
        (".two { display: block }", False, "it is shown and can be read"),
    ],
)
def test_on_a_phone_the_words_that_look_otherwise_are_judged_again(browser, narrow, found, because):
    with open_context(browser) as context:
        page = context.new_page()
        _serve(page, WHOLE.replace("{}", NARROW % narrow))
        page.goto(SITE + "/")
        assert violations(page) == [], "on a desk all is well"
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        assert any("color-contrast" in one for one in violations_on_a_phone(page)) == found, because


LATE = """<p id="late"></p><p style="height:300px">会员</p><script>
const move = () => { document.getElementById("late").style.height = "%dpx"; };
requestAnimationFrame(() => requestAnimationFrame(() => { move(); document.body.dataset.moved = "yes"; }));</script>"""


@pytest.mark.parametrize(
    ("height", "found", "because"),
    [(400, True, "what is read jumps when something comes in above it"), (0, False, "nothing moved")],
)
def test_what_moves_by_itself_is_named_at_every_width(browser, height, found, because):
    for width, tall in (DESKTOP, PHONE):
        with open_context(browser) as context:  # a phone that is emulated as a device reckons no shifts
            page = context.new_page()
            page.set_viewport_size({"width": width, "height": tall})
            _serve(page, WHOLE.replace("{}", LATE % height))
            page.goto(SITE + "/")
            page.wait_for_selector("[data-moved]")
            if found:  # the browser tells it a little after it has drawn it
                page.wait_for_function("most => window.__shifts.some(([value]) => value >= most)", arg=SHIFT_AT_MOST)
            watch = Watch(page)
            assert any(fault.startswith("moves by") for fault in watch.moved()) == found, (because, width)
