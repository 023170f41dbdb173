"""A child that does not outlive its parent, also when the parent is killed."""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def die_with_parent(how: signal.Signals) -> Callable[[], None]:
    """For Popen's preexec_fn: the kernel sends `how` to the program when the thread that starts it ends."""
    parent = os.getpid()
    prctl = _prctl()

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, int(how), 0, 0, 0)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return ask


def end_with_parent(how: signal.Signals) -> None:
    """The same for this process itself, which somebody else's code has started."""
    _prctl()(PR_SET_PDEATHSIG, int(how), 0, 0, 0)


def _prctl() -> Callable[..., int]:
    try:
        return ctypes.CDLL(None).prctl
    except AttributeError:  # not Linux: children can outlive us there
        return lambda *_: 0
