"""The migrations say what the tables are: nobody who asks for the next one gets any. No database is asked."""

from __future__ import annotations

from django.apps import apps
from django.db import models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState
from django.utils import translation


def _wanted(now: ProjectState) -> dict[str, list[str]]:
    """What `makemigrations` would write, by app."""
    loader = MigrationLoader(None)
    changes = MigrationAutodetector(loader.project_state(), now).changes(graph=loader.graph)
    return {app: [str(one) for made in found for one in made.operations] for app, found in changes.items()}


def test_no_migration_is_missing() -> None:
    # The framework's own names are translated, and would differ from those that its migrations were written with.
    with translation.override("en"):
        assert _wanted(ProjectState.from_apps(apps)) == {}


def test_one_that_is_missing_is_seen() -> None:
    with translation.override("en"):
        planted = ProjectState.from_apps(apps)
        live: ModelState = planted.models["segments", "live"]
        live.fields["planted"] = models.TextField(null=True)
        assert list(_wanted(planted)) == ["segments"]
