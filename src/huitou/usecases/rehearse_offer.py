"""A draft walked through the newest real receipts, as a job that people can watch and stop."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from huitou.inbox import service as inbox
from huitou.loyalty import service as loyalty
from huitou.offers.service import advice, programmes
from huitou.offers.terms import Offer
from huitou.offers.terms.kept import OfferTerms
from huitou.offers.terms.rehearsed import Rehearsed
from huitou.usecases.offer_desk import past_receipts

RECEIPTS = 10_000
TOLD_EVERY = 250
Progress = Callable[[int, int], None]


def start_rehearsal(document: Mapping[str, Any], terms: OfferTerms, *, actor: str) -> int:
    """Ask for it; the job's number at once. Raises what reading and checking an offer refuses."""
    programmes.check_offer(document, terms)
    return inbox.add_job(
        what="rehearse",
        kind="",
        source="",
        file_name=str(document["id"]),
        mapping={},
        reading={"document": dict(document), "terms": asdict(terms)},
        actor=actor,
    )


def rehearse(
    document: Mapping[str, Any], terms: OfferTerms, progress: Progress, limit: int = RECEIPTS, *, now: datetime
) -> Rehearsed:
    """Walk the draft through. Beside it stand the offers that price baskets now; points are worth what they are now."""
    draft = advice.read_offer(dict(document))
    rate = loyalty.rate_now(now)
    worth_of = rate.worth_of if rate is not None else advice.worth_nothing
    walked = advice.rehearsal(draft, standing_offers(), time.perf_counter_ns, terms, worth_of)
    progress(0, limit)
    past = past_receipts(limit)
    for number, receipt in enumerate(past, 1):
        walked.add(receipt)
        if number % TOLD_EVERY == 0:
            progress(number, len(past))
    progress(len(past), len(past))
    return walked.result()


def standing_offers() -> list[Offer]:
    """What prices baskets now."""
    return [one.offer for one in programmes.programme_now().compiled.offers]
