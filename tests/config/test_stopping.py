"""How the running site hears that it is to stop."""

from __future__ import annotations

import os
import signal
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from huitou.config import site


class DiesWhile:
    """Its end is where the signal comes: Python drops what is raised in a finalizer."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __del__(self) -> None:
        os.kill(os.getpid(), self.number)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_wish_to_stop_is_heard_also_where_python_drops_its_exception(number, monkeypatch):
    """Ctrl-C just as the first address was shown fell into the end of an import, and the site ran on for good."""
    dropped: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda told: dropped.append(told.exc_type))
    cared = SimpleNamespace(look_after=lambda say: pytest.fail("it stayed"))
    with site._stop_signals() as wish:
        dying = DiesWhile(number)
        del dying
        assert dropped == [site.StopRequested], "the control: the exception is gone"
        site.Site("http://127.0.0.1:1", cared, print, wish).wait()
