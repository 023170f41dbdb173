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


# A file stays whole in one process, so the longest come first: one that came last would be waited for alone.
_LONGEST_FIRST = (
    "faults/test_till_check.py",
    "usecases/test_refresh_days.py",
    "usecases/test_sample_chain_stopped.py",
    "faults/test_sample_kills.py",
    "doors/api/test_any_request.py",
    "faults/test_restore.py",
    "usecases/test_layer_history.py",
    "lake/test_every_format.py",
    "segments/test_restated.py",
    "usecases/test_refresh.py",
    "usecases/test_sample_chain_laid.py",
    "usecases/test_refresh_stopped.py",
    "segments/test_live_segments.py",
    "faults/test_store_alone.py",
    "faults/test_offline_day.py",
    "faults/test_kills.py",
    "faults/test_serve.py",
    "faults/test_import_kills.py",
    "usecases/test_real_imports.py",
)
FAULT_SECONDS = 600
"""Tests of faults start whole installations, and up to sixty commands, each a process: two minutes alone, and several
times that beside other work."""
_PLACES = {f"tests/{name}": place for place, name in enumerate(_LONGEST_FIRST)}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs the database or the browser, so that `-m "not database and not browser"` is the fast suite."""
    items.sort(key=lambda item: _PLACES.get(item.nodeid.partition("::")[0], len(_PLACES)))
    for item in items:
        if _DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())) or item.get_closest_marker("django_db"):
            item.add_marker("database")
        if "tests/browser/" in item.nodeid:
            item.add_marker("browser")
        if "tests/faults/" in item.nodeid and item.config.getoption("timeout") is None:
            item.add_marker(pytest.mark.timeout(FAULT_SECONDS))


def _empty_only_what_holds_rows() -> None:
    """Tests that commit empty all tables at their end. Of some hundred tables a test has written to a few, and to
    truncate one makes new files for it and each of its indexes: rows are deleted where there are some. Large tables
    are truncated, for what was deleted still takes room."""
    from django.core.management.commands import flush
    from django.db.backends.postgresql.operations import DatabaseOperations

    DatabaseOperations.execute_sql_flush = lambda self, sql_list: _empty()  # type: ignore[method-assign]
    flush.emit_post_migrate_signal = lambda *_, **__: None  # type: ignore[attr-defined]  # it would write what is kept


# What migrations wrote stays, whichever tests came before: a refresh needs the first cut-offs.
_KEPT = "('django_migrations', 'django_content_type', 'auth_permission')"
_FIRST_ONES = {"insight_cutoffs": "id > (SELECT min(id) FROM insight_cutoffs)"}
_TABLES = f"""
    SELECT oid::regclass::text, pg_relation_size(oid) > 4_000_000 FROM pg_class
    WHERE relkind = 'r' AND relpersistence <> 't' AND relname NOT IN {_KEPT}
      AND relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)"""


def _empty() -> None:
    """As the server's own account: the product's may not delete what never changes, and a trigger refuses it."""
    import psycopg
    from django.db import connection

    from huitou.config.embedded_postgres.cluster import SERVER_USER
    from huitou.config.home import secret

    at = connection.settings_dict
    where = {"host": at["HOST"], "port": at["PORT"] or None, "dbname": at["NAME"]}
    with psycopg.connect(**where, user=SERVER_USER, password=secret("postgres_superuser")) as server:
        is_large = dict(server.execute(_TABLES).fetchall())
        which = {name: f"{name} WHERE {_FIRST_ONES[name]}" if name in _FIRST_ONES else name for name in is_large}
        asked = " UNION ALL ".join(f"(SELECT '{name}' FROM {rows} LIMIT 1)" for name, rows in which.items())
        written = [name for (name,) in server.execute(asked).fetchall()]
        server.execute("SET session_replication_role = replica")
        for name in written:
            server.execute(f"TRUNCATE {name} CASCADE" if is_large[name] else f"DELETE FROM {which[name]}")


_empty_only_what_holds_rows()


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
