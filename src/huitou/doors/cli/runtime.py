"""What config hands to the command line: the installation that it works on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol


class Site(Protocol):
    """A running web server with its worker."""

    address: str
    """As people open it: `http://127.0.0.1:8000`."""

    def wait(self) -> None:
        """Stay until Ctrl-C or SIGTERM; restarts what crashes."""


class Finding(Protocol):
    """What one check of the installation found."""

    check: str
    status: str
    """`ok`, `warn` or `error`."""
    meaning: str
    next_step: str
    """Empty when all is well."""


class Asked(Protocol):
    """One call of the API as it went over the line."""

    method: str
    path: str
    sent: str
    status: int
    told: str
    head: Sequence[str]
    told_head: Sequence[str]


class Rule(Protocol):
    """What the till check found of one rule of the API."""

    rule: str
    holds: bool
    found: str
    exchanges: Sequence[Asked]


class Runtime(Protocol):
    """What config hands in: the installation that the command works on."""

    version: str

    def open_database(self) -> AbstractContextManager[None]:
        """Django set up, the database running and its tables up to date, inside the block."""

    def serving(
        self, *, host: str, port: int, web_processes: int, prepare: Callable[[], None] = lambda: None
    ) -> AbstractContextManager[Site]:
        """The site, answering requests inside the block; `prepare` runs, with the database open, before the first.

        The database is open inside the block too. Port 0 takes a free one; `Site.address` tells.
        """

    def check_installation(self) -> Sequence[Finding]:
        """Every check of `huitou doctor`."""

    def offline_till(self, **asked: Any) -> AbstractContextManager[Any]:
        """The process of `huitou till --offline`, answering inside the block; its `address` as tills open it."""

    def check_till(self, address: str, key: str, **given: Any) -> Iterator[Rule]:
        """Every rule of `huitou till-check`, tried against the server at this address."""
