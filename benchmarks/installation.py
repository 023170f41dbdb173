"""An installation, mostly a fresh one in a temporary folder, with a real database at its usual durability."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REAL_DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


@contextmanager
def scratch_installation() -> Iterator[Path]:
    """Django set up and the database running inside the block; everything is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="huitou-bench-") as folder, installation_at(Path(folder)) as home:
        yield home


@contextmanager
def installation_at(home: Path) -> Iterator[Path]:
    """Django set up for this home and its database running inside the block; once a process."""
    os.environ["HUITOU_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "huitou.config.settings"
    from huitou.config import embedded_postgres

    with embedded_postgres.using(lambda *_, **__: None):
        import django
        from django.core.management import call_command
        from django.db import connections

        django.setup()
        call_command("migrate", verbosity=0)
        try:
            yield home
        finally:
            connections.close_all()
