"""The interface for machines: every call under /api/v1, and how each failure is told."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema, Status
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from huitou.doors.api import baskets, consents, goods, households, keys, members, offline, receipts
from huitou.doors.api.problems import problem_response, refusal_of
from huitou.doors.api.strict_json import StrictParser

try:
    VERSION = version("huitou")
except PackageNotFoundError:  # run from a source tree that was never installed
    VERSION = "0.0.0"


JSON, PROBLEM = "application/json", "application/problem+json"


class Interface(NinjaAPI):
    """Ours: a refusal's body is application/problem+json, and the document says so."""

    def get_openapi_schema(self, **more: Any) -> OpenAPISchema:
        document = super().get_openapi_schema(**more)
        for methods in document["paths"].values():
            for call in methods.values():
                for status, answer in call["responses"].items():
                    if int(status) >= 400 and call.get("security"):
                        answer["content"] = {PROBLEM: answer["content"].get(JSON) or answer["content"][PROBLEM]}
        return document


api = Interface(title="Huitou", version=VERSION, urls_namespace="api", parser=StrictParser())


def _refuse(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem_response(request, refusal_of(error))


api.add_router("", keys.router)
api.add_router("", members.router)
api.add_router("", households.router)
api.add_router("", consents.router)
api.add_router("", baskets.router)
api.add_router("", goods.router)
api.add_router("", receipts.router)
api.add_router("", offline.router)

for kind in (Exception, HttpError, ValidationError, Http404):
    api.add_exception_handler(kind, _refuse)


class Health(Schema):
    status: str
    """`ok`, or `unavailable` when the database doesn't answer."""
    database: bool
    version: str


@api.get("/health", response={200: Health, 503: Health}, tags=["health"], summary="Is the product well?")
def health(request: HttpRequest) -> Status[Health]:
    """200 when the database answers, 503 when it doesn't. Needs no key and reads no rows."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return Status(503, Health(status="unavailable", database=False, version=VERSION))
    return Status(200, Health(status="ok", database=True, version=VERSION))
