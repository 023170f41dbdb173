"""The pages of offers: written, handed in, approved by a second person, on, stopped; tried and rehearsed."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from unittest.mock import Mock
from urllib.parse import quote

import pytest
from django.http import QueryDict
from django.utils import timezone

from huitou.doors.console.offering.form import read_form
from huitou.doors.console.views.offers import editing
from huitou.offers.service import programmes
from huitou.offers.terms.kept import OfferTerms
from huitou.offers.terms.rehearsed import Meeting
from huitou.usecases import promotions, run_jobs
from tests.builders import rows

pytestmark = pytest.mark.django_db

LADDER = {
    "kind": "threshold",
    "id": "满88减30",
    "name": "满88减30",
    "get.steps.0.least_amount": "88",
    "get.steps.0.amount": "30.00",
    "get.steps.1.least_amount": "",
    "valid.members_only": "1",
    "terms.budget": "３,000元",
    "terms.per_member_day": "1",
    "on_top_of": "0",
}


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    """What a process keeps of the programme and the shelf leaves with a test."""
    from huitou.usecases import offer_desk

    monkeypatch.setattr(programmes, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(offer_desk, "FRESH_SECONDS", 0.0)


def offer(code: str = "满88减30"):
    return programmes.offer(code, timezone.now())


def test_an_offer_from_the_form_to_the_tills_and_stopped(lasting_chain, as_role):
    marketer = as_role("marketer")
    assert "还没有优惠" in marketer.get("/offers").content.decode()
    assert marketer.get("/offers/new").status_code == 200

    live = marketer.post("/offers/live", LADDER).content.decode()
    assert "会员专享，全场满 88 元减 30 元，每位会员每天限 1 次，优惠满 3,000 元即止。" in live
    assert "For members only: 30 yuan off from 88 yuan on." in live

    answer = marketer.post("/offers/new", LADDER | {"do": "keep"})
    assert answer.status_code == 302
    (version,) = programmes.versions_of("满88减30")
    assert version.document["get"] == {"kind": "threshold", "steps": [{"least_amount": "88", "amount": "30.00"}]}
    assert (version.terms.budget_fen, version.terms.per_member_day) == (3_000_00, 1)

    page = marketer.get("/offers/one/满88减30").content.decode()
    assert "送审" in page
    assert marketer.post("/offers/one/满88减30/submit").status_code == 302
    assert marketer.post("/offers/one/满88减30/on", {"version": "1"}).status_code == 302
    assert offer().state == "on"
    assert "满88减30" in marketer.get("/offers?state=on&q=88").content.decode()

    asked = marketer.post("/offers/one/满88减30/pause").content.decode()
    assert "全部 2 家门店" in asked
    assert offer().state == "on", "what stops tills is asked twice"
    assert marketer.post("/offers/one/满88减30/pause", {"sure": "1", "why": "印错了"}).status_code == 302
    assert offer().state == "paused"
    assert rows("SELECT detail->>'why' FROM access_auditentry WHERE action = 'offer.pause'") == [("印错了",)]


def test_a_second_person_approves_what_is_above_the_set_budget(lasting_chain, as_role):
    promotions.set_approval_above(1_000_00, actor="test")
    marketer, administrator = as_role("marketer"), as_role("administrator")
    marketer.post("/offers/new", LADDER | {"do": "keep"})
    marketer.post("/offers/one/满88减30/submit")
    assert offer().state == "waiting"
    assert "第二人" in marketer.get("/offers/one/满88减30").content.decode()
    assert marketer.post("/offers/one/满88减30/approve", {"version": "1"}).status_code == 403, "one's own"
    assert marketer.post("/offers/one/满88减30/on", {"version": "1"}).status_code == 409

    sent = administrator.post("/offers/one/满88减30/send_back", {"version": "1", "why": "预算太大"})
    assert sent.status_code == 302
    assert "预算太大" in marketer.get("/offers/one/满88减30").content.decode()
    marketer.post("/offers/one/满88减30/submit")
    assert administrator.post("/offers/one/满88减30/approve", {"version": "1"}).status_code == 302
    assert offer().state == "approved", "it is no draft any more, and not at the tills yet"
    assert "已通过" in marketer.get("/offers?state=approved").content.decode()
    assert marketer.post("/offers/one/满88减30/on", {"version": "1"}).status_code == 302
    assert offer().state == "on"


def test_an_offer_of_points_says_in_chinese_that_it_changes_no_price(lasting_chain, as_role):
    double = {"id": "双倍", "name": "双倍", "get": {"kind": "points_bonus", "multiply": "200"}}
    promotions.draft_offer(double, OfferTerms(), actor="ann")
    page = as_role("marketer").get("/offers/one/双倍").content.decode()
    assert ("价格之外" in page, "eside the price" in page) == (True, False), "no English on a Chinese page"


@pytest.mark.parametrize(
    ("applied", "other_applied", "badge"),
    [(True, True, "both"), (True, False, "by basket"), (False, True, "by basket"), (None, None, "both")],
)
def test_the_badge_denies_nothing_that_the_example_says(monkeypatch, applied, other_applied, badge):
    monkeypatch.setattr(editing, "gettext", lambda text: text)
    monkeypatch.setattr(editing, "_example", lambda *_: "")
    tried = None if applied is None else Mock(applied=applied, other_applied=other_applied)
    meeting = Meeting("other", "both", "one_after_other", "other", 1, ())
    assert editing._met(replace(meeting, beside=tried), Mock(), Mock()).verdict == badge


def test_what_is_missing_is_named_as_the_form_names_it(lasting_chain, as_role):
    """It said “缺少 get.goods”, a path of the document."""
    empty = {"kind": "add_on", "id": "换购", "name": "换购"}
    live = as_role("marketer").post("/offers/live", empty).content.decode()
    assert "缺少商品。" in live
    assert "get." not in live.partition("</form")[0]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"get.steps.0.amount": "abc"}, "price_unreadable"),
        ({"get.steps.0.amount": ""}, "step_gives_one_thing"),
        ({"id": "not a code!"}, "offer_code_unfit"),
        ({"terms.budget": "viel"}, "offer_limit_no_number"),
        ({"terms.uses": "0"}, "offer_terms_unfit"),
        ({"by": "text", "document": "{"}, "offer_not_json"),
    ],
)
def test_what_cannot_be_is_refused_and_stays_as_it_was_typed(lasting_chain, as_role, changes, code):
    marketer = as_role("marketer")
    answer = marketer.post("/offers/new", LADDER | {"do": "keep"} | changes)
    page = answer.content.decode()
    assert answer.status_code >= 400
    assert code in page
    assert rows("SELECT count(*) FROM offers_offer") == [(0,)]
    for name, typed in changes.items():
        if name.startswith(("get", "terms")) and typed:
            assert f'value="{typed}"' in page


def test_two_people_at_one_offer_do_not_overwrite_each_other(lasting_chain, as_role):
    marketer = as_role("marketer")
    marketer.post("/offers/new", LADDER | {"do": "keep"})
    edit = "/offers/one/满88减30/edit"
    assert marketer.post(edit, LADDER | {"do": "keep", "name": "一", "on_top_of": "1"}).status_code == 302
    late = marketer.post(edit, LADDER | {"do": "keep", "name": "二", "on_top_of": "1"})
    assert late.status_code == 409
    assert "offer_changed_meanwhile" in late.content.decode()


def test_the_test_bench_says_who_wins_and_what_lacks(lasting_chain, as_role):
    marketer = as_role("marketer")
    marketer.post("/offers/new", {**LADDER, "do": "keep", "valid.members_only": ""})
    sku, name, price = rows("SELECT sku, name, price_fen FROM catalogue_product ORDER BY id LIMIT 1")[0]
    assert marketer.get("/offers/bench?offer=满88减30").status_code == 200
    basket = {"offer": "满88减30", "sku": sku, "pieces": "1", "member": "", "receipt": "", "at": "", "store": ""}
    page = marketer.post("/offers/bench", basket).content.decode()
    assert name in page
    assert "需要更大的金额" in page or "满88减30" in page
    for wrong, code in (
        ({"sku": "nobody knows it"}, "bench_product_unknown"),
        ({"sku": ""}, "bench_basket_empty"),
        ({"member": "999999999"}, "bench_member_unknown"),
        ({"receipt": "999999999"}, "bench_receipt_unknown"),
        ({"at": "tomorrow"}, "bench_moment_unreadable"),
    ):
        refused = marketer.post("/offers/bench", basket | wrong)
        assert code in refused.content.decode()
        assert refused.status_code in (404, 422)
    assert price is None or price >= 0


@pytest.mark.django_db(transaction=True)
def test_a_rehearsal_is_a_job_and_says_what_it_does_not_know(chain, as_role):
    marketer = as_role("marketer")
    small = {
        **LADDER,
        "do": "keep",
        "valid.members_only": "",
        "get.steps.0.least_amount": "1",
        "get.steps.0.amount": "0.50",
    }
    assert marketer.post("/offers/new", {**small, "terms.budget": "", "terms.per_member_day": ""}).status_code == 302
    started = marketer.post("/offers/one/满88减30/rehearse")
    assert started.status_code == 302
    assert "预演" in marketer.get(started["Location"]).content.decode()
    run_jobs.run_waiting(timezone.now)
    job = run_jobs.progress(int(started["Location"].rpartition("/")[2]))
    assert (job.state, job.failure) == ("done", {})
    sold = rows("SELECT count(*) FROM receipts_receipt WHERE kind = 'sale'")[0][0]
    assert job.report["receipts"] == sold
    assert job.report["used"] > 0
    assert job.report["cost"] == 50 * job.report["used"]
    page = marketer.get(started["Location"]).content.decode()
    assert "顾客少付" in page
    assert "没有一张小票说得出" in page
    walked = re.search(r'"(/offers/bench\?receipt=[^"]+)"', page)
    bench = marketer.get(unescape(walked.group(1))).content.decode()
    assert '<option value="满88减30" selected>' in bench, "the draft was rehearsed, and nobody sees it in what stands"


@pytest.mark.django_db(transaction=True)
def test_a_rehearsal_of_more_points_says_how_many_and_of_no_money(chain, as_role):
    marketer = as_role("marketer")
    double = {"kind": "points_bonus", "id": "双倍积分", "name": "双倍积分", "get.multiply": "200", "terms.uses": "900",
              "valid.members_only": "1", "on_top_of": "0", "do": "keep"}  # fmt: skip
    assert marketer.post("/offers/new", double).status_code == 302
    started = marketer.post("/offers/one/双倍积分/rehearse")
    run_jobs.run_waiting(timezone.now)
    came = run_jobs.progress(int(started["Location"].rpartition("/")[2])).report
    earning = "SELECT count(*)::int, sum(floor(net_fen / 100))::int FROM receipts_receipt WHERE kind = 'sale'"
    whose = " AND member_id IS NOT NULL AND net_fen >= 100"
    assert rows(earning + whose) == [(came["used"], came["points"])]
    assert (came["used"] > 0, came["cost"]) == (True, 0)
    page = marketer.get(started["Location"]).content.decode()
    first = next(one for one in came["walked"] if not one["reason"])
    assert f"+{first['given']['points']} 积分" in page
    assert "顾客少付" not in page, "no row of zeros that reads as if it cost nothing"
    assert "才回本" not in page


def test_a_starter_is_live_after_one_page(lasting_chain, as_role):
    marketer = as_role("marketer")
    assert marketer.get("/offers/starters").content.decode().count("/offers/starters/") >= 5
    page = marketer.get("/offers/starters/weekend").content.decode()
    assert "满 100 元减 10 元" in page
    assert marketer.post("/offers/starters/weekend", {"least": "80", "off": "8", "budget": "x"}).status_code == 422
    answer = marketer.post("/offers/starters/weekend", {"least": "80", "off": "8", "budget": "2000", "do": "begin"})
    assert answer.status_code == 302
    assert offer("周末满80减8").state == "on"
    assert [one.id for one in (held.offer for held in programmes.programme_now().compiled.offers)] == ["周末满80减8"]
    again = marketer.post("/offers/starters/weekend", {"least": "80", "off": "8", "budget": "2000", "do": "begin"})
    assert again.status_code == 302
    assert len(programmes.versions_of("周末满80减8")) == 1, "the same answers again change nothing"


def test_the_day_of_a_members_day_is_chosen_by_its_name(lasting_chain, as_role):
    marketer, page = as_role("marketer"), "/offers/starters/members_day"
    assert '<option value="3" selected>周三</option>' in marketer.get(page).content.decode()
    answers = {"percent": "5", "budget": "2000", "doubled": "2000", "weekday": "7"}
    assert '<option value="7" selected>周日</option>' in marketer.post(page, answers).content.decode()
    assert marketer.post(page, answers | {"weekday": "8", "do": "begin"}).status_code == 422
    assert marketer.post(page, answers | {"do": "begin"}).status_code == 302
    assert offer("会员日优惠-7").state == "on"


def test_a_starter_does_not_take_the_place_of_an_offer_that_is_there(lasting_chain, as_role):
    """Its budget of 30,000 became 3,000, and the goods that it left out were lost."""
    marketer, page = as_role("marketer"), "/offers/starters/weekend"
    usual = {"least": "100", "off": "10", "budget": "3000"}
    assert "offer_exists" not in marketer.get(page).content.decode(), "there is none yet"
    marketer.post(page, usual | {"budget": "30000", "do": "begin"})
    for answer in (marketer.get(page), marketer.post(page, usual | {"do": "look"})):
        before = answer.content.decode().partition("<main")[2]
        assert answer.status_code == 200
        assert ("offer_exists" in before, '"note e"' in before) == (False, False), "nobody did anything wrong"
        assert "/offers/one/" + quote("周末满100减10") in before, "the one that is there"
        assert ("周末满100减10-2" in before, 'value="begin"' in before) == (True, True), "and one that may begin"
    refused = marketer.post(page, usual | {"do": "begin"})
    assert refused.status_code == 409
    assert "周末满100减10" in refused.content.decode()
    assert [one.terms.budget_fen for one in programmes.versions_of("周末满100减10")] == [30_000_00]
    assert 'value="begin"' in marketer.post(page, usual | {"off": "9", "do": "look"}).content.decode()
    assert marketer.post(page, usual | {"number": "2", "do": "begin"}).status_code == 302
    assert (offer("周末满100减10-2").state, offer("周末满100减10").terms.budget_fen) == ("on", 30_000_00)
    assert "周末满100减10-3" not in marketer.get(page).content.decode(), (
        "what it would make is there: it may begin again"
    )


def test_the_calendar_knows_the_festivals(lasting_chain, as_role):
    marketer = as_role("marketer")
    dated = {**LADDER, "do": "keep", "valid.starts": "2026-09-20", "valid.ends": "2026-09-30"}
    marketer.post("/offers/new", dated)
    page = marketer.get("/offers/calendar?month=2026-09").content.decode()
    assert "中秋节" in page
    assert "满88减30" in page
    assert "满88减30" not in marketer.get("/offers/calendar?month=2026-08").content.decode()
    assert marketer.get("/offers/calendar?month=9999-99").status_code == 200


def test_pages_show_what_stands_at_the_tills_and_not_the_draft_that_comes_next(lasting_chain, as_role):
    marketer = as_role("marketer")
    year = timezone.localdate().year + 1
    spring = {"starts": f"{year}-03-20", "ends": f"{year}-03-30"}
    document = {"id": "春", "name": "春", "valid": spring, "get": {"kind": "percent_off", "percent": "10"}}
    promotions.draft_offer(document, OfferTerms(budget_fen=700_00), actor="ann")
    promotions.switch_on("春", actor="ann")
    later = document | {"valid": {"starts": f"{year}-04-20", "ends": f"{year}-04-30", "stores": ["east"]}}
    twenty = later | {"get": {"kind": "percent_off", "percent": "20"}}
    promotions.draft_offer(twenty, OfferTerms(budget_fen=900_00), actor="ann")
    months = [marketer.get(f"/offers/calendar?month={year}-{month}").content.decode() for month in ("03", "04")]
    assert ["春</a>" in page for page in months] == [True, False]
    listed = marketer.get("/offers").content.decode()
    assert ("9 折" in listed, "8 折" in listed) == (True, False)
    assert offer("春").terms.budget_fen == 700_00, "what was spent counts against the budget that stands"
    assert "全部 2 家门店" in marketer.post("/offers/one/春/pause").content.decode(), "it stops in all stores"


def test_goods_are_found_by_category_brand_and_name(lasting_chain, as_role):
    marketer = as_role("marketer")
    path = rows("SELECT path FROM catalogue_category ORDER BY path LIMIT 1")[0][0]
    page = marketer.get("/offers/goods", {"q": path.rpartition("/")[2]}).content.decode()
    assert f'data-code="{path}"' in page
    assert "data-take" not in marketer.get("/offers/goods", {"q": "nothing is called so"}).content.decode()


def test_who_may(lasting_chain, as_role):
    manager = as_role("store_manager", "east")
    assert manager.get("/offers").status_code == 200
    assert manager.post("/offers/new", LADDER | {"do": "keep"}).status_code == 403
    assert as_role("cashier", "east").get("/offers").status_code == 403
    assert rows("SELECT count(*) FROM offers_offer") == [(0,)]


def test_a_text_keeps_every_field(lasting_chain, as_role):
    marketer = as_role("marketer")
    document = {"id": "x", "name": "鲜奶", "get": {"kind": "nth_unit", "goods": {"skus": ["1"]}}, "base": "initial"}
    answer = marketer.post("/offers/new", {"by": "text", "document": json.dumps(document), "do": "keep"})
    assert answer.status_code == 302
    assert programmes.versions_of("x")[0].document == document


def test_a_segment_is_picked_by_its_whole_name():
    typed = read_form(QueryDict("valid.segments=买菜、做饭的人&valid.segments=gold"))
    assert typed.document["valid"]["segments"] == ["买菜、做饭的人", "gold"], "a name may hold what parts a list"
