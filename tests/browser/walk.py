"""Walk every page of a running site as a person in a browser would, and write down what is wrong with each.

`python -m tests.browser.check_demo` walks the sample chain; the browser suite walks the test chain.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import TimeoutError as TimedOut
from tests.browser.accessible import (
    violations,
    violations_in_the_dark,
    violations_on_a_phone,
    violations_on_a_tablet,
)

FAULTS_JS = (Path(__file__).parent / "page_faults.js").read_text(encoding="utf-8")
# Blocked scripts and styles are told to the page; the browser's console says the same, but not in every case.
VIOLATIONS_JS = """
window.__violations = [];
document.addEventListener("securitypolicyviolation", (e) => window.__violations.push(
    `${e.effectiveDirective} blocked ${e.blockedURI} ${e.sourceFile || ""}:${e.lineNumber || ""}`));
"""
# What moved by itself, as the browser reckons it (Cumulative Layout Shift): not what a hand has just asked for.
SHIFTS_JS = """
window.__shifts = [];
new PerformanceObserver((list) => {
    for (const one of list.getEntries()) {
        if (one.hadRecentInput) continue;
        const node = one.sources.length ? one.sources[0].node : null;
        const moved = node && (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement);
        window.__shifts.push([one.value, moved ? `<${moved.tagName.toLowerCase()} class=${moved.className}>` : "?"]);
    }
}).observe({ type: "layout-shift", buffered: true });
"""
SHIFT_AT_MOST = 0.05
"""Half of what is called good (.1, web.dev/articles/cls)."""
COMING = "main [aria-busy=true]"
NOT_DRAWN = "[data-chart]:not([data-drawn])"
COUNTING = "#live.old"
SWAPPING = ".htmx-request, .htmx-swapping, .htmx-settling"
CHARTS_DRAWN_MS = 5_000
PAGES_OF_A_SHAPE = 2
"""How many addresses that differ only in numbers and values are opened by whoever sees most: two members stand for all.
Everybody else opens one; in the other language, whose pages are made of the same parts, one whatever is asked of it."""
SEES_MOST = "administrator"
UNFOLDED = 3
"""So many folded parts of a page are opened."""
PAGES_AT_MOST = 200
"""A walk that has more before it never ends, and says so."""
DESKTOP, TABLET, PHONE = (1440, 900), (820, 1180), (390, 844)
WIDTHS = (DESKTOP, TABLET, PHONE)
DARK_JS = """dark => {
  document.documentElement.setAttribute("data-bs-theme", dark ? "dark" : "light");
  document.dispatchEvent(new CustomEvent("huitou:theme"));
}"""
# Within two frames, however long they take, charts are drawn anew and the browser has said what it has to say; a fade
# that begins late, on a busy machine, is brought to its end.
SETTLED_JS = """async () => {
  for (const _ of [1, 2]) await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  for (const one of document.getAnimations()) try { one.finish(); } catch { one.cancel(); }
}"""
LANGUAGES = {"zh": "zh-CN", "en": "en-US"}
# Leaving ends the walk, and files are no pages.
NOT_A_PAGE = re.compile(r"/(logout|static|api)\b|\.(csv|png|xlsx|json)$")


@dataclass(frozen=True, slots=True)
class LogIn:
    """Who walks. `refused` are the addresses that this role must not see, with the status they answer."""

    username: str
    password: str
    role: str
    refused: dict[str, int] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    """What is no word of ours: people and stores are called the same in every language."""


@dataclass(slots=True)
class Seen:
    """One page as it was seen."""

    role: str
    language: str
    width: int
    path: str
    status: int
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        verdict = "ok" if not self.faults else "; ".join(self.faults)
        return f"{self.role:<14} {self.language} {self.width:>4}  {self.status} {self.path}  {verdict}"


class Watch:
    """Listens to a page: whatever the browser complains of between `start` and `faults`."""

    def __init__(self, page: Page, names: Sequence[str] = ()) -> None:
        self.page, self.names = page, list(names)
        self._heard: list[str] = []
        self.expected_status: set[int] = set()
        page.on("console", self._hear_console)
        page.on("pageerror", lambda error: self._heard.append(f"script error: {error}"))
        page.on("response", self._hear_response)
        page.on("requestfailed", lambda request: self._hear_failed(request.url, request.failure))

    def start(self, *expected_status: int) -> None:
        self._heard.clear()
        self.expected_status = set(expected_status)

    def faults(self, *, language: str, phone: bool) -> list[str]:
        """Wait until the page rests, then everything wrong with it, each once."""
        self.page.wait_for_load_state("load")
        with suppress(TimedOut):  # what is not drawn by then is a fault, and named below
            self.page.wait_for_selector(COMING, state="detached", timeout=CHARTS_DRAWN_MS)
            self.page.wait_for_selector(NOT_DRAWN, state="detached", timeout=CHARTS_DRAWN_MS)
        self.page.evaluate(SETTLED_JS)
        blocked = [f"policy: {line}" for line in self.page.evaluate("window.__violations || []")]
        seen = self.page.evaluate(FAULTS_JS, {"lang": language, "phone": phone, "names": self.names})
        return list(dict.fromkeys(self._heard + blocked + seen))

    def moved(self) -> list[str]:
        """What shifted on the page since it was opened without anybody's doing, a count that it asks for included."""
        with suppress(TimedOut):
            self.page.wait_for_selector(COUNTING, state="detached", timeout=CHARTS_DRAWN_MS)
        shifts = self.page.evaluate("window.__shifts || []")
        total = sum(value for value, _ in shifts)
        return [f"moves by {total:.3f}, {max(shifts)[1]} most"] if total >= SHIFT_AT_MOST else []

    def inaccessible(self, *, dark: bool = False) -> list[str]:
        """What axe finds on the page as it stands; in the dark, of its colours alone: the rest is the same."""
        if not dark:
            return violations(self.page)
        self.page.evaluate(DARK_JS, True)
        self.page.evaluate(SETTLED_JS)
        found = violations_in_the_dark(self.page)
        self.page.evaluate(DARK_JS, False)
        return found

    def _hear_console(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        if any(f"status of {status} " in message.text for status in self.expected_status):
            return
        self._heard.append(f"console {message.type}: {message.text[:200]}")

    def _hear_response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected_status:
            self._heard.append(f"HTTP {response.status} of {response.url}")

    def _hear_failed(self, url: str, failure: str | None) -> None:
        # A page that is left while it still loads cancels its requests; that is no fault of the site.
        if failure != "net::ERR_ABORTED":
            self._heard.append(f"did not load: {url} ({failure})")


def open_context(browser: Browser, *, language: str = "zh", size: tuple[int, int] = DESKTOP) -> BrowserContext:
    """A browser of its own, as it comes from the shop in that language."""
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale=LANGUAGES[language],
        timezone_id="Asia/Shanghai",
        is_mobile=width < 600,
        has_touch=width < 600,
    )
    context.add_init_script(VIOLATIONS_JS)
    context.add_init_script(SHIFTS_JS)
    context.set_default_timeout(30_000)
    return context


