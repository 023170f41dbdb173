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
PROMISES_EVERY = 2
"""In the long form. Asking every promise costs several times what a step costs; what broke one stays broken, since
entries never change, and the end of each life asks them once more."""


def run_machine(
    steps: int, *, seed: int = 0, promises_every: int = 1, tell: Callable[[int], None] = lambda taken: None
) -> int:
    """Let the machine take at least so many steps, the same for the same seed. Returns how many it took.

    The model is compared after each step, every promise is asked after `promises_every` and at the end of a life.
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

    CountedMachine.promises_every = promises_every
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
        _sweep()
        tell(taken)
    return taken


def _sweep() -> None:
    """Lives are taken back, and what they wrote stays behind, dead: else each step would be slower."""
    from django.db import connection

    with connection.cursor() as cursor:
        # The statistics still list a table that was dropped a moment ago; to_regclass finds what is there.
        cursor.execute(
            "SELECT string_agg(relid::regclass::text, ', ') FROM pg_stat_user_tables "
            "WHERE n_dead_tup > 0 AND schemaname = 'public' AND to_regclass(format('public.%I', relname)) IS NOT NULL"
        )
        (tables,) = cursor.fetchone()
        if tables:
            cursor.execute(f"VACUUM {tables}")


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--steps", type=int, default=200_000)
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--promises-every", type=int, default=PROMISES_EVERY, help="steps")
    asked = arguments.parse_args()
    from benchmarks.installation import scratch_installation

    with scratch_installation():
        began = time.monotonic()

        def tell(taken: int) -> None:
            sys.stdout.write(f"{taken:>9,} of {asked.steps:,} steps in {time.monotonic() - began:,.0f} s\n")
            sys.stdout.flush()

        taken = run_machine(asked.steps, seed=asked.seed, promises_every=asked.promises_every, tell=tell)
    sys.stdout.write(f"The ledger and its model agreed in all of {taken:,} steps (seed {asked.seed}).\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
