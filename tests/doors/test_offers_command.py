"""Offers by the command line: `--on` above the limit of approval hands in for the second person, says so, and switches
nothing on."""

from __future__ import annotations

import json
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
import typer
from typer.testing import CliRunner, Result

from huitou.config import wiring
from huitou.doors.cli import offers
from huitou.offers.service import programmes
from huitou.usecases import promotions
from tests.builders import rows, run

pytestmark = pytest.mark.django_db
wiring.wire()

STANDING = (
    "SELECT o.code, v.number FROM offers_standing s JOIN offers_offerversion v ON v.id = s.version_id "
    "JOIN offers_offer o ON o.id = s.offer_id WHERE s.until_id IS NULL ORDER BY 1"
)
STATES = "SELECT number, state FROM offers_offerversion ORDER BY number"
WAITS = "is not on: a second person has to approve it"


@pytest.fixture
def put(monkeypatch, tmp_path):
    """`huitou offers put` of an offer of so many per cent, with a database that is there already. Above a budget of
    1,000.00 a second person approves."""
    monkeypatch.setenv("HUITOU_LANGUAGE", "en")
    app = typer.Typer()
    offers.register(app, SimpleNamespace(version="0", open_database=nullcontext))
    promotions.set_approval_above(1_000_00, actor="boss")

    def ask(percent: str, *words: str) -> Result:
        file = tmp_path / "autumn.json"
        offer = {"id": "autumn", "name": "Autumn", "get": {"kind": "percent_off", "percent": percent}}
        file.write_text(json.dumps(offer))
        return CliRunner().invoke(app, ["offers", "put", str(file), *words])

    return ask


@pytest.mark.parametrize(
    ("words", "because"),
    [
        (("--budget", "1000.01"), "a fen above the limit"),
        ((), "without a budget it is above every limit"),
        (("--per-member-month", "200.00"), "a quota of each member is no end of the whole"),
    ],
)
def test_above_the_limit_it_waits_and_prices_nothing(put, words, because):
    before = programmes.programme_now().version
    said = put("10", *words, "--on")
    assert (said.exit_code, WAITS in said.stderr) == (0, True), because
    assert (rows(STATES), rows(STANDING)) == ([(1, "waiting")], []), because
    assert rows("SELECT submitted_by, approved_by FROM offers_offerversion") == [("command line", "")]
    programmes.forget()
    assert programmes.programme_now().version == before, "no till prices by it"
    (told,) = json.loads(put("10", *words, "--on", "--json").stdout)
    assert (told["new"], told["programme"], told["waits"]) == (False, None, True), "again, it still waits"
    assert rows(STATES) == [(1, "waiting")]


def test_within_the_limit_it_is_on_and_what_comes_next_above_it_leaves_the_tills_alone(put):
    said = put("10", "--budget", "1000.00", "--on")
    assert (said.exit_code, WAITS in said.stderr, rows(STANDING)) == (0, False, [("autumn", 1)])
    said = put("20", "--budget", "5000.00", "--on")
    assert "Version 2 is not on" in said.stderr
    assert (rows(STATES), rows(STANDING)) == ([(1, "approved"), (2, "waiting")], [("autumn", 1)])
    promotions.approve_offer("autumn", 2, actor="boss")
    assert rows(STANDING) == [("autumn", 1)], "approved is not on"
    said = put("20", "--budget", "5000.00", "--on")
    assert (WAITS in said.stderr, rows(STANDING)) == (False, [("autumn", 2)])


def test_goods_named_by_what_is_no_sku_are_warned_of(tmp_path, monkeypatch):
    """An offer of a barcode was taken without a word and never applied."""
    monkeypatch.setenv("HUITOU_LANGUAGE", "en")
    run("INSERT INTO catalogue_product (sku, name) VALUES ('tea', 'Tea')",
        "INSERT INTO catalogue_code (product_id, kind, code, pieces) SELECT id, 'barcode', '6901234567892', 1 "
        "FROM catalogue_product WHERE sku = 'tea'", "SET CONSTRAINTS ALL DEFERRED")  # fmt: skip
    app = typer.Typer()
    offers.register(app, SimpleNamespace(version="0", open_database=nullcontext))
    file = tmp_path / "tea.json"
    goods = {"skus": ["tea", "6901234567892"], "not_skus": ["nothing"]}
    get = {"kind": "percent_off", "percent": "10", "goods": goods}
    file.write_text(json.dumps({"id": "t", "name": "T", "get": get}))
    (told,) = json.loads(CliRunner().invoke(app, ["offers", "put", str(file), "--json"]).stdout)
    assert told["warnings"] == [
        {"code": "sku_unknown", "where": "6901234567892 (sku: tea)"}, {"code": "sku_unknown", "where": "nothing"},
    ], "the sku itself is no fault"  # fmt: skip
    said = CliRunner().invoke(app, ["offers", "put", str(file)]).stderr
    assert "by a barcode or PLU: 6901234567892 (sku: tea)" in said
