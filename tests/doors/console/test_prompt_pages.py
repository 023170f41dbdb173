"""The pages of cashier prompts: the list, one by store, the form, on and off; who may do what."""

from __future__ import annotations

import pytest
from django.utils import timezone

from huitou.members import service as members
from huitou.members.terms import NewEvent
from huitou.offers.service import prompts
from huitou.offers.terms import Goods
from tests.builders import rows, store_ids

pytestmark = pytest.mark.django_db

FORM = {
    "code": "妈妈群",
    "say_zh": "邀请入妈妈群，并送新手册",
    "say_en": "Invite them to the mothers' group",
    "goods.skus": ["rice"],
    "goods.not_categories": ["酒水"],
    "members_only": "1",
    "starts": "2026-11-01",
    "ends": "",
    "rest_days": "14",
}


@pytest.fixture
def marketer(lasting_chain, as_role):
    return as_role("marketer")


def answered(store: str, outcome: str, number: int = 1) -> None:
    detail = {"prompt": "妈妈群", "outcome": outcome}
    for place in range(number):
        name = f"{store}-{outcome}-{place}"
        members.record_event(NewEvent("pos", name, "prompt", None, store_ids()[store], timezone.now(), detail), None)


def page(client, address: str = "/prompts", status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_a_prompt_is_written_switched_on_changed_and_switched_off(marketer):
    assert "还没有收银提示" in page(marketer)
    made = marketer.post("/prompts/new", FORM)
    assert made["Location"] == "/prompts/one/%E5%A6%88%E5%A6%88%E7%BE%A4"
    (seen,) = prompts.prompts()
    assert seen.prompt.goods == Goods(skus=("rice",), not_categories=("酒水",))
    assert (seen.prompt.members_only, seen.prompt.rest_days, seen.on) == (True, 14, False)

    assert "· 会员" in page(marketer), "whom it is said to, in words that stand alone"

    asked = marketer.post("/prompts/one/妈妈群/on").content.decode()
    assert "在所有收银台提示吗" in asked
    assert not prompts.prompt("妈妈群").on, "asked twice"
    assert marketer.post("/prompts/one/妈妈群/on", {"sure": "1"}).status_code == 302
    assert prompts.prompt("妈妈群").on

    form = page(marketer, "/prompts/one/妈妈群/edit")
    assert 'name="revision" value="2"' in form
    assert "goods.skus=rice" in form
    changed = FORM | {"say_zh": "邀请入妈妈群", "revision": "2"}
    assert marketer.post("/prompts/one/妈妈群/edit", changed).status_code == 302
    assert "邀请入妈妈群" in page(marketer, "/prompts/one/妈妈群")
    stale = marketer.post("/prompts/one/妈妈群/edit", FORM | {"say_zh": "别的话", "revision": "2"})
    assert (stale.status_code, "prompt_changed_meanwhile" in stale.content.decode()) == (409, True)
    assert prompts.prompt("妈妈群").prompt.say_zh == "邀请入妈妈群"

    marketer.post("/prompts/one/妈妈群/off", {"sure": "1"})
    assert not prompts.prompt("妈妈群").on
    trail = rows("SELECT action FROM access_auditentry WHERE action LIKE 'prompt.%%' ORDER BY id")
    assert [action for (action,) in trail] == ["prompt.make", "prompt.on", "prompt.change", "prompt.off"]


@pytest.mark.parametrize(
    ("typed", "code", "because"),
    [
        ({"say_zh": " "}, "prompt_unfit", "it says nothing"),
        ({"goods.skus": [], "goods.not_categories": []}, "prompt_unfit", "no goods"),
        ({"starts": "tomorrow"}, "prompt_unfit", "no day"),
        ({"ends": "2026-10-01"}, "prompt_unfit", "it ends before it begins"),
        ({"rest_days": "-1"}, "prompt_unfit", "no number"),
        ({"code": "points_end"}, "prompt_unfit", "what points say"),
        ({"segment": "nobody"}, "prompt_segment_not_live", "no such segment"),
        ({"goods.skus": ["x" * 5000]}, "price_unreadable", "no sku is so long"),
    ],
)
def test_what_cannot_be_is_refused_and_stays_in_the_form(marketer, typed, code, because):
    answer = marketer.post("/prompts/new", FORM | typed)
    told = answer.content.decode()
    assert (answer.status_code // 100, code in told) == (4, True), because
    assert "Invite them to the mothers" in told, "what was typed is still there"
    assert prompts.prompts() == [], because


def test_what_customers_answered_stands_by_store_and_each_sees_their_own(marketer, as_role):
    marketer.post("/prompts/new", FORM)
    answered("east", "accepted", 3)
    answered("east", "declined")
    answered("west", "declined", 4)
    listed = page(marketer)
    assert "邀请入妈妈群" in listed
    assert "37.5%" in listed, "three of eight"
    one = page(marketer, "/prompts/one/妈妈群")
    assert one.index(">east<") < one.index(">west<"), "as many answers, so by name"
    assert "75.0%" in one
    manager = as_role("store_manager", "east")
    own = page(manager, "/prompts/one/妈妈群")
    assert "75.0%" in own
    assert ">west<" not in own
    assert "37.5%" not in page(manager)


def test_who_may(marketer, as_role):
    marketer.post("/prompts/new", FORM)
    manager = as_role("store_manager", "east")
    assert "/prompts/new" not in page(manager)
    for address in ("/prompts/new", "/prompts/one/妈妈群/edit", "/prompts/one/妈妈群/on"):
        assert manager.post(address, FORM | {"sure": "1", "revision": "1"}).status_code == 403
    assert not prompts.prompt("妈妈群").on
    assert as_role("cashier", "east").get("/prompts").status_code == 403
    page(marketer, "/prompts/one/nobody", status=404)
    assert marketer.post("/prompts/one/妈妈群/away", {"sure": "1"}).status_code == 404


def test_in_english_it_is_said_in_english(lasting_chain, as_role):
    reader = as_role("marketer", language="en")
    reader.post("/prompts/new", FORM | {"code": "baby"})
    one = page(reader, "/prompts/one/baby")
    assert "Invite them to the mothers" in one
    assert "from 1 Nov" in one
    assert "None" not in page(reader)
