"""The small chain behind the console, and people who look at it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from huitou.access import service as access
from tests.builders import SMALL_CHAIN, copy_lake, lasting, store_ids, take_into_lake

PASSWORD = "a long enough password"


@pytest.fixture(autouse=True)
def pages(settings):
    """Static files by their own names (nobody gathered them), and a quick hash: log-in isn't what is measured."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.ALLOWED_HOSTS = ["testserver"]


def _build(folder: Path) -> None:
    from huitou.usecases.refresh import refresh

    take_into_lake(folder, SMALL_CHAIN)
    refresh(as_of=date(2026, 11, 20))


@pytest.fixture
def chain(db, tmp_path) -> None:
    """Two stores, a member of each, counted up to 20 November 2026."""
    _build(tmp_path)


@pytest.fixture(scope="module")
def laid(django_db_setup, django_db_blocker, tmp_path_factory):
    with lasting(django_db_blocker, tmp_path_factory.mktemp("chain"), _build) as lake:
        yield lake


@pytest.fixture
def lasting_chain(laid, db, settings) -> None:
    """The same, built once for a module of which every test wants it: quicker, and nothing that a test does lasts."""
    copy_lake(laid, settings)


@pytest.fixture
def as_role(db):
    """Make a person of a role (of `store`, where the role needs one) and log them in."""

    def log_in(role: str, store: str = "", language: str = "zh-hans") -> Client:
        from django.contrib.auth import get_user_model

        stores = [store_ids()[store]] if store else []
        name = f"{role}-{store}-{language}"
        access.ensure_user(
            username=name, name="何素云", role=role, password=PASSWORD, store_ids=stores, language=language
        )
        client = Client()
        client.force_login(
            get_user_model().objects.get(username=name), backend="django.contrib.auth.backends.ModelBackend"
        )
        return client

    return log_in


@pytest.fixture
def one_connection(monkeypatch):
    """What a page does beside its own transaction is done in it: a test's chain is seen by nobody else."""
    from contextlib import contextmanager

    from huitou.segments.store.turns import AskersTurn
    from huitou.usecases import segment_desk

    @contextmanager
    def in_turn(asker, number):
        yield AskersTurn()

    monkeypatch.setattr(segment_desk.segments, "in_turn", in_turn)
    monkeypatch.setattr(segment_desk.segments, "end_turn", lambda asker, number: None)
    monkeypatch.setattr(segment_desk, "hear_apart", lambda seconds: None)
