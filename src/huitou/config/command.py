"""The console script `huitou`: hands this installation to the command line."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from huitou.doors.cli.app import run
from huitou.doors.cli.runtime import Finding, Rule, Site
from huitou.doors.cli.words import language, say

DJANGO_LANGUAGES = {"zh_Hans": "zh-hans", "en": "en"}


class Installation:
    """The installation of HUITOU_HOME. Each method imports what it needs: `huitou --help` needs none of it."""

    @property
    def version(self) -> str:
        try:
            return version("huitou")
        except PackageNotFoundError:
            return "0.0.0"

    @contextmanager
    def open_database(self) -> Iterator[None]:
        """Django set up, the database running and its tables up to date, inside the block."""
        from huitou.config import embedded_postgres

        with embedded_postgres.using(say):
            self._prepare_database()
            try:
                yield
            finally:
                close_connections()

    @contextmanager
    def serving(
        self, *, host: str, port: int, web_processes: int, prepare: Callable[[], None] = lambda: None
    ) -> Iterator[Site]:
        """The site, answering requests inside the block; `prepare` runs before the first one."""
        from huitou.config import embedded_postgres, site
        from huitou.config.static_files import gather_static_files

        def make_ready() -> None:
            self._prepare_database()
            gather_static_files()
            prepare()
            close_connections()

        with site.the_only_site(host, port) as own_port, embedded_postgres.using(say):
            with site.serving(host, own_port, web_processes, say, make_ready) as running:
                yield running
            close_connections()

    def _prepare_database(self) -> None:
        from huitou.config.schema import bring_up_to_date, set_up_django

        set_up_django(DJANGO_LANGUAGES[language()])
        bring_up_to_date(say)
        from huitou.config.wiring import wire

        wire()

    def check_installation(self) -> Sequence[Finding]:
        """Every check of `huitou doctor`."""
        from huitou.config.checkup import check_installation

        return check_installation(DJANGO_LANGUAGES[language()])

    @contextmanager
    def offline_till(self, **asked: Any) -> Iterator[Any]:
        """The process of `huitou till --offline`, answering inside the block. Loads no web framework, no database."""
        from huitou.config.offline_till import TillAsked, running

        with running(TillAsked(**asked), say) as server:
            yield server

    def check_till(self, address: str, key: str, **given: Any) -> Iterator[Rule]:
        """Every rule of `huitou till-check`, tried against the server at this address."""
        from huitou.config.till_check import check_till

        return check_till(address, key, **given)


def close_connections() -> None:
    """Let the server stop without cutting us off."""
    from django.db import connections

    connections.close_all()


def main() -> int:
    """What the console script runs; the exit code."""
    os.umask(0o077)  # the home holds what people bought: nobody else reads what we write
    return run(Installation(), sys.argv[1:])
