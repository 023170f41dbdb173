"""How the running site hears that it is to stop."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
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


@pytest.fixture(params=[signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def number(request) -> Iterator[int]:
    """A signal that asks to stop, heard as in a terminal, whatever the tests were started under."""
    before = signal.signal(request.param, signal.SIG_DFL)
    yield request.param
    signal.signal(request.param, before)


def test_a_wish_to_stop_is_heard_also_where_python_drops_its_exception(number, monkeypatch):
    dropped: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda told: dropped.append(told.exc_type))
    cared = SimpleNamespace(look_after=lambda say: pytest.fail("it stayed"))
    with site._stop_signals() as wish:
        dying = DiesWhile(number)
        del dying
        assert dropped == [site.StopRequested], "the control: the exception is gone"
        site.Site("http://127.0.0.1:1", cared, print, wish).wait()


def test_what_was_ignored_from_the_start_stays_ignored(number):
    """Under nohup a closed terminal stops nothing, nor does Ctrl-C a site that a script put in the background."""
    signal.signal(number, signal.SIG_IGN)
    with site._stop_signals() as wish:
        os.kill(os.getpid(), number)
        assert not wish.to_stop