def log_in(page: Page, address: str, username: str, password: str) -> None:
    page.goto(urljoin(address, "/login"))
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", password)
    with page.expect_navigation():  # also a wrong password is answered by a page
        page.press("input[name=password]", "Enter")


def speak(page: Page, language: str) -> None:
    """Switch the language where a person would."""
    if page.evaluate("document.documentElement.lang").lower().startswith(language):
        return
    switch = page.locator('form[action$="/language"] button:visible')
    if not switch.count():
        page.locator("[popovertarget=account]:visible").first.click()
    with page.expect_navigation():
        switch.first.click()


def member_of_another_store(browser: Browser, address: str, username: str, password: str, store: str) -> str:
    """The path of a member whose home store is `store`, found by somebody who sees the whole chain."""
    with open_context(browser) as context:
        page = context.new_page()
        log_in(page, address, username, password)
        page.goto(urljoin(address, "/members"))
        choice = page.locator("select[name=store] option", has_text=store).get_attribute("value")
        page.goto(urljoin(address, f"/members?store={choice}"))
        return page.locator("a[data-row]").first.get_attribute("href") or ""


def walk(
    browser: Browser,
    address: str,
    who: LogIn,
    *,
    language: str,
    judged: set[str] | None = None,
    known: Collection[str] = (),
) -> Iterator[Seen]:
    """Log in and open every page that can be reached by links, each once and looked at in every width, then what this
    role is refused. With `judged`, the kinds of page that axe has judged already, in this walk or another's, axe judges
    the others too: in the light and in the dark, wide and narrow. `known` kinds are not opened, but for the first."""
    with open_context(browser, language=language) as context:
        page = context.new_page()
        walker = _Walker(page, address, who, language, judged, known)
        yield walker.see(urljoin(address, "/login"))
        log_in(page, address, who.username, who.password)
        if urlsplit(page.url).path.rstrip("/").endswith("login"):
            yield Seen(who.role, language, DESKTOP[0], "/login", 200, ["the log-in was not accepted"])
            return
        speak(page, language)
        yield from walker.follow_links(page.url)
        yield from walker.search(address)
        for path, status in who.refused.items():
            yield walker.see(urljoin(address, path), status)


def kind_of(path: str) -> str:
    """A path without what it says which one of many it is: a number, or a code."""
    return re.sub(r"^(/offers/one|/offers/starters|/coupons/kinds)/[^/]+", r"\1/0", re.sub(r"\d+", "0", path))


