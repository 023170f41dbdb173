"""Schemathesis calls every call with whatever the OpenAPI document allows, and with what it forbids: no server error,
and every answer is one that the document describes."""

from __future__ import annotations

import json
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from huitou.doors.api.routes import api

pytestmark = pytest.mark.django_db

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 25
"""Of each call and each way: enough to meet every rule of the document, and all of them within a minute."""
CALLS = [(path, method.upper()) for path, methods in api.get_openapi_schema()["paths"].items() for method in methods]


@schemathesis.serializer("application/x-ndjson")
def lines(_context: Any, value: Any) -> bytes:
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else json.dumps(value).encode()


@pytest.fixture(autouse=True)
def one_connection():
    """The test's transaction stays open: a request's end may not close its connection."""
    for moment in (request_started, request_finished):
        moment.disconnect(close_old_connections)
    yield
    for moment in (request_started, request_finished):
        moment.connect(close_old_connections)


def _tried(examples: int) -> Any:
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@pytest.mark.parametrize("way", list(GenerationMode), ids=lambda way: way.value)
@pytest.mark.parametrize(("path", "method"), CALLS, ids=lambda part: part)
def test_every_answer_is_described_and_none_is_a_server_error(key, path, method, way):
    schema = schemathesis.openapi.from_dict(_plain(api.get_openapi_schema()))
    schema.app = get_wsgi_application()
    operation = schema[path][method]
    if way == GenerationMode.NEGATIVE and not (operation.body or operation.path_parameters):
        pytest.skip("nothing can be wrong with a call without parameters")

    @given(case=operation.as_strategy(way))
    @_tried(EXAMPLES)
    def holds(case):
        sent = {"Authorization": f"Bearer {key}", "Host": "testserver"}
        response = case.call(headers=sent)
        case.validate_response(response, checks=CHECKS, headers=sent)

    holds()


def test_a_server_error_would_be_found(key, monkeypatch):
    """The control: a fault that only some words reach."""
    from huitou.usecases import members_at_the_till

    whole = members_at_the_till.identify

    def fail(caller, query, kind, *, now):
        if len(query) > 3:
            raise RuntimeError("planted")
        return whole(caller, query, kind, now=now)

    monkeypatch.setattr(members_at_the_till, "identify", fail)
    with pytest.raises(BaseException, match="Server error"):
        test_every_answer_is_described_and_none_is_a_server_error(
            key, "/api/v1/members/identify", "POST", GenerationMode.POSITIVE
        )


def _plain(document: Any) -> Any:
    """The document as it is read over the wire: keys are texts."""
    if isinstance(document, dict):
        return {str(name): _plain(value) for name, value in document.items()}
    return [_plain(value) for value in document] if isinstance(document, list | tuple) else document
