"""A batch, line by line: read, recorded in pieces, and answered by a line each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.timezone import now
from pydantic import TypeAdapter, ValidationError

from huitou.access.errors import CallNotAllowed
from huitou.access.terms import Call, KeySeen
from huitou.doors.api.errors import BodyUnfit, Finding, JsonUnreadable
from huitou.doors.api.findings import ENDED_EARLY, found_by_pydantic
from huitou.doors.api.plain_json import read_json
from huitou.doors.api.problems import language_of, problem, refusal_of
from huitou.doors.api.schemas_offline import BatchReturn, BatchSaid, BatchSale, MarkSaid
from huitou.kernel.errors import N_, HuitouError
from huitou.usecases import record_receipts as till
from huitou.usecases.till_terms import BatchLine, SoldAlone

MOST_LINE_BYTES = 1_000_000
_IN_MEMORY_BYTES = 1 << 20
_PART_BYTES = 1 << 16
TOO_LONG = N_("the line is longer than 1 MB")
_LINE: TypeAdapter[BatchSale | BatchReturn] = TypeAdapter(BatchSaid)


def record(request: HttpRequest) -> StreamingHttpResponse:
    """The whole body comes in before the first answer goes out: a caller that sends without reading would else wait
    for us while we wait for them."""
    body = _taken(request)
    return StreamingHttpResponse(_answers(request, body), content_type="application/x-ndjson")


def _taken(request: HttpRequest) -> IO[bytes]:
    body: IO[bytes] = SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115 - closed with the last answer
    expected = int(request.META.get("CONTENT_LENGTH") or 0)
    while part := request.read(_PART_BYTES):
        body.write(part)
        expected -= len(part)
    if expected > 0:
        body.close()
        raise JsonUnreadable(Finding("", ENDED_EARLY))
    body.seek(0)
    return body


def _answers(request: HttpRequest, body: IO[bytes]) -> Iterator[bytes]:
    language = language_of(request)
    last = 0
    with body:
        try:
            for line, told in till.record_batch(request.auth, _lines(body, request.auth), now=now()):
                last = line.line
                if isinstance(told, HuitouError):
                    told = {"status": "refused", **problem(told, language)}
                yield _line(last, told)
        except Exception as error:  # the status has been sent: the caller learns from the last line where it ended
            yield _line(last + 1, {"status": "failed", **problem(refusal_of(error), language)})


def _line(number: int, told: dict[str, Any]) -> bytes:
    return json.dumps({"line": number, **told}, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _lines(body: IO[bytes], caller: KeySeen) -> Iterator[BatchLine]:
    """Every line that says something, numbered from 1 as they stand."""
    number = 0
    while text := body.readline(MOST_LINE_BYTES + 1):
        number += 1
        if len(text) > MOST_LINE_BYTES:
            while text and not text.endswith(b"\n"):
                text = body.readline(_PART_BYTES)
            yield BatchLine(number, None, JsonUnreadable(Finding("", TOO_LONG)))
        elif text.strip():
            yield _read(number, text, caller)


def _read(number: int, text: bytes, caller: KeySeen) -> BatchLine:
    try:
        value = read_json(text)
        said = _LINE.validate_python(value)
    except JsonUnreadable as refusal:
        return BatchLine(number, None, refusal)
    except ValidationError as error:
        return BatchLine(number, None, BodyUnfit(*found_by_pydantic(error.errors(include_url=False))))
    if isinstance(said, BatchSale):
        return BatchLine(number, said.sale(), alone=_alone(value, said.offline))
    if not caller.may(Call.RETURNS):
        return BatchLine(number, None, CallNotAllowed(key=caller.name, call=Call.RETURNS))
    return BatchLine(number, said.taken_back(), alone=_alone(value, said.offline))


def _alone(value: dict[str, Any], mark: MarkSaid | None) -> SoldAlone | None:
    """What is signed is what was sent, word for word."""
    if mark is None:
        return None
    body = {field: said for field, said in value.items() if field not in ("kind", "offline")}
    signed = {field: said for field, said in value["offline"].items() if field != "signature"}
    return SoldAlone(body, signed, mark.signature, mark.sold_at, mark.shown, mark.shown_at, frozenset(mark.promised))
