"""An offer that is stopped is gone from every process two seconds later, each of which keeps its programme compiled."""

from __future__ import annotations

import time
from typing import Any

import pytest

from huitou.offers.service import programmes
from huitou.offers.terms.kept import OfferTerms
from huitou.usecases import promotions
from tests.faults.racing import Runner, race
from tests.usecases.tills import open_store

pytestmark = pytest.mark.django_db(transaction=True)

TENTH = {"id": "tenth", "get": {"kind": "percent_off", "percent": "10"}}
PROMISED_SECONDS, WATCHED_SECONDS, ASK_EVERY = 2.0, 3.5, 0.02
PROCESSES = 3


def _stop(_: int) -> float:
    """When the offer was stopped: the moment after its commit, by the machine's clock, which all processes share."""
    time.sleep(0.5)
    promotions.pause_offer("tenth", actor="ann", why="a price that nobody meant")
    return time.monotonic()


def _watch(_: int) -> list[tuple[float, bool]]:
    """Of each basket that is priced when that began, and whether the offer stood in its programme."""
    found, until = [], time.monotonic() + WATCHED_SECONDS
    while (began := time.monotonic()) < until:
        found.append((began, "tenth" in programmes.programme_now().offers))
        time.sleep(ASK_EVERY)
    return found


def late_baskets() -> list[Any]:
    """Baskets of any process that the offer still priced, begun later than promised after it was stopped."""
    open_store("S1")
    promotions.draft_offer(TENTH, OfferTerms(uses=100), actor="ann")
    promotions.switch_on("tenth", actor="ann")
    programmes.forget()
    runners: list[Runner] = [_stop, *[_watch] * PROCESSES]
    ((stopped, *watched),) = race(runners, 1)
    assert all(seen[0][1] for seen in watched), "each process had priced by it before"
    assert all(seen[-1][0] > stopped + PROMISED_SECONDS for seen in watched), "and priced on until after the promise"
    return [one for seen in watched for one in seen if one[1] and one[0] > stopped + PROMISED_SECONDS]


def test_no_process_prices_by_it_two_seconds_later() -> None:
    assert late_baskets() == []


def test_a_process_that_does_not_look_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control."""
    monkeypatch.setattr(programmes, "FRESH_SECONDS", 3600.0)
    assert late_baskets() != []
