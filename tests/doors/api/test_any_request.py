"""Schemathesis calls every call with whatever the OpenAPI document allows, and with what it forbids: no server error,
and every answer is one that the document describes."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
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
DOCUMENT = api.get_openapi_schema()
CALLS = [(path, method.upper()) for path, methods in DOCUMENT["paths"].items() for method in methods]


@schemathesis.serializer("application/x-ndjson")
def lines(_context: Any, value: Any) -> bytes:
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else json.dumps(value).encode()


# Of this century, as the document's patterns ask. Days of any year hardly ever fit them: of a return's 25 requests 22
# were never made.
_ZONES = st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(-timedelta(hours=5, minutes=30))])
_MOMENTS = st.tuples(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.times(timezones=_ZONES)).map(
    lambda parts: datetime.combine(*parts).isoformat()
)
schemathesis.openapi.format("date", st.dates(date(2000, 1, 1), date(2099, 12, 31)).map(str))
schemathesis.openapi.format("date-time", _MOMENTS | _MOMENTS.map(lambda told: told.replace("+00:00", "Z")))


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
    operation = _schema()[path][method]
    if way == GenerationMode.NEGATIVE and not (operation.body or operation.path_parameters):
        pytest.skip("nothing can be wrong with a call without parameters")

    @given(case=operation.as_strategy(way))
    @_tried(EXAMPLES)
    def holds(case):
        sent = {"Authorization": f"Bearer {key}", "Host": "testserver"}
        response = case.call(headers=sent)
        case.validate_response(response, checks=CHECKS, headers=sent)

    holds()


@st.composite
def _sales(draw: st.DrawFn) -> dict[str, Any]:
    """What the document allows of a sale, where the chain knows the store and no line stands twice: of bodies that the
    document alone draws none gets as far as the books."""
    sku = st.sampled_from(["tea", "apples", "bread"])
    lines = draw(
        st.lists(
            st.tuples(sku, st.integers(1, 9_999), st.integers(0, 99_999), st.integers(0, 500)), min_size=1, max_size=4
        )
    )
    total = sum(fen for _, _, fen, _ in lines)
    body: dict[str, Any] = {
        "store": draw(st.sampled_from(["east", "west"])),
        "till": draw(st.sampled_from(["1", "2", "自助-3"])),
        "number": draw(st.integers(1, 10**9).map(str)),
        "at": draw(_LATELY).isoformat(),
        "lines": [
            {"line": place, "sku": sku, "quantity": f"{milli / 1000:.3f}", "amount": _yuan(fen), "discount": _yuan(off)}
            for place, (sku, milli, fen, off) in enumerate(lines, 1)
        ],
    }
    more = {
        "channel": st.sampled_from(["store", "online"]),
        "member": st.sampled_from([None, {"kind": "card", "value": "C1"}, {"kind": "card", "value": "nobody"}]),
        "tenders": st.sampled_from([[], [{"kind": "cash", "amount": _yuan(total)}]]),
        "quote": st.sampled_from([None, {"programme": 0}]),
    }
    return {**body, **{name: draw(values) for name, values in more.items() if draw(st.booleans())}}


@st.composite
def _returns(draw: st.DrawFn, sold: list[dict[str, Any]]) -> dict[str, Any]:
    """Goods of a sale that the chain recorded come back, one line or all of them, or some that it never heard of."""
    sale = draw(st.sampled_from(sold)) if sold and draw(st.integers(0, 4)) else {**draw(_sales()), "day": "2026-11-25"}
    back = draw(st.lists(st.sampled_from(sale["lines"]), min_size=1, unique_by=lambda line: line["line"]))
    return {
        "store": draw(st.sampled_from(["east", "west"])),
        "till": "1",
        "number": "R" + draw(st.integers(1, 10**9).map(str)),
        "at": draw(_LATELY).isoformat(),
        "sale": {"store": sale["store"], "till": sale["till"], "number": sale["number"], "business_date": sale["day"]},
        "lines": [
            {"line": place, "sale_line": line["line"], "quantity": line["quantity"], "amount": line["amount"]}
            for place, line in enumerate(back, 1)
        ],
    }


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


_LATELY = st.datetimes(datetime(2026, 11, 24), datetime(2026, 11, 26), timezones=_ZONES)  # noqa: DTZ001 - with zones


def test_receipts_and_returns_that_reach_the_books_are_answered_as_described(key):
    """The document cannot say which stores there are, nor that a line stands once: what it alone allows is refused
    before anything is recorded."""
    sold: list[dict[str, Any]] = []
    met: Counter[tuple[str, int]] = Counter()
    sent = {"Authorization": f"Bearer {key}", "Host": "testserver"}

    def ask(path: str, body: dict[str, Any]) -> dict[str, Any]:
        operation = _schema()[f"/api/v1{path}"]["POST"]
        case = operation.Case(body=body, media_type="application/json", headers={})
        response = case.call(headers=sent)
        case.validate_response(response, checks=CHECKS, headers=sent)
        met[path, response.status_code] += 1
        told: dict[str, Any] = response.json()
        return told if response.status_code == 200 else {}

    @given(body=_sales())
    @_tried(EXAMPLES)
    def sells(body):
        if told := ask("/receipts", body):
            sold.append({**body, "day": told["business_date"]})

    @given(data=st.data())
    @_tried(EXAMPLES)
    def takes_back(data):
        ask("/returns", data.draw(_returns(sold)))

    sells()
    takes_back()
    assert met["/receipts", 200] >= EXAMPLES // 3, met
    assert met["/returns", 200] >= EXAMPLES // 4, met


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


@cache
def _schema() -> Any:
    """Read once: writing the document and reading it again takes longer than most calls."""
    schema = schemathesis.openapi.from_dict(_plain(DOCUMENT))
    schema.app = get_wsgi_application()
    return schema


def _plain(document: Any) -> Any:
    """The document as it is read over the wire: keys are texts."""
    if isinstance(document, dict):
        return {str(name): _plain(value) for name, value in document.items()}
    return [_plain(value) for value in document] if isinstance(document, list | tuple) else document
