"""A rehearsal on the newest 10,000 receipts of the sample chain (at most 20 s), and what the form asks with every key.

`HUITOU_BENCH_MEMBERS` and `HUITOU_BENCH_MONTHS` choose the size (5,000 and 13). Beside the sample chain's own offers
stand none: `python -m benchmarks pricing_chain` says what a hundred of them cost a basket.
"""

from __future__ import annotations

import os
import time

SEED = 20261
LIMIT_SECONDS = 20.0
DRAFTS = {
    "a ladder on everything": {"kind": "threshold", "steps": [{"least_amount": "88.00", "amount": "30.00"}]},
    "a tenth off everything": {"kind": "percent_off", "percent": "10"},
    "milk, the second half": {"kind": "nth_unit", "goods": {"categories": ["乳品烘焙/牛奶/鲜奶"]}},
}


def run() -> None:
    from django.conf import settings
    from django.utils import timezone

    from huitou.offers.service import advice
    from huitou.offers.terms.kept import UNLIMITED
    from huitou.usecases import offer_desk
    from huitou.usecases.rehearse_offer import RECEIPTS, rehearse, standing_offers
    from huitou.usecases.sample_chain.laying import lay_sample_chain

    members = int(os.environ.get("HUITOU_BENCH_MEMBERS", "5000"))
    months = int(os.environ.get("HUITOU_BENCH_MONTHS", "13"))
    lay_sample_chain(
        settings.LAKE_PATH.parent, seed=SEED, members=members, months=months, now=timezone.localtime(),
        begin=lambda *_: None,
    )  # fmt: skip
    print(f"  {members:,} members, {months} months; {len(standing_offers())} offers on; load {os.getloadavg()[0]:.1f}")
    for name, get in DRAFTS.items():
        began, cpu = time.perf_counter(), time.process_time()
        came = rehearse(
            {"id": "draft", "get": get}, UNLIMITED, lambda done, of: None, RECEIPTS, now=timezone.localtime()
        )
        took, cpu = time.perf_counter() - began, time.process_time() - cpu
        print(
            f"  {name:24} {came.receipts:,} receipts in {took:5.1f} s ({took / LIMIT_SECONDS:.2f} of the limit; "
            f"{cpu:.1f} s of CPU), {came.used:,} used it, {came.unproven} not proven",
            flush=True,
        )
    shelf = offer_desk.shelf(anew=True)
    for name, get in DRAFTS.items():
        draft = advice.read_offer({"id": "draft", "get": get})
        began = time.perf_counter()
        met = advice.meetings(draft, standing_offers(), shelf.lines)
        print(f"  {name:24} meets {len(met)} offers, told in {(time.perf_counter() - began) * 1000:5.0f} ms")
