"""`make demo-check`: start the demo on a free port, open every page as each role, stop. Exit code 0: nothing is wrong.

Run from the project's root: `python -m tests.browser.check_demo`. The chain lives in a folder of its own that is
removed at the end, so that a chain under .huitou stays as it is.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from tests.browser.browsers import NoBrowser, open_browser
from tests.browser.demos import DemoFailed, running_demo
from tests.browser.walk import LANGUAGES, SEES_MOST, WIDTHS, LogIn, Seen, kind_of, member_of_another_store, walk

from huitou.doors.cli.demo import LOG_INS, PASSWORD
from huitou.usecases.sample_chain.places import PLACES

SECOND_START_SECONDS = 5.0
# Large enough for every page to have something to show, and quick to make.
SMALL = ("--members", "3000", "--months", "13")
OF_ANOTHER_STORE = "萧山店"
BROWSERS = 2
JUDGED_IN = "zh"
"""Names and colours are those of both languages, and a kind of page is made of the same parts for everybody: axe judges
it once, for whoever comes to it first."""


def people(address: str) -> list[LogIn]:
    """The five log-ins, with what each must be refused."""
    with open_browser() as browser:
        elsewhere = member_of_another_store(browser, address, "admin", PASSWORD, OF_ANOTHER_STORE)
    refused = {
        "administrator": {"/members/999999999": 404, "/figures/profit": 400},
        "marketer": {"/no-such-page": 404},
        "service_agent": dict.fromkeys(
            ("/figures", "/members/all", "/products", "/segments", "/tags", "/imports", "/people", "/offers/new"),
            403,
        ),
        "store_manager": {elsewhere: 404, "/refresh": 403, "/cut-offs": 403, "/stores/999999": 404},
        "cashier": {elsewhere: 404}
        | dict.fromkeys(("/", "/figures", "/figures/sales", "/refresh", "/stores", "/products", "/members/all"), 403),
    }
    names = tuple(person.name for person in LOG_INS) + tuple(place.name for place in PLACES)
    return [LogIn(person.username, PASSWORD, person.role, refused[person.role], names) for person in LOG_INS]


def walk_as(address: str, who: LogIn, language: str, judged: set[str], known: set[str]) -> list[Seen]:
    """Every page of one person in one language, on a desk, a tablet and a phone; `judged` is what axe has seen, `known`
    the kinds of page that whoever sees most opens in both languages: of those everybody else opens one language."""
    first, sees_most = language == JUDGED_IN, who.role == SEES_MOST
    seen = []
    with open_browser() as browser:
        pages = walk(
            browser, address, who, language=language, judged=judged if first else None,
            known=() if first or sees_most else known,
        )  # fmt: skip
        for page in pages:
            sys.stdout.write(f"{page}\n")
            sys.stdout.flush()
            seen.append(page)
            if first and sees_most and page.status == 200:
                known.add(kind_of(urlsplit(page.path).path))
    return seen


def walk_everything(address: str) -> list[Seen]:
    """Walk as each person in each language. These walks share nothing but the server, so that several go at once, those
    with the most pages and those that axe judges first: nobody waits for one that began last."""
    judged: set[str] = set()
    known: set[str] = set()
    everybody = people(address)
    first = sorted(LANGUAGES, key=lambda language: language != JUDGED_IN)
    walks = [(who, language) for language in first for who in everybody]
    with ThreadPoolExecutor(BROWSERS) as pool:
        seen = pool.map(lambda walk: walk_as(address, *walk, judged, known), walks)
        return [page for pages in seen for page in pages]


def main() -> int:
    options = argparse.ArgumentParser(prog="check_demo", description=__doc__)
    options.add_argument("--address", help="walk a demo that runs already, and leave it running")
    asked = options.parse_args()
    began = time.monotonic()
    home = Path(tempfile.mkdtemp(prefix="huitou-demo-check-"))
    try:
        if asked.address:
            return closing_line(walk_everything(asked.address), began)
        with running_demo(home, *SMALL) as (address, seconds):
            sys.stdout.write(f"demo-check: the first start took {seconds:.1f} s\n")
            seen = walk_everything(address)
        with running_demo(home) as (_, seconds):
            sys.stdout.write(f"demo-check: the second start took {seconds:.1f} s\n")
        if seconds > SECOND_START_SECONDS:
            sys.stdout.write(f"demo-check: note: more than {SECOND_START_SECONDS:.0f} s\n")
        return closing_line(seen, began)
    except (DemoFailed, NoBrowser) as failure:
        sys.stdout.write(f"demo-check: {failure}\n")
        return 1
    finally:
        shutil.rmtree(home, ignore_errors=True)


def closing_line(seen: list[Seen], began: float) -> int:
    """Say what was seen; the exit code."""
    wrong = [page for page in seen if page.faults]
    for page in wrong:
        sys.stdout.write(f"WRONG  {page}\n")
    roles = len({page.role for page in seen})
    verdict = "nothing wrong" if not wrong else f"{len(wrong)} with faults"
    ways = f"{roles} roles in {len(LANGUAGES)} languages at {len(WIDTHS)} widths"
    sys.stdout.write(
        f"demo-check: {len(seen)} pages as {ways}, with axe: {verdict}, {time.monotonic() - began:.0f} s\n"
    )
    return 1 if wrong or not seen else 0


if __name__ == "__main__":
    sys.exit(main())
