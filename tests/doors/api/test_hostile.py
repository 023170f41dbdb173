"""Whatever is sent: a refusal that helps in both languages, nothing of our inside, and nothing moves."""

from __future__ import annotations

import json
import logging

import pytest
from django.db import OperationalError, transaction

from huitou.doors.api import middleware
from huitou.usecases import members_at_the_till
from huitou.usecases import record_receipts as till
from tests.builders import contents, rows, run
from tests.doors.api.bodies import sale_body
from tests.doors.api.conftest import calling, refused, told

pytestmark = pytest.mark.django_db


def raw(text: str) -> bytes:
    """The body of a good sale with something else behind its store."""
    return json.dumps(sale_body()).replace('"store": "east"', f'"store": "east", {text}').encode()


@pytest.mark.parametrize(
    ("body", "status", "code", "because"),
    [
        (b"", 422, "body_unfit", "no body"),
        (b"[]", 422, "body_unfit", "a list is no sale"),
        (b"null", 422, "body_unfit", "nothing is no sale"),
        (b'"sale"', 422, "body_unfit", "a word is no sale"),
        (b'{"store":', 400, "json_unreadable", "half a body"),
        (raw('"store": "west"'), 400, "json_unreadable", "two stores"),
        (raw('"points_used": NaN'), 400, "json_unreadable", "NaN"),
        (raw('"points_used": 1e400'), 400, "json_unreadable", "10^400"),
        (raw('"points_used": 1' + "0" * 400), 400, "json_unreadable", "10^400 written out"),
        (raw('"x": ' + "[" * 21 + "]" * 21), 400, "json_unreadable", "deep"),
        (b"[" * 400_000, 400, "json_unreadable", "very deep"),
        (raw('"till": "\\u0000"').replace(b'"till": "1", ', b""), 400, "json_unreadable", "NUL"),
        (raw('"x": "\xff"').decode().encode("latin-1"), 400, "json_unreadable", "not UTF-8"),
        (raw('"admin": true'), 422, "body_unfit", "an extra field"),
        (raw('"id": 1'), 422, "body_unfit", "an id of one's own"),
        (b" " * 1_000_001, 413, "body_too_large", "a byte above 1 MB"),
        (raw('"x": "' + "x" * 1_000_000 + '"'), 413, "body_too_large", "a text above 1 MB"),
    ],
)
def test_a_bad_body_is_refused_and_nothing_moves(call, body, status, code, because):
    told(call("/members/identify", {"query": "x"}))
    before = contents()
    refused(call("/receipts", body), status, code)
    assert contents() == before, because


@pytest.mark.parametrize(
    "text", ["'; DROP TABLE members_member; --", "<script>alert(1)</script>", "=cmd|' /C calc'!A0"]
)
def test_injections_are_stored_as_they_were_typed(call, chain, text):
    sale = sale_body(till=text, number=text, member={"kind": "card", "value": text})
    sale["lines"][0] |= {"sku": text, "name": text, "category": text}
    told(call("/receipts", sale))
    assert rows("SELECT till, number FROM receipts_identity") == [(text, text)]
    assert (text,) in rows("SELECT name FROM catalogue_product")
    assert told(call("/members/identify", {"query": text}))["member"]["member"]


@pytest.mark.parametrize("at", ["2026-11-23T10:15:00+08:00", "2026-11-27T10:15:00+08:00"])
def test_a_clock_two_days_off_is_recorded_as_it_says(call, chain, at):
    assert told(call("/receipts", sale_body(at=at)))["business_date"] == at[:10]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"at": "2099-01-01T10:15:00+08:00"}, "day_impossible"),
        ({"business_date": "2099-01-01"}, "day_impossible"),
        ({"store": "north"}, "store_unknown"),
    ],
)
def test_what_cannot_be_is_refused(call, chain, changed, code):
    before = contents(without=("access_apikey",))
    refused(call("/receipts", sale_body(**changed)), 422, code)
    assert contents(without=("access_apikey",)) == before


@pytest.mark.parametrize(
    ("path", "method", "status", "code"),
    [
        ("/nothing", "POST", 404, "no_such_call"),
        ("/receipts/", "POST", 404, "no_such_call"),
        ("/../../etc/passwd", "GET", 404, "no_such_call"),
        ("/receipts", "GET", 405, "method_unfit"),
        ("/receipts", "OPTIONS", 405, "method_unfit"),
        ("/receipts", "TRACE", 405, "method_unfit"),
        ("/baskets/x/hold", "POST", 405, "method_unfit"),
        ("/baskets/" + "x" * 81 + "/hold", "DELETE", 422, "body_unfit"),
    ],
)
def test_a_wrong_address_or_method_is_told(call, path, method, status, code):
    response = call(path, None, method)
    refused(response, status, code)
    assert (status == 405) == response.has_header("Allow")


