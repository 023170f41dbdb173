"""The test bench says what the till would say: of what is left of limits and quotas, and of the member's segments."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from huitou.members.terms import ConsentAbout
from huitou.offers.service import programmes
from huitou.offers.terms.kept import OfferTerms
from huitou.segments.terms.tags import Tag, TagSource
from huitou.usecases import live_segments, promotions
from huitou.usecases import segments as asking
from huitou.usecases.tags import define_tag, give_tag, note_consent
from tests.builders import member_ids, rows, run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    from huitou.usecases import offer_desk

    monkeypatch.setattr(programmes, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(offer_desk, "FRESH_SECONDS", 0.0)


def stands(code: str, terms: OfferTerms, **valid: object) -> None:
    """One yuan off each milk."""
    goods = {"skus": ["milk"]}
    document = {
        "id": code,
        "name": code,
        "get": {"kind": "amount_off", "amount": "1.00", "per": "unit", "goods": goods},
    }
    promotions.draft_offer(document | ({"valid": valid} if valid else {}), terms, actor="ann")
    promotions.switch_on(code, actor="ann")


def tried(person, card: str = "", **more: str):
    """What the bench says of a pack of milk: its page."""
    asked = {"offer": "", "sku": "milk", "pieces": "1", "member": card, "receipt": "", "at": "", "store": "", **more}
    return person.post("/offers/bench", asked).content.decode()


APPLIES, CLOSED = "−1.00", "Not applied"


@pytest.fixture
def shop(lasting_chain):
    run("UPDATE catalogue_product SET price_fen = 1000 WHERE sku = 'milk'")


def test_what_a_member_used_and_what_is_left(shop, as_role):
    marketer = as_role("marketer", language="en")
    stands("once", OfferTerms(per_member=1))
    ((offer,),) = rows("SELECT id FROM offers_offer")
    assert APPLIES in tried(marketer, "C1")
    first = member_ids()["C1"]
    run(f"INSERT INTO offers_limitedtally (offer_id, member_id, uses, most) VALUES ({offer}, {first}, 1, 1)")
    page = tried(marketer, "C1")
    assert (APPLIES in page, "None" in page) == (False, False)
    assert APPLIES in tried(marketer, "C2"), "the other one has not used it"


def test_a_quota_and_a_budget_that_are_spent_close_it_and_say_which(shop, as_role):
    marketer = as_role("marketer", language="en")
    stands("month", OfferTerms(per_member_month_fen=5_00))
    ((offer,),) = rows("SELECT id FROM offers_offer")
    month = f"{timezone.localdate():%Y-%m}-01"
    run(f"INSERT INTO offers_quota (offer_id, member_id, month, fen, most_fen) "
        f"VALUES ({offer}, {member_ids()['C1']}, '{month}', 500, 500)")  # fmt: skip
    page = tried(marketer, "C1")
    assert (APPLIES in page, "Nothing is left of this month&#x27;s quota." in page) == (False, True)
    assert APPLIES in tried(marketer, "C2")
    promotions.pause_offer("month", actor="ann")
    stands("ends", OfferTerms(budget_fen=10_00))
    assert APPLIES in tried(marketer)
    run("UPDATE offers_tally SET fen = 1000 WHERE most_fen = 1000")
    page = tried(marketer)
    assert (APPLIES in page, "Its budget is spent." in page) == (False, True)
    assert APPLIES in tried(marketer, offer="ends"), "a draft has used nothing yet"


def test_a_member_is_in_their_segments_but_for_those_that_not_everybody_may_hear_of(shop, as_role):
    now = timezone.now()
    gold = {"language": 1, "where": {"leaf": "tier", "is_one_of": ["金卡"]}}
    asking.define_segment("gold", json.dumps(gold), made_by="ann")
    tag = Tag(name="expecting", owner="a", purpose="p", source=TagSource.HAND, sensitive=ConsentAbout.PREGNANCY)
    define_tag(tag, made_by="ann")
    mothers = {"language": 1, "where": {"leaf": "tag", "tag": "expecting"}}
    asking.define_segment("mothers", json.dumps(mothers), made_by="ann")
    for one in ("gold", "mothers"):
        live_segments.switch_live(one, on=True, actor="ann")
    first = member_ids()["C1"]
    run(f"INSERT INTO members_tier (member_id, tier, since) VALUES ({first}, '金卡', '2026-11-01')")
    note_consent(first, ConsentAbout.PREGNANCY, given=True, actor="ann", how="form 3")
    give_tag("expecting", first, day=now.date(), actor="ann")
    live_segments.follow_all(lambda: now)
    stands("for-gold", OfferTerms(), segments=["gold"])
    marketer, later = (
        as_role("marketer", language="en"),
        f"{timezone.localtime(now) + timedelta(minutes=1):%Y-%m-%dT%H:%M}",
    )
    assert APPLIES in tried(marketer, "C1", at=later)
    assert "It is for other members." in tried(marketer, "C2", at=later)
    promotions.pause_offer("for-gold", actor="ann")
    stands("for-mothers", OfferTerms(), segments=["mothers"])
    assert APPLIES in tried(as_role("administrator", language="en"), "C1", at=later)
    assert APPLIES not in tried(marketer, "C1", at=later), "who may not see the tag is not told by an offer either"
