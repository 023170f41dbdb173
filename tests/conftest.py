"""One real PostgreSQL for the whole suite, in a folder of its own; tests that need none never start it."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import django
import pytest

# Settings read the folder when they are imported, so it is chosen before pytest-django sets Django up.
# A folder as people name theirs: with a space and Chinese.
_HOME = Path(tempfile.mkdtemp(prefix="huitou 测试 "))
os.environ["HUITOU_HOME"] = str(_HOME)
os.environ["HUITOU_POSTGRES_DURABLE"] = "0"
os.environ["DJANGO_SETTINGS_MODULE"] = "huitou.config.settings"
os.environ.setdefault("HUITOU_LANGUAGE", "en")
django.setup()

REAL_DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
_DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "_django_db_helper"}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Each worker reads this file before Django, and so has a folder and a PostgreSQL of its own."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs the database or the browser, so that `-m "not database and not browser"` is the fast suite."""
    for item in items:
        if _DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())) or item.get_closest_marker("django_db"):
            item.add_marker("database")
        if "tests/browser/" in item.nodeid:
            item.add_marker("browser")


def _flush_what_may_not_be_emptied() -> None:
    """Tests that commit empty all tables at their end; outside tests a trigger refuses that for what never changes."""
    from django.db import connection
    from django.db.backends.postgresql.operations import DatabaseOperations

    flush = DatabaseOperations.execute_sql_flush

    def flush_without_triggers(self: DatabaseOperations, sql_list: list[str]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgtype & 32 > 0")  # TRUNCATE
            found = cursor.fetchall()
        off, on = ([f"ALTER TABLE {table} {what} TRIGGER {name}" for table, name in found] for what in _OFF_AND_ON)
        flush(self, [*_KEEP, *off, *sql_list, *on, *_PUT_BACK])

    DatabaseOperations.execute_sql_flush = flush_without_triggers  # type: ignore[method-assign]


_OFF_AND_ON = ("DISABLE", "ENABLE")
# A migration wrote the first cut-offs, and a refresh needs them, whichever tests came before.
_KEEP = ("CREATE TEMP TABLE kept_cutoffs AS SELECT * FROM insight_cutoffs ORDER BY id LIMIT 1",)
_PUT_BACK = (
    "INSERT INTO insight_cutoffs SELECT * FROM kept_cutoffs",
    "SELECT setval(pg_get_serial_sequence('insight_cutoffs', 'id'), max(id)) FROM kept_cutoffs HAVING count(*) > 0",
    "DROP TABLE kept_cutoffs",
)
_flush_what_may_not_be_emptied()


def pytest_unconfigure() -> None:
    shutil.rmtree(_HOME, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings():
    """PostgreSQL runs from the first test that needs it to the end of the suite."""
    from huitou.config import embedded_postgres

    with embedded_postgres.using():
        yield


@pytest.fixture(autouse=True)
def own_lake(request: pytest.FixtureRequest):
    """Each database test has a lake of its own."""
    if not _DATABASE_FIXTURES & set(request.fixturenames):
        yield
        return
    from huitou.catalogue import service as catalogue

    request.getfixturevalue("monkeypatch").setattr(catalogue, "FRESH_SECONDS", 0.0)  # a test's stores leave with it
    settings = request.getfixturevalue("settings")
    settings.LAKE_PATH = request.getfixturevalue("tmp_path") / "湖 1" / "lake"
    settings.UPLOAD_PATH = request.getfixturevalue("tmp_path") / "湖 1" / "uploads"
    yield


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data sets; a test that needs it says so where it is not there."""
    if not REAL_DATA.is_dir():
        pytest.skip(f"the real data sets are not beside the project ({REAL_DATA})")
    return REAL_DATA


@pytest.fixture(autouse=True)
def no_programme_of_another_test() -> None:
    """A process looks once a second which offers stand and which prompts are on: what another test switched on may not
    do anything in this one."""
    for kept in ("programmes", "prompts"):
        if module := sys.modules.get(f"huitou.offers.service.{kept}"):
            module.forget()
