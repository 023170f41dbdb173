"""An offer for a segment: whoever is in it when they are quoted has it, and the sale is reckoned as it was quoted."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.builders import rows, run
from tests.usecases.test_coupons_at_the_till import member, paid, quote
from tests.usecases.test_coupons_at_the_till import till as till
from tests.usecases.tills import Till, card

from huitou.members.terms import ConsentAbout
from huitou.offers import service as offers
from huitou.offers.terms.kept import OfferTerms
from huitou.segments.terms.tags import Tag, TagSource
from huitou.usecases import live_segments, promotions
from huitou.usecases import segments as asking
from huitou.usecases.tags import define_tag, give_tag, note_consent

pytestmark = pytest.mark.django_db

GOLD = {"language": 1, "where": {"leaf": "tier", "is_one_of": ["金卡"]}}
FOR_GOLD = {"id": "for-gold", "valid": {"segments": ["gold"]},
            "get": {"kind": "amount_off", "amount": "3.00", "per": "lot"}}  # fmt: skip


@pytest.fixture
def gold_till(till: Till, settings, tmp_path) -> Till:
    settings.LAKE_PATH = tmp_path / "lake"
    asking.define_segment("gold", json.dumps(GOLD), made_by="ann")
    live_segments.switch_live("gold", on=True, actor="ann")
    promotions.draft_offer(FOR_GOLD, OfferTerms(), actor="ann")
    promotions.switch_on("for-gold", actor="ann")
    make_gold(till, "C1")
    return till


def make_gold(till: Till, one: str) -> None:
    run(f"INSERT INTO members_tier (member_id, tier, since) VALUES ({member(one)}, '金卡', '2026-11-01')")
    live_segments.follow_all(lambda: till.now)


def test_who_is_in_the_segment_pays_less_and_nobody_else(gold_till):
    assert quote(gold_till, 10_00, member=card("C1")).told["total"] == "7.00"
    assert quote(gold_till, 10_00, member=card("C2")).told["total"] == "10.00"
    assert quote(gold_till, 10_00).told["total"] == "10.00", "a stranger is in no segment"


def test_a_sale_is_reckoned_by_the_segments_of_its_quote(gold_till):
    quoted = quote(gold_till, 10_00, member=card("C1"))
    asked_at = gold_till.now
    gold_till.now += timedelta(minutes=5)
    run("DELETE FROM members_tier", "SET CONSTRAINTS ALL DEFERRED")
    live_segments.follow_all(lambda: gold_till.now)
    assert quote(gold_till, 10_00, member=card("C1")).told["total"] == "10.00", "they are gold no longer"
    gold_till.record(replace(paid(gold_till, quoted, member=card("C1")), quoted_at=asked_at))
    assert rows("SELECT reckoned_fen, claimed_fen FROM offers_settled") == [(700, 700)], "and pay what they were told"


def test_the_till_is_told_of_an_offer_for_a_sensitive_segment_by_the_offers_own_name(till, settings, tmp_path):
    settings.LAKE_PATH = tmp_path / "lake"
    tag = Tag(name="expecting", owner="a", purpose="p", source=TagSource.HAND, sensitive=ConsentAbout.PREGNANCY)
    define_tag(tag, made_by="ann")
    asking.define_segment("mothers", json.dumps({"language": 1, "where": {"leaf": "tag", "tag": "expecting"}}),
                          made_by="ann")  # fmt: skip
    live_segments.switch_live("mothers", on=True, actor="ann")
    offer = FOR_GOLD | {"id": "spring-gift", "name": "Spring gift", "valid": {"segments": ["mothers"]}}
    promotions.draft_offer(offer, OfferTerms(), actor="ann")
    promotions.switch_on("spring-gift", actor="ann")
    note_consent(member("C1"), ConsentAbout.PREGNANCY, given=True, actor="ann", how="form 3")
    give_tag("expecting", member("C1"), day=till.now.date(), actor="ann")
    live_segments.follow_all(lambda: till.now)
    told = {one: quote(till, 10_00, member=card(one)).told for one in ("C1", "C2")}
    assert (told["C1"]["total"], told["C2"]["total"]) == ("7.00", "10.00")
    for one, words in told.items():
        said = json.dumps(words, default=str)
        assert [name for name in ("mothers", "expecting", "pregnancy") if name in said] == [], one
        assert "Spring gift" in said, "the offer's own name is what is told"
    assert {one["offer"]: one["reason"] for one in told["C2"]["not_applied"]}["spring-gift"] == "wrong_segment"
    assert offers.reason_text("wrong_segment") == "It is for other members."
