"""Health answers whether the product is well, also when the database is not."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection


@pytest.mark.django_db
def test_health_says_ok(client):
    response = client.get("/api/v1/health")
    assert response.status_code == 200
    assert response.json()["status"] == "ok"
    assert response.json()["database"] is True


@pytest.mark.django_db
def test_health_says_when_the_database_is_down(client, monkeypatch):
    def refuse(*args, **kwargs):
        raise OperationalError("planted")

    monkeypatch.setattr(connection, "cursor", refuse)
    response = client.get("/api/v1/health")
    assert response.status_code == 503
    assert response.json()["database"] is False
