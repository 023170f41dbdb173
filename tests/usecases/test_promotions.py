"""Offers in the books: versions, approval by a second person, the kill switch, and the constraints that hold alone."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from tests.builders import rows, run

from huitou.catalogue import service as catalogue
from huitou.offers import errors
from huitou.offers.service import programmes
from huitou.offers.terms.kept import UNLIMITED, OfferState, OfferTerms, VersionState
from huitou.usecases import promotions

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 28, 4, tzinfo=UTC)
SMALL = OfferTerms(budget_fen=100_00)


@pytest.fixture(autouse=True)
def always_looks(monkeypatch):
    monkeypatch.setattr(programmes, "FRESH_SECONDS", 0.0)


def document(code="mj", off="5.00", **more):
    steps = [{"least_amount": "38.00", "amount": off}]
    return {"id": code, "name": "满减", "get": {"kind": "threshold", "steps": steps}, **more}


def state(code="mj"):
    return programmes.offer(code, NOW).state


def test_an_offer_goes_from_its_draft_to_the_till_and_back():
    assert promotions.draft_offer(document(), actor="ann").version == 1
    assert state() == OfferState.DRAFT
    assert programmes.programme_now().offers == {}, "a draft prices nothing"
    first = promotions.switch_on("mj", actor="ann")
    assert (state(), programmes.programme_now().version) == (OfferState.ON, first)
    assert list(programmes.programme_now().offers) == ["mj"]
    assert promotions.switch_on("mj", actor="ann") == first, "again, nothing changes"

    again = promotions.draft_offer(document(), actor="bob")
    assert (again.version, again.new) == (1, False), "the same again is no version"
    assert promotions.draft_offer(document(off="8.00"), actor="bob").version == 2
    seen = programmes.offer("mj", NOW)
    assert (seen.version, seen.standing, seen.version_state) == (2, 1, VersionState.DRAFT), "the old one prices on"
    with pytest.raises(errors.OfferChangedMeanwhile):
        promotions.draft_offer(document(off="9.00"), actor="ann", on_top_of=1)

    second = promotions.switch_on("mj", actor="bob")
    off = {
        version: programmes.programme_at(version).compiled.offers[0].offer.get.steps[0].amount
        for version in (first, second)
    }
    assert off == {first: 500, second: 800}, "a quote of the first programme is recomputed with its own version"

    third = promotions.pause_offer("mj", actor="bob", why="wrong price")
    assert (state(), len(programmes.programme_now().offers)) == (OfferState.PAUSED, 0)
    assert promotions.pause_offer("mj", actor="bob") == third
    promotions.switch_on("mj", actor="bob", version=1)
    assert programmes.offer("mj", NOW).standing == 1, "an earlier version may stand again"
    promotions.end_offer("mj", actor="bob")
    assert state() == OfferState.ENDED
    for step in (
        lambda: promotions.switch_on("mj", actor="bob"),
        lambda: promotions.draft_offer(document(), actor="x"),
    ):
        with pytest.raises(errors.OfferHasEnded):
            step()
    with pytest.raises(errors.ProgrammeUnknown):
        programmes.programme_at(10**9)
    with pytest.raises(errors.OfferUnknown):
        promotions.switch_on("nobody", actor="bob")
    trail = [action for (action,) in rows("SELECT action FROM access_auditentry ORDER BY id")]
    assert {"offer.draft", "offer.on", "offer.pause", "offer.end"} <= set(trail)


def test_schedule_is_seen_and_bad_offers_are_refused():
    coming = document("coming", valid={"starts": "2026-12-01"})
    over = document("over", valid={"ends": "2026-11-01"})
    promotions.draft_offer(coming, actor="ann")
    promotions.draft_offer(over, actor="ann")
    promotions.switch_on("coming", actor="ann")
    promotions.switch_on("over", actor="ann")
    assert (state("coming"), state("over")) == (OfferState.SCHEDULED, OfferState.ENDED)

    catalogue.take_products_online([("baby-milk", "Infant formula", "母婴")])
    run("UPDATE catalogue_product SET promotable = false WHERE sku = 'baby-milk'")
    named = {"id": "no", "get": {"kind": "percent_off", "percent": "10", "goods": {"skus": ["baby-milk"]}}}
    before = rows("SELECT count(*) FROM offers_offerversion")
    for bad, terms, refusal in (
        (named, UNLIMITED, errors.GoodsNotPromotable),
        (document("two words"), UNLIMITED, errors.OfferCodeUnfit),
        (document("mj", stage="price"), UNLIMITED, errors.OfferRefused),
        (document("mj", nonsense=1), UNLIMITED, errors.UnknownField),
        (document(), OfferTerms(budget_fen=0), errors.OfferTermsUnfit),
    ):
        with pytest.raises(refusal):
            promotions.draft_offer(bad, terms, actor="ann")
    assert rows("SELECT count(*) FROM offers_offerversion") == before, "a refusal writes nothing"


def test_above_the_set_budget_a_second_person_approves():
    promotions.set_approval_above(500_00, actor="boss")
    promotions.draft_offer(document("small"), SMALL, actor="ann")
    promotions.switch_on("small", actor="ann")
    assert state("small") == OfferState.ON, "within the budget one person is enough"

    promotions.draft_offer(document("large"), OfferTerms(budget_fen=500_01), actor="ann")
    with pytest.raises(errors.OfferNotApproved), transaction.atomic():
        promotions.switch_on("large", actor="ann")
    promotions.submit_offer("large", actor="ann")
    assert state("large") == OfferState.WAITING
    with pytest.raises(errors.OfferNeedsAnother):
        promotions.approve_offer("large", 1, actor="ann")
    promotions.send_back_offer("large", 1, actor="bob", why="too dear")
    assert state("large") == OfferState.DRAFT
    with pytest.raises(errors.OfferNotWaiting):
        promotions.approve_offer("large", 1, actor="bob")
    promotions.submit_offer("large", actor="ann")
    assert promotions.approve_offer("large", 1, actor="bob").approved_by == "bob"
    promotions.switch_on("large", actor="ann")
    promotions.draft_offer(document("endless"), actor="ann")
    assert promotions.submit_offer("endless", actor="ann").state == VersionState.WAITING, "without a budget, no end"

    # The database alone.
    for statement, because in (
        ("UPDATE offers_offerversion SET approved_by = made_by, state = 'approved' WHERE state = 'waiting'", "oneself"),
        ("UPDATE offers_offerversion SET state = 'approved' WHERE state = 'waiting'", "nobody"),
        ("UPDATE offers_offerversion SET document = '{}'", "what was written stays"),
        ("DELETE FROM offers_offerversion", "for ever"),
        ("UPDATE offers_standing SET version_id = version_id + 1", "what stood, stood"),
        ("INSERT INTO offers_standing (offer_id, version_id, since_id) SELECT offer_id, v.id, max(p.id) "
         "FROM offers_offerversion v, offers_programme p WHERE v.state = 'waiting' GROUP BY 1, 2", "not approved"),
        ("INSERT INTO offers_standing (offer_id, version_id, since_id) SELECT offer_id, version_id, since_id "
         "FROM offers_standing WHERE until_id IS NULL LIMIT 1", "stands once"),
        ("UPDATE offers_programme SET why = ''", "a programme is kept"),
        ("UPDATE offers_tally SET fen = most_fen + 1 WHERE most_fen IS NOT NULL", "C7"),
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            run(f"/* {because} */ {statement}")


def test_a_process_asks_once_a_second_and_no_more(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(programmes, "FRESH_SECONDS", 3600.0)
    monkeypatch.setattr(programmes._kept, "looked_at", float("-inf"))
    promotions.draft_offer(document(), actor="ann")
    with django_assert_num_queries(1):
        before = programmes.programme_now()
    promotions.switch_on("mj", actor="ann")
    with django_assert_num_queries(0):
        assert programmes.programme_now() is before
    monkeypatch.setattr(programmes._kept, "looked_at", time.monotonic() - 3601)
    assert list(programmes.programme_now().offers) == ["mj"]
