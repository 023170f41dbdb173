"""How a job is watched while it runs: its progress is written down, and it ends when somebody asks for its end."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
from django.db import connection

from huitou.inbox import service as inbox
from huitou.inbox.errors import JobCancelled, JobFailed
from huitou.kernel.errors import HuitouError

Progress = Callable[[str], None]

_log = logging.getLogger(__name__)
_LOOK_SECONDS = 0.5
INTERRUPTED_QUERY = "Query interrupted"
"""What Ctrl-C becomes, as a RuntimeError, inside a query of the lake's engine."""


@contextmanager
def noted(apart: inbox.Apart, also: Progress = lambda step: None) -> Iterator[Watch]:
    """Inside, progress is written down; how it ends otherwise than well is too."""
    try:
        with Watch(apart, also).watching() as watch:
            yield watch
    except (JobCancelled, KeyboardInterrupt):
        apart.end("cancelled", {})
        raise
    except HuitouError as refusal:
        apart.end("failed", inbox.told(refusal))
        raise
    except Exception as error:
        _log.exception("job %s failed", apart.number)
        apart.end("failed", inbox.told(JobFailed(reason=f"{type(error).__name__}: {error}"[:500])))
        raise


class Watch:
    """Writes a job's progress, and ends its queries when somebody asks for its end."""

    def __init__(self, apart: inbox.Apart, also: Progress) -> None:
        self._apart, self._also, self._step, self.cancelled = apart, also, "", False
        self._looking = threading.Lock()
        self._over = threading.Event()
        self.session: duckdb.DuckDBPyConnection | None = None

    def __call__(self, step: str) -> None:
        self._step = step
        self._also(step)
        self.rows(0, 0)

    def rows(self, done: int, total: int) -> None:
        """So many rows of the step are done. Raises JobCancelled."""
        with self._looking:
            if self._over.is_set():
                return
            go_on = self._apart.note(self._step, done, total)
        if not go_on or self.cancelled:
            raise JobCancelled()

    def close(self) -> None:
        """From here on the job's own transaction writes its row, and nobody else."""
        self._over.set()
        with self._looking:
            pass

    @contextmanager
    def watching(self) -> Iterator[Watch]:
        main = connection.connection if connection.ensure_connection() is None else None
        looker = threading.Thread(target=self._look, args=(main,), daemon=True)
        looker.start()
        try:
            yield self
        except (Exception, KeyboardInterrupt) as error:
            if self.cancelled and not isinstance(error, HuitouError):
                raise JobCancelled() from error
            if str(error) == INTERRUPTED_QUERY:
                raise KeyboardInterrupt from error
            raise
        finally:
            self.close()
            looker.join()

    def _look(self, main: Any) -> None:
        while not self._over.wait(_LOOK_SECONDS):
            with self._looking:
                self.cancelled = not self._over.is_set() and self._apart.cancel_asked()
            if self.cancelled:
                if self.session is not None:
                    self.session.interrupt()
                main.cancel_safe(timeout=5)
