"""The price of a basket of 30 lines and 64 pieces, with django-oscar beside us where it can be installed."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path
from typing import Any

from benchmarks.pricing_load import AT, basket, mix_and_match, programme
from huitou.offers.service import compile_programme, price, read_offers, read_request

ROUNDS = 15
OSCAR = Path(__file__).with_name("pricing_oscar.py")
SIZES = ((10, 1), (100, 10), (1_000, 100), (10_000, 100), (1_000, 1_000))
"""(active, touching)."""


def run() -> None:
    theirs = _oscar()
    print(f"30 lines, 64 pieces: CPU of one price, best of {ROUNDS}")
    print("  active  touching      ours     django-oscar    ratio")
    for active, touching in SIZES:
        milliseconds, told = _ours(active, touching)
        peer = theirs.get(str(active)) if touching * 10 == active else None
        beside = f"{peer['ms']:9.0f} ms {peer['ms'] / milliseconds:8.0f}×" if peer else f"{'':>12} {'':>9}"
        print(f"  {active:6}  {touching:8}  {milliseconds:6.2f} ms  {beside}   {told}")
    print("  asked: ≤ 5 ms at 1,000 with 100 touching, as much at 10,000, ≥ 1,000 × django-oscar")
    _compile()
    _tangles()


def _ours(active: int, touching: int) -> tuple[float, str]:
    compiled = compile_programme(read_offers(programme(active, touching)))
    request, _ = read_request({"at": AT, "basket": basket()})
    spent = []
    for _ in range(ROUNDS):
        started = time.process_time()
        answer = price(request, compiled, clock=time.process_time_ns)
        spent.append(time.process_time() - started)
    told = "proven" if answer.optimal else f"at most {answer.at_most_better / 100:.2f} better"
    return min(spent) * 1000, f"{len(answer.applied)} applied, {told}"


def _compile() -> None:
    written = programme(10_000, 100)
    offers = read_offers(written)
    started = time.process_time()
    compile_programme(offers)
    seconds = time.process_time() - started
    del offers
    tracemalloc.start()
    kept = compile_programme(read_offers(written))
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    told = f"{seconds:.2f} s, {size / 1e6:.0f} MB with the offers themselves"
    print(f"compile {len(kept.offers):,} offers: {told}  (asked: ≤ 1 s, ≤ 50 MB)")


def _tangles() -> None:
    print("overlapping mix-and-match deals, any 3 of 10 lines for a price; 30 ms, 20 baskets each")
    for deals in (4, 9, 16):
        spent, gaps, proven = [], [], 0
        for seed in range(20):
            compiled = compile_programme(read_offers(mix_and_match(deals, seed)))
            request, _ = read_request({"at": AT, "basket": basket(seed)})
            started = time.process_time()
            answer = price(request, compiled, clock=time.process_time_ns)
            spent.append((time.process_time() - started) * 1000)
            proven += answer.optimal
            gaps.append(answer.at_most_better / answer.total * 100)
        times = " / ".join(f"{q:.0f}" for q in (min(spent), statistics.median(spent), max(spent)))
        gap = f"{statistics.median(gaps):.2f} % median, {max(gaps):.2f} % most"
        print(f"  {deals:2} deals: {times} ms (least / median / most), {proven}/20 proven, gap {gap}")


def _oscar() -> dict[str, Any]:
    """Milliseconds by active offers, from a throwaway environment; empty where it cannot be made."""
    with tempfile.TemporaryDirectory() as folder:
        python = Path(folder) / "bin" / "python"
        try:
            subprocess.run([sys.executable, "-m", "venv", folder], check=True, capture_output=True, timeout=120)
            install = [python, "-m", "pip", "install", "-q", "django-oscar==4.2", "setuptools<81"]
            subprocess.run(install, check=True, capture_output=True, timeout=600)
            loads = {active: programme(active, active // 10) for active in (10, 100, 1_000)}
            ran = subprocess.run(
                [python, OSCAR],
                input=json.dumps({"basket": basket(), "programmes": loads}),
                check=True,
                capture_output=True,
                text=True,
                timeout=600,
            )
        except (subprocess.SubprocessError, OSError) as error:
            words = getattr(error, "stderr", "") or error
            print(f"django-oscar could not run beside us: {str(words).strip()[-300:]}")
            return {}
        found: dict[str, Any] = json.loads(ran.stdout)
        return found
