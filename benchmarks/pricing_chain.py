"""The sample chain's baskets under a supermarket's programme: proven or not, time, overlap, gap.

Time and deadline are those of the CPU, so that neighbours on the machine do not decide what is proven.
`HUITOU_BENCH_BASKETS` says how many (5,000).
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from benchmarks.pricing_programme import Json, overlapping_deals, supermarket_programme
from huitou.offers.service import DEADLINE_MS, compile_programme, price, read_offers, read_request
from huitou.offers.terms import Offer, PriceRequest

AT = "2026-11-14T18:00:00"
MEMBERS, SEED = 3_000, 20261


@dataclass(frozen=True, slots=True)
class Seen:
    """One basket's price."""

    lines: int
    touching: int
    """Offers that can take something of it."""
    overlap: int
    """Deals that could take one and the same article, where most do."""
    milliseconds: float
    optimal: bool
    first_of_equals: bool
    gap: float
    """At most so much better, as a share of what is paid."""


def run() -> None:
    baskets = list(_drawn_baskets(int(os.environ.get("HUITOU_BENCH_BASKETS", "5000"))))
    usual = supermarket_programme()
    print(f"{len(baskets):,} baskets of the sample chain, {len(usual)} offers, {DEADLINE_MS} ms")
    _tell("the programme", baskets, usual)
    some = baskets[:: max(1, len(baskets) // 1000)]
    for deals in (4, 9, 16):
        _tell(f"and {deals} overlapping 任选3件", some, [*usual, *overlapping_deals(deals)])
    print("  asked: ≥ 99 % proven within 30 ms under the programme")


def _tell(name: str, baskets: Sequence[Json], programme: Sequence[Json]) -> None:
    offers = read_offers(programme)
    compiled = compile_programme(offers)
    deals = [offer for offer in offers if offer.get.stages == ("deal",)]
    seen = []
    for document in baskets:
        request, _ = read_request(document)
        started = time.process_time_ns()
        answer = price(request, compiled, clock=time.process_time_ns)
        spent = (time.process_time_ns() - started) / 1e6
        gap = answer.at_most_better / answer.total if answer.total else 0.0
        touching = len(answer.applied) + len(answer.not_applied) + len(answer.benefits)
        seen.append(
            Seen(
                len(request.basket),
                touching,
                _overlap(request, deals),
                spent,
                answer.optimal,
                answer.first_of_equals,
                gap,
            )
        )
    proven = sum(one.optimal and one.milliseconds <= DEADLINE_MS for one in seen)
    unproven = [one.gap for one in seen if not one.optimal]
    print(f"  {name}: {len(seen):,} baskets, {proven / len(seen):.2%} proven within {DEADLINE_MS} ms")
    print(f"    proven to be the first of equals {sum(one.first_of_equals for one in seen) / len(seen):.1%}")
    print(f"    ms {_quantiles([one.milliseconds for one in seen], '.1f')}")
    print(f"    lines {_quantiles([one.lines for one in seen], 'd')}")
    print(f"    offers touching {_quantiles([one.touching for one in seen], 'd')}")
    print(f"    deals over one article {_quantiles([one.overlap for one in seen], 'd')}")
    if unproven:
        print(f"    gap of the {len(unproven)} unproven {_quantiles([gap * 100 for gap in unproven], '.2f')} %")


def _quantiles(values: Sequence[Any], form: str) -> str:
    ordered = sorted(values)
    marks = ((0, "least"), (50, "median"), (90, "90 %"), (99, "99 %"), (100, "most"))
    return ", ".join(f"{name} {format(ordered[(len(ordered) - 1) * mark // 100], form)}" for mark, name in marks)


def _overlap(request: PriceRequest, deals: Sequence[Offer]) -> int:
    from huitou.offers.rules.articles import articles_of, asked_of, shelf_of
    from huitou.offers.rules.programme import taken_goods

    articles = articles_of(request.basket)
    shelf = shelf_of(articles)
    counts = [0] * len(articles)
    for deal in deals:
        mask = 0
        for goods in taken_goods(deal):
            mask |= shelf.mask(asked_of(goods))
        for index in range(len(articles)):
            counts[index] += mask >> index & 1
    return max(counts)


def _drawn_baskets(wanted: int) -> Iterator[Json]:
    """Requests of a month's first visits: members with coupons now and then, and strangers."""
    import duckdb

    from huitou.usecases.sample_chain.drawing import draw_month, draw_whom
    from huitou.usecases.sample_chain.goods import read_goods
    from huitou.usecases.sample_chain.terms import SampleChain

    chain = SampleChain(SEED, MEMBERS, 3, date(2026, 11, 20))
    session = duckdb.connect()
    session.execute("SET TimeZone = 'UTC'")
    draw_whom(session, chain)
    first, last = chain.month_spans()[1]
    draw_month(session, chain, first, last)
    rows = session.execute(
        "SELECT visit, i, sku, l.weighed, quantity_milli, l.price_fen FROM lines l JOIN visits USING (visit) "
        "JOIN goods USING (product) ORDER BY visit, line"
    ).fetchall()
    of_sku = {good.sku: good for good in read_goods()}
    chance = random.Random(SEED)
    by_visit: dict[int, list[tuple[Any, ...]]] = {}
    for row in rows:
        by_visit.setdefault(row[0], []).append(row)
    for lines in list(by_visit.values())[:wanted]:
        yield _request(lines, of_sku, chance)


def _request(lines: Sequence[tuple[Any, ...]], of_sku: dict[str, Any], chance: random.Random) -> Json:
    basket = []
    for _, _, sku, weighed, milli, price_fen in lines:
        good = of_sku[sku]
        line: Json = {"sku": sku, "category": good.category, "brand": good.brand, "supplier": good.supplier}
        if weighed:
            fen = (price_fen * milli + 500) // 1000
            line |= {"price": f"{fen // 100}.{fen % 100:02}", "weight": f"{milli // 1000}.{milli % 1000:03}"}
        else:
            line |= {"price": f"{price_fen // 100}.{price_fen % 100:02}", "quantity": milli // 1000}
        basket.append(line)
    document: Json = {"at": AT, "basket": basket}
    member = lines[0][1]
    if member:
        document["member"] = {"id": str(member), "birthday": f"1990-{member % 12 + 1:02}-01"}
        held = [kind for kind in ("百减十五", "生鲜") if chance.random() < 0.25]
        document["coupons"] = [{"id": kind, "kind": kind} for kind in held]
    return document
