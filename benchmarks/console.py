"""How long each kind of page takes the server, how much it sends, when a browser shows it, and how quick search is.

`HUITOU_HOME=… python -m benchmarks console` measures the chain that lies there (`huitou demo --no-serve` makes one),
through the real server. Limits: a page p95 300 ms, a search p95 100 ms, first paint 1.5 s, at most 600 kB sent.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from tests.browser.browsers import open_browser
from tests.browser.demos import running_demo
from tests.browser.walk import NOT_A_PAGE, kind_of, log_in, open_context

TIMES = 20
PAGE_MS, SEARCH_MS, PAINT_MS, SENT_BYTES = 300, 100, 1500, 600_000
BESIDES = ("/?kpi=repurchase_rate", "/figures/sales", "/design")
LINKS = "main a[href^='/']:not([hx-get]):not([download])"
TYPED = ("王", "李丽", "wang", "lili", "zhangwei", "hsy", "1234", "0808", "牛奶", "M00000042", "滨江", "qqqqqq")
FETCH = """async ([address, body]) => {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const asked = body === null ? {} : { method: "POST", headers: { "HX-Request": "true", "X-CSRFToken": token,
    "Content-Type": "application/x-www-form-urlencoded" }, body: "q=" + encodeURIComponent(body) };
  const began = performance.now();
  const answer = await fetch(address, Object.assign({ cache: "no-store" }, asked));
  const text = await answer.text();
  return [performance.now() - began, answer.status, text.length];
}"""


@dataclass(frozen=True, slots=True)
class Measured:
    name: str
    p50: float
    p95: float
    sent: int = 0
    paint: float = 0.0


def run() -> None:
    home = Path(os.environ.get("HUITOU_HOME", ".huitou"))
    if not (home / "lake").is_dir():
        print(f"There is no chain in {home}. Make one: HUITOU_HOME={home} huitou demo --no-serve")
        return
    from huitou.doors.cli.demo import PASSWORD

    with running_demo(home) as (address, _), open_browser() as browser:
        with open_context(browser) as context:
            page = context.new_page()
            log_in(page, address, "admin", PASSWORD)
            pages = _addresses(page, address)
            told = [_page(page, address, path) for path in pages]
            searches = [_timed(page, f"search {text}", "/search", text) for text in TYPED]
            state = context.storage_state()
        seen = [_seen(browser, state, address, one) for one in told]
    _say(seen, searches)


def _addresses(page: Any, address: str) -> list[str]:
    """What the navigation leads to, one page of each kind that these lead to, and some that need the lake's figures."""
    found = page.eval_on_selector_all("nav.nav a[href]", "links => links.map(a => a.getAttribute('href'))")
    store = page.locator("select[name=store] option").nth(1).get_attribute("value")
    kinds = {_kind(one): one for one in reversed([*found, *BESIDES, f"/?store={store}"])}
    for one in list(dict.fromkeys(found)):
        page.goto(address + one)
        for link in page.eval_on_selector_all(LINKS, "links => links.map(a => a.getAttribute('href').split('#')[0])"):
            if not NOT_A_PAGE.search(link.partition("?")[0]):
                kinds.setdefault(_kind(link), link)
    page.goto(address)
    return sorted(kinds.values())


def _kind(path: str) -> str:
    """What pages that differ only in numbers and values have in common; of two fields that are asked, the first."""
    there, _, asked = path.partition("?")
    return kind_of(there) + "?" + asked.partition("=")[0]


def _page(page: Any, address: str, path: str) -> Measured:
    return _timed(page, path, address + path, None)


def _timed(page: Any, name: str, address: str, body: str | None) -> Measured:
    page.evaluate(FETCH, [address, body])
    times = []
    for _ in range(TIMES):
        took, status, _ = page.evaluate(FETCH, [address, body])
        assert status == 200, f"{name} answered {status}"
        times.append(took)
    times.sort()
    return Measured(name, median(times), times[math.ceil(0.95 * TIMES) - 1])


def _seen(browser: Any, state: Any, address: str, one: Measured) -> Measured:
    """The same page in a browser that has never been here: everything is sent."""
    with browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN", storage_state=state) as context:
        page = context.new_page()
        line = context.new_cdp_session(page)
        line.send("Network.enable")
        sent: list[float] = []
        count: Callable[[dict[str, Any]], None] = lambda event: sent.append(event["encodedDataLength"])  # noqa: E731
        line.on("Network.loadingFinished", count)
        page.goto(address + one.name)
        page.wait_for_load_state("networkidle")
        time.sleep(0.1)
        paint = page.evaluate("performance.getEntriesByName('first-contentful-paint').map(e => e.startTime)[0] || 0")
        return Measured(one.name, one.p50, one.p95, int(sum(sent)), paint)


def _say(pages: list[Measured], searches: list[Measured]) -> None:
    print(f"{'page':<32} {'p50 ms':>7} {'p95 ms':>7} {'kB sent':>8} {'paint ms':>9}")
    for one in pages:
        print(f"{one.name:<32} {one.p50:>7.0f} {one.p95:>7.0f} {one.sent / 1000:>8.0f} {one.paint:>9.0f}")
    for one in searches:
        print(f"{one.name:<32} {one.p50:>7.0f} {one.p95:>7.0f}")
    worst, slow = max(pages, key=lambda one: one.p95), max(searches, key=lambda one: one.p95)
    heavy, late = max(pages, key=lambda one: one.sent), max(pages, key=lambda one: one.paint)
    print(f"slowest page: {worst.name} p95 {worst.p95:.0f} ms of {PAGE_MS}")
    print(f"slowest search: {slow.name} p95 {slow.p95:.0f} ms of {SEARCH_MS}")
    print(f"heaviest page: {heavy.name} {heavy.sent / 1000:.0f} kB of {SENT_BYTES // 1000}")
    print(f"latest first paint: {late.name} {late.paint:.0f} ms of {PAINT_MS}")
