"""`python -m tests.faults.ledger_machine --steps N`: the ledger beside its model, for as long as one likes.

Says how far it is, and at the end how many steps agreed. A divergence ends it with the steps that lead there.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

STEPS_A_LIFE = 40
"""After so many steps a new, empty ledger begins."""
LIVES_A_ROUND = 50


def run_machine(steps: int, *, seed: int = 0, tell: Callable[[int], None] = lambda taken: None) -> int:
    """Let the machine take at least so many steps, the same for the same seed. Returns how many it took.

    Raises where ledger and model disagree, with the steps that lead there.
    """
    from hypothesis import HealthCheck, Phase, settings
    from hypothesis import seed as seeded
    from hypothesis.stateful import run_state_machine_as_test

    from tests.loyalty.machine import LedgerMachine

    taken = 0

    class CountedMachine(LedgerMachine):
        def check_invariants(self, *arguments: object, **named: object) -> None:
            nonlocal taken
            super().check_invariants(*arguments, **named)
            taken += 1

    while taken < steps:
        chosen = settings(
            max_examples=min(LIVES_A_ROUND, -(-(steps - taken) // STEPS_A_LIFE)),
            stateful_step_count=STEPS_A_LIFE,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        run_state_machine_as_test(seeded(seed)(CountedMachine), settings=chosen)
        seed += 1
        tell(taken)
    return taken


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--steps", type=int, default=200_000)
    arguments.add_argument("--seed", type=int, default=0)
    asked = arguments.parse_args()
    from benchmarks.installation import scratch_installation

    with scratch_installation():
        began = time.monotonic()

        def tell(taken: int) -> None:
            sys.stdout.write(f"{taken:>9,} of {asked.steps:,} steps in {time.monotonic() - began:,.0f} s\n")
            sys.stdout.flush()

        taken = run_machine(asked.steps, seed=asked.seed, tell=tell)
    sys.stdout.write(f"The ledger and its model agreed in all of {taken:,} steps (seed {asked.seed}).\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
