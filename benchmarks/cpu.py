"""CPU seconds of whole trees of processes: a figure that other work on the machine changes little."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from tests.faults.served import children

_OWN_AND_REAPED = slice(11, 15)
"""Of /proc/PID/stat behind the name: time in user mode and in the kernel, our own and of children that have ended."""


def used_by(roots: Iterable[int]) -> float:
    """What these processes, and all that they started, have used so far."""
    ticks, waiting = 0, list(roots)
    while waiting:
        process = waiting.pop()
        try:
            fields = Path(f"/proc/{process}/stat").read_text().rsplit(") ", 1)[1].split()
        except OSError:  # it has just ended, and counts with its parent's
            continue
        ticks += sum(map(int, fields[_OWN_AND_REAPED]))
        waiting += children(process)
    return ticks / os.sysconf("SC_CLK_TCK")
