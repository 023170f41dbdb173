"""Short words for baskets and offers, as they stand in the published JSON."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from huitou.kernel.errors import HuitouError
from huitou.offers.service import price_json

Json = dict[str, Any]
WEDNESDAY = "2026-11-11T10:00:00"


def line(sku: str, price: str, quantity: int = 1, **more: Any) -> Json:
    return {"sku": sku, "price": price, "quantity": quantity, **more}


def offer(name: str, kind: str, *, at: Json | None = None, **get: Any) -> Json:
    """An offer: `at` holds what stands beside `get` (stage, stack, group, buy, valid, ...)."""
    return {"id": name, "get": {"kind": kind, **get}, **(at or {})}


def of(*skus: str) -> Json:
    return {"skus": list(skus)}


def full_88_less_30(**at: Any) -> Json:
    return offer("满88减30", "threshold", steps=[{"least_amount": "88.00", "amount": "30.00"}], at=at)


def priced(basket: list[Json], *offers: Json, **request: Any) -> Json:
    """The answer, searched until it is proven."""
    answer: Json = price_json({"at": WEDNESDAY, **request, "basket": basket, "offers": list(offers)})
    assert answer["optimal"]
    assert answer["at_most_better"] == "0.00"
    return answer


SECONDS = 0.1
READINGS = 3
"""What a refusal may cost of the processor: so long, or, on a machine that does much else and is slower at everything,
what reading a plain basket of 60,000 lines so often costs there."""
PLAIN_BASKET = json.dumps([line(str(number), "1.00") for number in range(60_000)])


def refused_at_once(request: Callable[[], object]) -> HuitouError:
    """The refusal, within its time. A collection of garbage may fall into one try, not into three."""
    for _ in range(3):
        started = time.process_time()
        with pytest.raises(HuitouError) as refusal:
            request()
        took = time.process_time() - started
        if took <= SECONDS or took <= READINGS * _seconds_to_read():
            return refusal.value
    raise AssertionError(f"refused, but three times only after {took:.2f} s: {refusal.value}")


def _seconds_to_read() -> float:
    started = time.process_time()
    json.loads(PLAIN_BASKET)
    return time.process_time() - started


def applied(answer: Json) -> list[str]:
    return [one["offer"] for one in answer["applied"]]


def after(answer: Json) -> list[tuple[str, str, int]]:
    """(sku, price now, pieces) of all units."""
    return [(unit["sku"], unit["after"], unit["pieces"]) for unit in answer["units"]]


def coupon(name: str, kind: str, *, presented: bool = True) -> Json:
    return {"id": name, "kind": kind, "presented": presented}
