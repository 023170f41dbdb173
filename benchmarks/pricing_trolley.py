"""One deal over a trolley of unlike goods, and the largest basket that is taken: CPU, what is proven, and the gap.

Time and deadline are those of the CPU, so that neighbours on the machine do not decide what is proven.
"""

from __future__ import annotations

import random
import time
from typing import Any

from benchmarks.pricing_load import AT
from huitou.offers.service import DEADLINE_MS, compile_programme, price, read_offers, read_request

Json = dict[str, Any]
ENDINGS = ("00", "50", "80", "90", "99")
DEALS: dict[str, Json] = {
    "买二送一": {"kind": "cheapest_free", "group": 3},
    "第二件半价": {"kind": "nth_unit"},
    "买二送一, bought and given alike": {"kind": "buy_get", "buy_pieces": 2},
    "3件减5元": {"kind": "bundle", "groups": [{"pieces": 3}], "amount": "5.00"},
    "任选3件30元": {"kind": "bundle", "groups": [{"pieces": 3}], "price": "30.00"},
    "3件8折": {"kind": "bundle", "groups": [{"pieces": 3}], "percent": "20"},
}
STEP: Json = {"kind": "threshold", "steps": [{"least_amount": "300.00", "amount": "50.00"}]}
TENTH: Json = {"kind": "percent_off", "percent": "10", "goods": {"categories": ["C1", "C2"]}}
LARGEST = 1_000, 10_000
"""Lines, pieces."""


def run() -> None:
    print(f"30 lines, 60 unlike pieces, one deal over everything; {DEADLINE_MS} ms")
    small = _basket(30, 60)
    for name, get in DEALS.items():
        _tell(name, small, [get])
    for name in ("买二送一", "第二件半价"):
        _tell(f"{name} and 满300减50", small, [DEALS[name], STEP])
    _tell("买二送一 and 10 % off a fifth of the goods", small, [DEALS["买二送一"], TENTH])
    _tell("买二送一 and 第二件半价", small, [DEALS["买二送一"], DEALS["第二件半价"]])
    lines, pieces = LARGEST
    print(f"{lines:,} lines, {pieces:,} pieces; the same {DEADLINE_MS} ms: what is beyond them is done in any case")
    large = _basket(lines, pieces)
    _tell("nothing on offer", large, [])
    _tell("5 % off everything", large, [{"kind": "percent_off", "percent": "5"}])
    _tell("满300减50", large, [STEP])
    for name in ("买二送一", "第二件半价", "任选3件30元"):
        _tell(name, large, [DEALS[name]])
    for many in (4, 16):
        _tell(f"{many} overlapping 任选3件", large, [_any_three(lines, seed) for seed in range(many)])
    mixed = [DEALS["买二送一"], DEALS["第二件半价"], *(_any_three(lines, seed) for seed in range(16)), TENTH, STEP]
    _tell("all of these together", large, mixed)


def _tell(name: str, lines: list[Json], gets: list[Json]) -> None:
    compiled = compile_programme(read_offers([{"id": f"O{n:02}", "get": get} for n, get in enumerate(gets)]))
    request, _ = read_request({"at": AT, "basket": lines})
    started = time.process_time()
    answer = price(request, compiled, clock=time.process_time_ns)
    spent = (time.process_time() - started) * 1000
    told = "proven" if answer.optimal else f"at most {answer.at_most_better / answer.total:.2%} better"
    print(f"  {name}: {spent:.1f} ms, {answer.discount / answer.total_before:.1%} off, {told}")


def _basket(lines: int, pieces: int) -> list[Json]:
    chance = random.Random(1)
    counts = [1] * lines
    for _ in range(pieces - lines):
        counts[chance.randrange(lines)] += 1
    return [
        {
            "sku": f"S{number}",
            "price": f"{chance.randrange(3, 40)}.{chance.choice(ENDINGS)}",
            "quantity": counts[number],
            "category": f"C{number % 10}",
        }
        for number in range(lines)
    ]


def _any_three(lines: int, seed: int) -> Json:
    skus = [f"S{n}" for n in random.Random(seed).sample(range(lines), lines // 3)]
    return {"kind": "bundle", "groups": [{"goods": {"skus": skus}, "pieces": 3}], "price": "30.00"}
