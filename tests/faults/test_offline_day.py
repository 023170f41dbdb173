"""A store that was offline for a day (F8): drained in batches, it ends where a store ends that sent as it sold, and
what does not fit stands in the list; other tills sell on meanwhile.

`make faults` drains 99,000 receipts and prints how long it took and what the others waited. No test asserts a speed.
"""

from __future__ import annotations

import itertools
import json
import multiprocessing
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from tests.faults.forms import Progress, either, told
from tests.faults.served import Served, asked, lay
from tests.faults.tills_online import Line

pytestmark = [pytest.mark.database, pytest.mark.faults]

RECEIPTS = either(200, 99_000)
MEMBERS = either(20, 3_000)
BATCH = either(60, 3_000)
LIVE_PER_SECOND = 25
DAY = "2026-11-20"
COUPONS, EVERY = either(12, 3_000), 6
"""Coupons that the till took; each sixth of them another till took, too."""
SPENDERS = either(4, 500)
"""Members who pay with more points than they have, at two tills, and show no code."""
TEN = {"id": "ten", "valid": {"coupon": "TEN"}, "get": {"kind": "amount_off", "amount": "10.00", "per": "lot"}}
TWICE, TOO_MUCH = 3, 5
"""How many numbers the till used twice, and how many returns bring back more than was sold."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, int, str]]:
    home = lay(tmp_path_factory.mktemp("day") / "home")
    server = Served(home, workers=2)
    try:
        port = server.port()
        server.rows("INSERT INTO catalogue_store (code, name) VALUES ('on', 'on'), ('off', 'off'), ('live', 'live')")
        yield server, port, asked(home, "apikey", "add", "pos")
    finally:
        server.stop()


def day_of(store: str, receipts: int) -> Iterator[dict[str, Any]]:
    """What a store sold and took back in a day, in order: every ninth receipt is a return of an earlier sale."""
    dice = random.Random(8)
    sold: list[tuple[int, int]] = []
    for number in range(receipts):
        head = {"store": store, "till": "1", "business_date": DAY, "at": f"{DAY}T{9 + number % 10:02d}:00:00+08:00"}
        if number % 9 == 8 and sold:
            sale, amount = sold.pop(dice.randrange(len(sold)))
            named = {"store": store, "till": "1", "business_date": DAY, "number": str(sale)}
            back = {"line": 1, "sale_line": 1, "quantity": "0.500", "amount": _yuan((amount + 1) // 2)}
            yield {"kind": "return", **head, "number": f"R{number}", "sale": named, "lines": [back]}
        else:
            amount = dice.randrange(100, 30_000)
            sold.append((number, amount))
            member = {"kind": "card", "value": f"{store}-{dice.randrange(MEMBERS)}"}
            line = {"line": 1, "sku": "rice", "quantity": "1.000", "amount": _yuan(amount)}
            yield {"kind": "sale", **head, "number": str(number), "member": member, "lines": [line]}


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def does_not_fit() -> list[dict[str, Any]]:
    """What a till does that no other order makes right: a number for two sales, more back than was sold."""
    again = [{**body, "channel": "other"} for body in day_of("off", 50) if body["kind"] == "sale"][:TWICE]
    said = [body for body in day_of("off", 50) if body["kind"] == "return"][:TOO_MUCH]
    more = [{**one, "number": f"X{one['number']}", "lines": [{**one["lines"][0], "quantity": "0.501"}]} for one in said]
    return [*again, *more]


def coupons_of(server: Served, folder: Path) -> list[str]:
    """Bearers' coupons of ten yuan, and the offer that takes them."""
    (folder / "ten.json").write_text(json.dumps(TEN))
    asked(server.home, "coupons", "add-kind", "TEN", "--title", "ten off")
    asked(server.home, "offers", "put", str(folder / "ten.json"), "--on")
    asked(server.home, "coupons", "issue", "TEN", "--name", "day", "--count", str(COUPONS))
    return [code for (code,) in server.rows("SELECT code FROM offers_coupon ORDER BY id")]


def earn_first(port: int, key: str) -> None:
    """A hundred points for each who will spend them, while the line is there."""
    line = Line(port, key)
    for number in range(SPENDERS):
        line.insist("/api/v1/receipts", json.dumps(_sale(f"earn-{number}", "100.00", card=f"mix-{number}")).encode())


def with_coupons_and_points(codes: list[str]) -> list[dict[str, Any]]:
    """What the till sold beside: each coupon once, some of them twice, and points that nobody proved."""
    found = [_sale(f"C{place}", "20.00", off="10.00", coupons=[code]) for place, code in enumerate(codes)]
    found += [_sale(f"D{place}", "20.00", off="10.00", coupons=[code], till="2") for place, code in
              enumerate(codes[::EVERY])]  # fmt: skip
    found += [_sale(f"P{till}-{number}", "0.50", card=f"mix-{number}", till=till, points_used=60)
              for number in range(SPENDERS) for till in "12"]  # fmt: skip
    return [{"kind": "sale", **one} for one in found]


def _sale(
    number: str, amount: str, *, off: str = "0.00", card: str = "", till: str = "1", **more: Any
) -> dict[str, Any]:
    line = {"line": 1, "sku": "rice", "quantity": "1.000", "amount": amount, "discount": off}
    member = {"member": {"kind": "card", "value": card}} if card else {}
    return {"store": "off", "till": till, "number": number, "business_date": DAY, "at": f"{DAY}T12:00:00+08:00",
            "lines": [line], **member, **more}  # fmt: skip


