"""A file goes up in the real browser: by picker, by drop, over a connection that breaks, after a reload."""

from __future__ import annotations

import os

import pytest
from tests.browser.walk import PHONE

pytestmark = pytest.mark.browser
ROWS = 60_000
PIECES = "**/imports/uploads/*"


@pytest.fixture
def till_file(tmp_path):
    """Some 2.6 MB, so that it goes in several pieces."""
    path = tmp_path / "六月小票.csv"
    lines = (f"{n},2026-06-01 10:00,6901234567892,1,{n % 90}.50,鲜牛奶" for n in range(ROWS))
    path.write_text("小票号,时间,商品编码,数量,金额,品名\n" + "\n".join(lines), encoding="utf-8")
    return path


def _received(shop, path):
    return shop.ask(
        "SELECT received_bytes FROM uploads_upload WHERE file_name = %s ORDER BY id DESC LIMIT 1", path.name
    )


def _come_to_its_page(page):
    page.wait_for_url("**/imports/new/*")
    page.wait_for_selector("[data-upload]", state="detached")


def test_a_connection_that_breaks_is_waited_for(seat, shop, till_file):
    pieces, broken = [], [True]

    def break_from_the_second(route):
        pieces.append(route.request.method)
        if broken and route.request.method == "POST" and pieces.count("POST") >= 2:
            route.abort("connectionreset")
        else:
            route.continue_()

    with seat("admin") as page:
        page.goto(shop.address + "/imports")
        page.click("text=导入文件")
        page.route(PIECES, break_from_the_second)
        page.set_input_files("input[type=file]", till_file)
        page.wait_for_selector("[data-state=lost] [data-part=wait]:visible")
        assert "自动续传" in page.locator("[role=status]").inner_text()
        broken.clear()
        _come_to_its_page(page)
    assert "GET" in pieces, "it asked how much had arrived, and did not guess"
    assert _received(shop, till_file) == till_file.stat().st_size


def test_after_a_reload_the_same_file_goes_on(seat, shop, till_file):
    with seat("admin", language="en", size=PHONE) as page:
        page.goto(shop.address + "/imports/new")
        sent = []
        page.route(PIECES, lambda route: route.abort() if sent else (sent.append(1), route.continue_()))
        page.set_input_files("input[type=file]", till_file)
        page.wait_for_selector("[data-state=lost]")
        here = _received(shop, till_file)
        assert 0 < here < till_file.stat().st_size
        page.reload()
        assert "are here" in page.locator(".dropzone").inner_text()
        page.unroute(PIECES)
        offsets = []
        page.on("request", lambda request: offsets.append(request.headers.get("x-piece-offset")))
        page.set_input_files("input[type=file]", till_file)
        _come_to_its_page(page)
    assert next(int(offset) for offset in offsets if offset) == here, "what had arrived was not sent again"
    assert _received(shop, till_file) == till_file.stat().st_size


def test_another_file_of_that_name_begins_anew(seat, shop, till_file):
    with seat("admin") as page:
        page.goto(shop.address + "/imports/new")
        sent = []
        page.route(PIECES, lambda route: route.abort() if sent else (sent.append(1), route.continue_()))
        page.set_input_files("input[type=file]", till_file)
        page.wait_for_selector("[data-state=lost]")
        page.unroute(PIECES)
        # The same name, size and time of change, as a copy tool leaves them; other bytes.
        changed = till_file.stat()
        till_file.write_bytes(till_file.read_bytes().replace(b"10:00", b"11:00"))
        os.utime(till_file, ns=(changed.st_atime_ns, changed.st_mtime_ns))
        page.goto(shop.address + "/imports/new")
        page.set_input_files("input[type=file]", till_file)
        _come_to_its_page(page)
    assert _received(shop, till_file) == till_file.stat().st_size


def test_a_file_is_dropped_anywhere_on_the_page(seat, shop):
    with seat("marketer") as page:
        page.goto(shop.address + "/imports/new")
        dropped = page.evaluate_handle(
            "() => { const t = new DataTransfer(); t.items.add(new File(['a,b\\n1,2\\n'], 'dropped.csv')); return t; }"
        )
        page.dispatch_event("h1", "dragenter", {"dataTransfer": dropped})
        assert page.locator("[data-upload].over").count() == 1, "the page shows that it takes the file"
        page.dispatch_event("h1", "drop", {"dataTransfer": dropped})
        _come_to_its_page(page)
    assert shop.ask("SELECT received_bytes FROM uploads_upload WHERE file_name = 'dropped.csv'") == 8


def test_an_empty_file_is_refused_with_the_next_step(seat, shop, tmp_path):
    (tmp_path / "empty.csv").touch()
    with seat("admin") as page:
        page.goto(shop.address + "/imports/new")
        page.set_input_files("input[type=file]", tmp_path / "empty.csv")
        said = page.get_by_role("alert").filter(has_text="upload_empty")
        said.wait_for()
        assert "文件是空的" in said.inner_text()
        assert page.locator(".dropzone").is_visible(), "another one can be chosen at once"
