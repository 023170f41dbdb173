"""Processes that all do their part at the same moment, round after round."""

from __future__ import annotations

import multiprocessing
import os
import traceback
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any

from django.db import connections

from huitou.kernel.errors import HuitouError

Runner = Callable[[int], Any]
_PATIENCE_SECONDS = 120.0


def race(runners: Sequence[Runner], rounds: int) -> list[list[Any]]:
    """Let each runner do every round, all of them at once; what each said of each round, by round.

    A refusal is told by its code, any other failure by its class. The runners are forks of this process, so what a test
    has patched is patched in them.
    """
    connections.close_all()  # a connection that two processes use is broken
    fork = multiprocessing.get_context("fork")
    start = fork.Barrier(len(runners))
    pipes, racers = [], []
    for runner in runners:
        ours, theirs = fork.Pipe(duplex=False)
        racer = fork.Process(target=_run, args=(runner, rounds, start, theirs))
        racer.start()
        theirs.close()
        pipes.append(ours)
        racers.append(racer)
    try:
        said = [pipe.recv() for pipe in pipes]
    finally:
        for racer in racers:
            racer.join(5)
            racer.kill()
            racer.join()
    assert not any(isinstance(word, str) for word in said), next(word for word in said if isinstance(word, str))
    return [list(words) for words in zip(*said, strict=True)]


def _run(runner: Runner, rounds: int, start: Any, pipe: Connection) -> None:
    try:
        found = []
        connections["default"].ensure_connection()
        for number in range(rounds):
            start.wait(_PATIENCE_SECONDS)
            found.append(_told(runner, number))
        pipe.send(found)
        pipe.close()
    except BaseException:
        start.abort()
        pipe.send(traceback.format_exc())
        pipe.close()
    os._exit(0)  # what the parent has yet to clean up is not ours


def _told(runner: Runner, number: int) -> Any:
    try:
        return runner(number)
    except HuitouError as refusal:
        return refusal.code
    except Exception as error:
        return type(error).__name__
