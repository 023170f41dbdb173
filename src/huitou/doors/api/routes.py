"""The interface for machines, first form: whether the product is well."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from django.db import DatabaseError, connection
from django.http import HttpRequest
from ninja import NinjaAPI, Schema, Status

try:
    VERSION = version("huitou")
except PackageNotFoundError:  # run from a source tree that was never installed
    VERSION = "0.0.0"

api = NinjaAPI(title="Huitou", version=VERSION, urls_namespace="api")


class Health(Schema):
    status: str
    """`ok`, or `unavailable` when the database doesn't answer."""
    database: bool
    version: str


@api.get("/health", response={200: Health, 503: Health}, tags=["health"], summary="Is the product well?")
def health(request: HttpRequest) -> Status[Health]:
    """200 when the database answers, 503 when it doesn't. Needs no log-in and reads no rows."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return Status(503, Health(status="unavailable", database=False, version=VERSION))
    return Status(200, Health(status="ok", database=True, version=VERSION))