def test_each_language_is_answered_in_its_own(key):
    for header, language, beginning in (
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans", "API"),
        ("en-GB,en", "en", "There is no such address"),
        ("", "zh-Hans", "API 中没有这个地址"),
        ("fr", "zh-Hans", "API 中没有这个地址"),
        ("*", "zh-Hans", "API 中没有这个地址"),
        ("en;q=x, ;;,", "zh-Hans", "API 中没有这个地址"),
    ):
        response = calling(key, header)("/nothing")
        assert response["Content-Language"] == language, header
        assert refused(response, 404, "no_such_call")["message"].startswith(beginning)


def test_each_mistake_is_named_in_both_languages(call):
    body = sale_body(points_used=-1, colour="red", lines=[{"line": 1, "sku": "x", "quantity": 1, "amount": "1.00"}])
    problem = refused(call("/receipts", body), 422, "body_unfit")
    assert problem["errors"] == [
        {"where": "lines.0.quantity", "what": "has to be a text in quotation marks"},
        {"where": "points_used", "what": "is less than 0"},
        {"where": "colour", "what": "is not known here"},
    ]
    assert problem["translations"]["zh-hans"]["errors"][2] == {"where": "colour", "what": "不是此处已知的字段"}


def test_what_fails_inside_is_logged_and_told_without_details(call, monkeypatch, caplog):
    def fail(*_args, **_more):
        raise RuntimeError("the secret inside")

    monkeypatch.setattr(members_at_the_till, "identify", fail)
    with caplog.at_level(logging.ERROR, "huitou.api"):
        response = call("/members/identify", {"query": "C1"})
    refused(response, 500, "failed_inside")
    assert "secret" not in response.content.decode()
    assert "the secret inside" in caplog.text, "because whoever looks after the site has to find it"


def test_a_database_that_is_away_is_told_with_a_time_to_come_again(call, monkeypatch):
    def fail(*_args, **_more):
        raise OperationalError("connection refused")

    monkeypatch.setattr(till, "record_sale", fail)
    response = call("/receipts", sale_body())
    refused(response, 503, "come_again")
    assert response["Retry-After"]


@pytest.mark.parametrize(("state", "status"), [("57014", 503), ("40P01", 503), ("53100", 503), ("22012", 500)])
def test_what_passes_by_itself_is_told_with_a_time_to_come_again(call, monkeypatch, state, status):
    def fail(*_args, **_more):
        with transaction.atomic():
            run(f"DO $$ BEGIN RAISE EXCEPTION 'not now' USING ERRCODE = '{state}'; END $$")

    monkeypatch.setattr(till, "record_sale", fail)
    response = call("/receipts", sale_body())
    refused(response, status, {503: "come_again", 500: "failed_inside"}[status])
    assert ("Retry-After" in response) == (status == 503)


def test_a_batch_that_breaks_off_says_where(call, chain, monkeypatch):
    lines = [json.dumps({"kind": "sale", **sale_body(number=str(number))}).encode() for number in range(3)]

    def fail(caller, said, *, now):
        lines = iter(said)
        yield next(lines), {"status": "recorded"}
        raise OperationalError("gone")

    monkeypatch.setattr(till, "record_batch", fail)
    answer = [json.loads(line) for line in b"".join(call("/receipts/batch", b"\n".join(lines))).splitlines()]
    assert [(line["line"], line["status"], line.get("code")) for line in answer] == [
        (1, "recorded", None),
        (2, "failed", "come_again"),
    ], "because every line above is committed, and the rest has to be sent again"


def test_a_batch_line_above_the_limit_is_refused_alone(call, chain):
    good = json.dumps({"kind": "sale", **sale_body()}).encode()
    answer = b"".join(call("/receipts/batch", b"\n".join([b" " * 1_000_001, good]))).splitlines()
    assert [json.loads(line)["status"] for line in answer] == ["refused", "recorded"]


def test_a_batch_above_the_limit_is_refused_as_a_whole(call, monkeypatch):
    monkeypatch.setattr(middleware, "MOST_BYTES_OF_BATCHES", 100)
    refused(call("/receipts/batch", b"x" * 101), 413, "body_too_large")


@pytest.mark.parametrize("path", ["/receipts", "/receipts/batch"])
def test_a_body_in_chunks_is_refused_before_it_looks_like_an_empty_one(call, path):
    refused(call(path, None, **{"Transfer-Encoding": "chunked", "Content-Length": ""}), 411, "length_missing")


def test_a_host_that_is_not_ours_is_refused(call):
    refused(call("/nothing", Host="evil.example"), 400, "host_unknown")


def test_answers_run_nothing_and_stay_nowhere(call):
    response = call("/members/identify", {"query": "x"})
    assert response["Cache-Control"] == "no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert response["Content-Length"] == str(len(response.content)), "because simple tills read by it"
    assert not response.cookies


def test_a_hold_of_nothing_says_what_it_lacks(call):
    said = refused(call("/baskets/b-1/hold", {"store": "east", "till": "1"}, method="put"), 422, "body_unfit")
    assert said["translations"]["en"]["errors"][0]["what"] == "holds nothing: say points, coupons or both"
