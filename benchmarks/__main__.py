"""`make bench`: every benchmark, one after the other; `python -m benchmarks NAME` runs one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

from benchmarks import (
    affinity,
    at_the_till,
    console,
    history_in,
    identify,
    identity,
    large,
    ledger,
    members_in,
    next_visit,
    offline_bundle,
    pages,
    pricing,
    pricing_chain,
    pricing_trolley,
    record_receipts,
    refresh_day,
    rehearsal,
    rfm_and_layers,
    sample_chain,
    scene_tags,
    segments,
    undo,
)
from benchmarks.installation import scratch_installation

BENCHMARKS: dict[str, Callable[[], None]] = {
    "history_in": history_in.run,
    "undo": undo.run,
    "refresh_day": refresh_day.run,
    "rfm_and_layers": rfm_and_layers.run,
    "segments": segments.run,
    "identify": identify.run,
    "members_in": members_in.run,
    "identity": identity.run,
    "record_receipts": record_receipts.run,
    "at_the_till": at_the_till.run,
    "offline_bundle": offline_bundle.run,
    "ledger": ledger.run,
    "sample_chain": sample_chain.run,
    "scene_tags": scene_tags.run,
    "next_visit": next_visit.run,
    "affinity": affinity.run,
    "pages": pages.run,
    "pricing": pricing.run,
    "pricing_chain": pricing_chain.run,
    "pricing_trolley": pricing_trolley.run,
    "rehearsal": rehearsal.run,
}


def main(asked: list[str]) -> int:
    if asked in (["console"], ["large"]):  # of a chain that lies in a folder of its own, not of a fresh one
        {"console": console.run, "large": large.run}[asked[0]]()
        return 0
    if asked == ["segments"] and os.environ.get("HUITOU_BENCH_HOME"):
        segments.run_there()
        return 0
    unknown = [name for name in asked if name not in BENCHMARKS]
    if unknown:
        print(f"There is no benchmark {unknown[0]}. There are: {', '.join(BENCHMARKS)}.")
        return 2
    if len(asked) == 1:
        print(f"== {asked[0]}", flush=True)
        with scratch_installation():
            BENCHMARKS[asked[0]]()
        return 0
    return _each_of_its_own(asked or list(BENCHMARKS))


def _each_of_its_own(names: list[str]) -> int:
    """Each in a process and an installation of its own: none meets what another laid, memory or rules."""
    ended = {name: subprocess.run([sys.executable, "-m", "benchmarks", name]).returncode for name in names}
    failed = [name for name, code in ended.items() if code]
    if failed:
        print(f"Did not come to their end: {', '.join(failed)}.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
