"""Set Django up, and bring the tables up to date before anybody reads them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable

from huitou.config.errors import DatabaseUnreachable, SecretsUnreadable, SettingNotUnderstood
from huitou.config.home import home
from huitou.kernel.errors import N_

MIGRATION_LOCK = 4_865_746_001
"""Any number, the same everywhere: two commands at once must not create the same table."""


def set_up_django(language: str) -> None:
    """Load settings and rooms; messages come in `language` (`zh-hans` or `en`).

    Raises SettingNotUnderstood and SecretsUnreadable.
    """
    import django
    import psycopg
    from django.utils import translation

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huitou.config.settings")
    try:
        django.setup()
    except psycopg.ProgrammingError as error:
        raise SettingNotUnderstood(setting="HUITOU_DATABASE_URL", reason=str(error).strip()) from error
    except json.JSONDecodeError as error:
        raise SecretsUnreadable(file=home() / "secrets.json", reason=str(error)) from error
    except ValueError as error:
        if "timezone" not in str(error):
            raise
        raise SettingNotUnderstood(setting="HUITOU_ZONE", reason=str(error)) from error
    translation.activate(language)


def pending_migrations() -> list[str]:
    """The changes of the tables that this release brings and the database lacks, in order."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def bring_up_to_date(say: Callable[..., None]) -> None:
    """Migrate if there is something to migrate. Raises DatabaseUnreachable."""
    from django.core.management import call_command
    from django.db import OperationalError, connection

    try:
        if not pending_migrations():
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
            try:
                if pending := pending_migrations():
                    say(N_("Bringing the tables up to date: {count} changes ..."), count=len(pending))
                    call_command("migrate", interactive=False, verbosity=0)
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])
    except OperationalError as error:
        raise DatabaseUnreachable(reason=str(error).strip().splitlines()[0]) from error
