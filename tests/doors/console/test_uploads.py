"""The console's door for files: who may send, what is answered, and that nothing else comes in."""

from __future__ import annotations

import zlib

import pytest
from django.test import Client

from tests.builders import rows

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}
TEXT = b"a,b\n1,2\n"


def _begin(client, **given):
    asked = {"name": "till.csv", "size": str(len(TEXT)), "mark": "m"} | given
    return client.post("/imports/uploads", asked, headers=JSON)


def _piece(client, address, piece, offset=0, crc32=None):
    headers = JSON | {"X-Piece-Offset": str(offset), "X-Piece-Crc32": crc32 or f"{zlib.crc32(piece):08x}"}
    return client.post(address, piece, content_type="application/octet-stream", headers=headers)


def test_a_file_comes_in_and_its_page_follows(as_role):
    client = as_role("marketer")
    begun = _begin(client).json()
    assert (begun["received"], begun["whole"]) == (0, False)
    page = client.get(begun["page"]).content.decode()
    assert "till.csv" in page
    _piece(client, begun["pieces"], TEXT[:3])
    state = client.get(begun["pieces"], headers=JSON)
    assert state.json()["received"] == 3
    assert state.json()["crc32"] == f"{zlib.crc32(TEXT[:3]):08x}"
    assert state["Cache-Control"] == "no-store"
    assert _piece(client, begun["pieces"], TEXT[3:], 3).json()["whole"]


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ({"size": "0"}, 422, "upload_empty"),
        ({"size": "-5"}, 422, "upload_empty"),
        ({"size": "1e9"}, 422, "upload_empty"),
        ({"size": "9" * 15}, 413, "upload_too_large"),
        ({"name": ""}, 422, "upload_name_unfit"),
        ({"name": "a\x00b"}, 422, "upload_name_unfit"),
    ],
)
def test_what_cannot_come_is_refused_in_the_persons_language(as_role, given, status, code):
    answer = _begin(as_role("administrator"), **given)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert any("\u4e00" <= sign <= "\u9fff" for sign in answer.json()["next_step"])
    assert rows("SELECT count(*) FROM uploads_upload") == [(0,)]


@pytest.mark.parametrize(
    ("offset", "crc32", "status", "code"),
    [
        (3, None, 409, "piece_out_of_place"),
        (-1, None, 409, "piece_out_of_place"),
        (0, "00000000", 422, "piece_damaged"),
        (0, "not hexadecimal", 422, "piece_damaged"),
    ],
)
def test_a_wrong_piece_is_refused(as_role, offset, crc32, status, code):
    client = as_role("marketer")
    answer = _piece(client, _begin(client).json()["pieces"], TEXT, offset, crc32)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert rows("SELECT received_bytes FROM uploads_upload") == [(0,)]


def test_a_piece_that_is_too_large_does_not_fill_the_memory(as_role):
    client = as_role("marketer")
    begun = _begin(client, size=str(9 << 20)).json()
    answer = _piece(client, begun["pieces"], b"x" * (3 << 20))
    assert answer.status_code in (400, 413)
    assert rows("SELECT received_bytes FROM uploads_upload") == [(0,)]


@pytest.mark.parametrize(("role", "store"), [("store_manager", "east"), ("cashier", "east")])
def test_a_stores_people_send_nothing(chain, as_role, role, store):
    client = as_role(role, store)
    assert _begin(client).status_code == 403
    for page in ("/imports", "/imports/new"):
        assert client.get(page).status_code == 403
    assert "/imports" not in client.get("/members").content.decode(), "nor is it offered"


def test_others_files_are_not_there(as_role):
    begun = _begin(as_role("marketer")).json()
    other = as_role("administrator")
    assert other.get(begun["page"]).status_code == 404
    assert _piece(other, begun["pieces"], TEXT).status_code == 404
    assert other.get(begun["pieces"], headers=JSON).status_code == 404
    other.post(begun["away"])
    assert rows("SELECT count(*) FROM uploads_upload") == [(1,)]


def test_who_is_logged_out_is_told_in_json(client):
    answer = _begin(client)
    assert (answer.status_code, answer.json()["code"]) == (401, "session_ended")


def test_a_page_of_others_cannot_send(as_role):
    """The browser of somebody logged in, led by another site: no token, nothing happens."""
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = as_role("administrator").cookies
    assert _begin(strict).status_code == 403
    assert rows("SELECT count(*) FROM uploads_upload") == [(0,)]


def test_throwing_away_goes_back_to_the_list(as_role):
    client = as_role("marketer")
    begun = _begin(client).json()
    assert client.post(begun["away"])["Location"] == "/imports"
    assert client.post(begun["away"])["Location"] == "/imports", "twice does no harm"
    assert client.get(begun["away"]).status_code == 405
    assert rows("SELECT count(*) FROM uploads_upload") == [(0,)]
