"""A chain of two stores behind the API, keys for it, and a till that calls."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from huitou.doors.api import caller
from huitou.usecases import people

Call = Callable[..., HttpResponse]


@pytest.fixture(autouse=True)
def site(settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    caller._kept.clear()
    yield
    caller._kept.clear()


@pytest.fixture
def chain(db) -> dict[str, int]:
    """Two stores."""
    from huitou.catalogue import service as catalogue

    ids, _ = catalogue.take_stores([("east", "East", ""), ("west", "West", "")])
    return ids


@pytest.fixture
def key(chain) -> str:
    """A key for everything."""
    return people.add_key("till", store_codes=[], calls=[], actor="test")


@cache
def documented() -> dict[tuple[str, str], dict[int, str]]:
    """What the OpenAPI document says of each call's answers, by method and pattern of the path."""
    from huitou.doors.api.routes import api

    return {
        (method.upper(), re.sub(r"{[^}]+}", "[^/]*", path)): {
            int(status): answer["description"] for status, answer in call["responses"].items()
        }
        for path, methods in api.get_openapi_schema()["paths"].items()
        for method, call in methods.items()
    }


def check_documented(method: str, path: str, response: HttpResponse) -> None:
    """A refusal of a call that exists stands in the document by its code."""
    for (known, pattern), said in documented().items():
        if known == method and re.fullmatch(pattern, path) and response.status_code >= 400:
            code = json.loads(response.content)["code"]
            assert f"`{code}`" in said.get(response.status_code, ""), f"{method} {path} does not document {code}"


def calling(key: str, language: str = "en") -> Call:
    """A till with this key: `call("/receipts", body)`, or with `method` and bytes as they are."""

    def call(path: str, body: Any = None, method: str = "POST", **headers: str) -> HttpResponse:
        sent = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        response = Client(raise_request_exception=False).generic(
            method,
            f"/api/v1{path}",
            sent,
            content_type="application/json",
            headers={"Authorization": f"Bearer {key}", "Accept-Language": language, **headers},
        )
        check_documented(method, f"/api/v1{path}", response)
        return response

    return call


@pytest.fixture
def call(key) -> Call:
    return calling(key)


def told(response: HttpResponse, status: int = 200) -> Any:
    """The JSON of an answer of this status."""
    assert response.status_code == status, response.content.decode()
    return json.loads(response.content)


def refused(response: HttpResponse, status: int, code: str) -> Any:
    """A problem of this status and code, complete in both languages."""
    problem = told(response, status)
    assert response["Content-Type"] == "application/problem+json"
    assert problem["code"] == code, problem
    assert problem["status"] == status
    assert set(problem["translations"]) == {"zh-hans", "en"}
    for said in problem["translations"].values():
        assert said["message"]
        assert said["next_step"]
    return problem