class _Walker:
    def __init__(
        self, page: Page, address: str, who: LogIn, language: str, judged: set[str] | None, known: Collection[str]
    ) -> None:
        self.page, self.address, self.who = page, address, who
        self.language, self.judged, self.known = language, judged, known
        self.watch = Watch(page, who.names)
        self.shapes: dict[str, int] = {}
        self.unfolded: set[str] = set()

    def see(self, url: str, expected_status: int = 200) -> Seen:
        """Open one page; a refusal that is meant has to answer exactly its status."""
        self.watch.start(*([] if expected_status == 200 else [expected_status]))
        path = urlsplit(url).path + (f"?{urlsplit(url).query}" if urlsplit(url).query else "")
        try:
            response = self.page.goto(url)
            status = response.status if response else 0
            faults = self.watch.faults(language=self.language, phone=False) + self.watch.moved()
            kind = re.sub(r"^/figures/\w+", "/figures/name", kind_of(urlsplit(url).path))
            judge = status == expected_status == 200 and self._is_to_judge(kind)
            if status == expected_status == 200 and kind not in self.unfolded:
                self.unfolded.add(kind)
                faults += self._opened()
                if judge:
                    faults += self.watch.inaccessible() + self.watch.inaccessible(dark=True)
                    faults += self._moved_on_a_phone(url)
            faults = list(dict.fromkeys(faults + self._narrower(judge=judge)))
        except BrowserError as error:
            status, faults = 0, [f"the browser gave up: {error.message.splitlines()[0]}"]
        if status != expected_status and expected_status != 200:
            faults.append(f"answered {status}, not {expected_status}")
        return Seen(self.who.role, self.language, DESKTOP[0], path, status, faults)

    def _is_to_judge(self, kind: str) -> bool:
        if kind == "/":  # each role has an overview of its own
            kind = self.who.role
        if self.judged is None or kind in self.judged:
            return False
        self.judged.add(kind)
        return True

    def _narrower(self, *, judge: bool) -> list[str]:
        """The same page on a tablet and on a phone: what is wrong there alone."""
        found = []
        for width, height in (TABLET, PHONE):
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.evaluate(SETTLED_JS)
            seen = self.page.evaluate(
                FAULTS_JS, {"lang": self.language, "phone": width < 600, "names": self.watch.names}
            )
            found += [f"at {width}: {fault}" for fault in seen]
            if judge:
                axe = violations_on_a_phone if (width, height) == PHONE else violations_on_a_tablet
                found += [f"at {width}: {fault}" for fault in axe(self.page)]
        self.page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
        return found

    def _moved_on_a_phone(self, url: str) -> list[str]:
        """What shifts where the page is opened on a phone. A page of its own, so that what was unfolded stays."""
        page = self.page.context.new_page()
        try:
            page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
            watch = Watch(page)
            page.goto(url)
            watch.faults(language=self.language, phone=True)
            return [f"at {PHONE[0]}: {fault}" for fault in watch.moved()]
        finally:
            page.close()

    def follow_links(self, start: str) -> Iterator[Seen]:
        waiting, known = [start], {start.split("#")[0]}
        self._is_new_shape(start)
        seen = 0
        while waiting and seen < PAGES_AT_MOST:
            yield self.see(waiting.pop(0))
            seen += 1
            for url in self.page.eval_on_selector_all("a[href]:not([hx-get])", "links => links.map(a => a.href)"):
                url = url.split("#")[0]
                if url not in known and self._leads_on(url) and self._is_new_shape(url):
                    waiting.append(url)
                known.add(url)
        if waiting:
            left = f"{len(waiting)} pages were never opened, {waiting[0]} the first of them"
            yield Seen(self.who.role, self.language, DESKTOP[0], start, 200, [left])

    def search(self, address: str) -> Iterator[Seen]:
        """What a person types into the search: a family name, four digits, and what nobody is called."""
        for text in ("王", "1234", "M00000001", "qqqq", "' OR 1=1 --"):
            yield self.see(f"{urljoin(address, '/members')}?q={quote(text)}")

    def _leads_on(self, url: str) -> bool:
        there, here = urlsplit(url), urlsplit(self.address)
        return (there.scheme, there.netloc) == (here.scheme, here.netloc) and not NOT_A_PAGE.search(there.path)

    def _is_new_shape(self, url: str) -> bool:
        parts = urlsplit(url)
        fields = sorted(part.partition("=")[0] for part in parts.query.split("&"))
        path = kind_of(parts.path)
        if path in self.known:
            return False
        if parts.query:  # each figure is opened; cut in another way they are all one page
            path = re.sub(r"^/figures/\w+", "/figures/name", path)
        everything = self.judged is not None and self.who.role == SEES_MOST
        if self.judged is None or (len(fields) > 1 and not everything):
            fields = []
        shape = path + "?" + "&".join(fields)
        self.shapes[shape] = self.shapes.get(shape, 0) + 1
        return self.shapes[shape] <= (PAGES_OF_A_SHAPE if everything and len(fields) == 1 else 1)

    def _opened(self) -> list[str]:
        """Unfold what is folded (a receipt's lines), fetch what comes on demand, and hear what the browser says."""
        opened = 0
        folded = self.page.locator("details:not([open]) > summary:visible")
        for _ in range(min(UNFOLDED, folded.count())):
            if folded.count():  # to open one may have closed another, or taken it away
                folded.first.click()
                opened += 1
        fetches = self.page.locator("a[hx-get]:visible")
        for place in range(fetches.count()):
            if place < fetches.count():  # what was fetched may have taken its link away
                with self.page.expect_response(lambda answer: "hx-request" in answer.request.headers):
                    fetches.nth(place).click()
                self.page.wait_for_selector(SWAPPING, state="detached")
                opened += 1
        return self.watch.faults(language=self.language, phone=False) if opened else []