def sell_as_it_happens(port: int, key: str) -> None:
    line, progress = Line(port, key), Progress("sent as they were sold", RECEIPTS)
    for number, body in enumerate(day_of("on", RECEIPTS), 1):
        kind = body.pop("kind")
        line.insist("/api/v1/receipts" if kind == "sale" else "/api/v1/returns", json.dumps(body).encode())
        progress.at(number)


def drain(port: int, key: str, beside: list[dict[str, Any]]) -> tuple[float, Counter[str]]:
    """Everything in batches, as several tills send them: in any order. Seconds, and how the lines were answered."""
    said = list(day_of("off", RECEIPTS))
    for one in beside:  # anywhere in the day; the day's own lines keep their order
        said.insert(random.Random(one["number"]).randrange(len(said)), one)
    batches = [said[first : first + BATCH] for first in range(0, len(said), BATCH)]
    random.Random(9).shuffle(batches)
    line, progress, answered = Line(port, key), Progress("drained", len(said)), Counter[str]()
    began = time.monotonic()
    for batch in (*batches, does_not_fit()):
        answer, _ = line.insist("/api/v1/receipts/batch", b"\n".join(json.dumps(one).encode() for one in batch))
        answered.update(json.loads(one)["status"] for one in answer.splitlines())
        progress.at(answered.total())
    return time.monotonic() - began, answered


class Others:
    """Another store's tills, that sell on at a steady pace, in a process of their own; each wait in seconds."""

    TILLS = 4

    def __init__(self, port: int, key: str) -> None:
        fork = multiprocessing.get_context("fork")
        self._over = fork.Event()
        self._heard, tell = fork.Pipe(duplex=False)
        self._selling = fork.Process(target=self._sell_at_all, args=(port, key, tell))
        self._selling.start()

    def _sell_at_all(self, port: int, key: str, tell: Connection) -> None:
        waits: list[float] = []
        tills = [threading.Thread(target=self._sell, args=(till, Line(port, key), waits)) for till in range(self.TILLS)]
        for till in tills:
            till.start()
        for till in tills:
            till.join()
        tell.send(waits)

    def _sell(self, till: int, line: Line, waits: list[float]) -> None:
        begins = time.monotonic() + till / LIVE_PER_SECOND
        for number in itertools.count():
            due = begins + number * self.TILLS / LIVE_PER_SECOND
            if self._over.wait(max(0.0, due - time.monotonic())):
                return
            body = {"store": "live", "till": str(till), "number": str(number), "at": f"{DAY}T12:00:00+08:00",
                    "member": {"kind": "card", "value": f"live-{number % 50}"},
                    "lines": [{"line": 1, "sku": "rice", "quantity": "1.000", "amount": "10.00"}]}  # fmt: skip
            line.insist("/api/v1/receipts", json.dumps(body).encode())
            waits.append(time.monotonic() - due)

    def end(self) -> list[float]:
        """What each sale waited, the shortest first."""
        self._over.set()
        waits = sorted(self._heard.recv())
        self._selling.join()
        return waits


def test_a_day_that_comes_late_ends_as_one_that_came_in_time(site: tuple[Served, int, str], tmp_path: Path) -> None:
    server, port, key = site
    codes = coupons_of(server, tmp_path)
    sell_as_it_happens(port, key)
    earn_first(port, key)
    beside = with_coupons_and_points(codes)
    others = Others(port, key)
    seconds, answered = drain(port, key, beside)
    waits = others.end()
    told(f"F8: {RECEIPTS:,} receipts of a day offline drained in {seconds:.0f} s ({RECEIPTS / seconds:,.0f}/s); "
         f"{len(waits):,} sales of others beside it, p99 {1000 * waits[int(len(waits) * 0.99)]:.0f} ms")  # fmt: skip
    assert answered == {"recorded": RECEIPTS + len(beside), "quarantined": TWICE + TOO_MUCH}
    listed = "SELECT kind, count(*)::int FROM receipts_conflict GROUP BY 1 ORDER BY 1"
    assert server.rows(listed) == [
        ("coupon_honoured", len(codes[::EVERY])), ("number_used_twice", TWICE), ("points_honoured", SPENDERS),
        ("points_unproven", 2 * SPENDERS), ("returned_more_than_sold", TOO_MUCH)]  # fmt: skip
    assert server.rows("SELECT state, count(*)::int FROM offers_coupon GROUP BY 1") == [("used", COUPONS)], "once each"
    assert server.rows("SELECT count(*)::int FROM offers_couponuse") == [(COUPONS,)]
    spent = "SELECT DISTINCT a.balance FROM loyalty_account a JOIN members_identity i ON i.member_id = a.member_id "
    assert server.rows(spent + "WHERE i.value LIKE 'mix-%'") == [(0,)], "all of their points, and not one below"
    assert state_of(server, "off") == state_of(server, "on")
    assert waits, "the others sold meanwhile"
    verdicts = json.loads(asked(server.home, "audit", "--json"))
    assert [one for one in verdicts if one["first_broken"]] == []
    one_more = next(day_of("off", 1)) | {"number": "one more"}
    Line(port, key).insist("/api/v1/receipts", json.dumps({k: v for k, v in one_more.items() if k != "kind"}).encode())
    assert state_of(server, "off") != state_of(server, "on"), "the control: one sale more is seen"


def state_of(server: Served, store: str) -> list[tuple]:
    """Each member of the store: balance, debt, and every lot with what is left of it."""
    return server.rows(f"""
        SELECT split_part(i.value, '-', 2), a.balance, a.debt, (SELECT array_agg((l.original, l.remaining)::text
            ORDER BY l.original, l.remaining) FROM loyalty_lot l WHERE l.account_id = a.id)
        FROM members_identity i JOIN loyalty_account a ON a.member_id = i.member_id
        WHERE i.value LIKE '{store}-%' ORDER BY 1""")
