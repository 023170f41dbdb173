"""The sentence of an offer, as the shop's shelf and till say it."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from tests.offers.schema_walk import REQUEST, Place, places, resolved, with_value
from tests.offers.test_every_field import example

from huitou.kernel.errors import HuitouError
from huitou.offers.rules.kinds import KINDS
from huitou.offers.rules.sentence import LANGUAGES, chinese_kinds, english_kinds, say
from huitou.offers.service import compile_programme, read_offers
from huitou.offers.terms.kept import OfferTerms
from huitou.offers.terms.said import Names

NAMES = Names(
    skus={"6901": "低温鲜奶 950ml"},
    stores={"s1": "滨江店"},
    tiers={"gold": "黄金"},
    coupons={"home": "周末回家券"},
    year=2026,
    terms=OfferTerms(per_member_day=2),
)
MILK = {"categories": ["乳品/鲜奶"]}


def offer(get: dict[str, Any], **more: Any) -> Any:
    (read,) = read_offers([{"id": "x", "get": get, **more}])
    return read


@pytest.mark.parametrize(
    ("said", "chinese", "english", "because"),
    [
        (
            offer(
                {"kind": "nth_unit", "goods": MILK},
                valid={"weekdays": [1, 2, 3, 4, 5], "from_hour": "08:00", "to_hour": "10:00"},
            ),
            "周一至周五 8:00～10:00，鲜奶第二件半价（优惠其中较便宜的），每位会员每天限 2 次。",
            "Monday to Friday, 8:00–10:00: 鲜奶, the second half price (the cheaper ones). "
            "Twice a day for each member.",
            "when, what, how often",
        ),
        (
            offer(
                {
                    "kind": "threshold",
                    "steps": [
                        {"least_amount": "88.00", "amount": "30.00"},
                        {"least_amount": "168.00", "amount": "60.00"},
                    ],
                },
                buy=[{"goods": {"not_categories": ["烟酒"]}}],
                valid={"weekdays": [5, 6, 7], "coupon": "home", "starts": "2026-11-28", "ends": "2026-12-27"},
            ),
            "11月28日～12月27日 周五至周日，持周末回家券，全场商品（烟酒除外）满 88 元减 30 元，满 168 元减 60 元，"
            "取最高一档，每位会员每天限 2 次。",
            "28 Nov to 27 Dec, Friday to Sunday, with the coupon 周末回家券: 30 yuan off from 88 yuan on, or 60 yuan "
            "off from 168 yuan on, whichever is higher, on everything (烟酒 excluded). Twice a day for each member.",
            "the goods of a need that asks nothing are said once",
        ),
        (
            offer(
                {"kind": "fixed_price", "price": "13.80", "goods": {"skus": ["6901"]}},
                valid={"tiers": ["gold"], "stores": ["s1"]},
            ),
            "黄金会员，限滨江店，低温鲜奶 950ml，每件 13.80 元，每位会员每天限 2 次。",
            "For 黄金 members, in 滨江店: 低温鲜奶 950ml for 13.80 yuan each. Twice a day for each member.",
            "codes are said by their names, with a half space beside Latin letters",
        ),
        (
            offer(
                {"kind": "percent_off", "percent": "12"},
                valid={"from_hour": "22:00", "to_hour": "02:00"},
                stack="never",
            ),
            "22:00～次日 2:00，全场 8.8 折，参加的商品不再享受其他优惠，每位会员每天限 2 次。",
            "22:00–2:00 of the next day: everything, 12% off. No other offer on the same goods. "
            "Twice a day for each member.",
            "12% off is 8.8 折; over midnight it says the next day",
        ),
        (
            offer(
                {"kind": "points_bonus", "multiply": "200"},
                buy=[{"goods": MILK, "least_amount": "30.00"}],
                valid={"birthday_month": True},
            ),
            "生日当月的会员，购鲜奶满 30 元，这些商品双倍积分，每位会员每天限 2 次。",
            "For members in the month of their birthday: buy 30 yuan or more of 鲜奶: double points for these goods. "
            "Twice a day for each member.",
            "the goods that are doubled are those of the need, not the whole basket",
        ),
    ],
)
def test_the_sentence(said, chinese, english, because):
    assert say(said, "zh", NAMES).customer == chinese, because
    assert say(said, "en", NAMES).customer == english, because


def test_who_pays_and_how_it_combines_is_for_the_house():
    funded = offer(
        {"kind": "percent_off", "percent": "20", "spread": "pieces"}, priority=3,
        funding=[{"payer": "伊利", "percent": "40"}, {"payer": "本店", "percent": "60"}],
    )  # fmt: skip
    assert say(funded, "zh").customer == "全场 8 折。"
    assert say(funded, "zh").inside == "优先级 3；优惠按件数分摊；伊利承担 40%、本店承担 60%。"
    assert say(funded, "en").inside == "Priority 3. Spread over the goods by pieces. Paid by 伊利 40%, 本店 60%."


@pytest.mark.parametrize(
    ("terms", "chinese", "english"),
    [
        (OfferTerms(uses=500), "全场 8 折，总共限 500 次。", "Everything, 20% off. 500 times altogether."),
        (OfferTerms(per_member=1), "全场 8 折，每位会员限 1 次。", "Everything, 20% off. Once for each member."),
        (
            OfferTerms(per_store_day=200),
            "全场 8 折，每家门店每天限 200 次。",
            "Everything, 20% off. 200 times a day in each store.",
        ),
        (
            OfferTerms(budget_fen=3_000_00),
            "全场 8 折，优惠满 3,000 元即止。",
            "Everything, 20% off. Until 3,000 yuan are given.",
        ),
    ],
)
def test_how_often_it_holds(terms, chinese, english):
    eighth = offer({"kind": "percent_off", "percent": "20"})
    assert say(eighth, "zh", Names(terms=terms)).customer == chinese
    assert say(eighth, "en", Names(terms=terms)).customer == english


def test_each_kind_has_its_phrase_in_each_language():
    assert set(KINDS) == set(chinese_kinds.KINDS) == set(english_kinds.KINDS)


# ---- every field leaves its mark

ALIKE = {"id": "a key, not a promise", "name": "the name of the sentence, not a part of it"}
PAIRS = {"string": ("甲", "乙"), "integer": (3, 4), "boolean": (False, True)}
SPECIAL = {
    "starts": ("2026-03-01", "2026-03-02"), "ends": ("2026-03-01", "2026-03-02T21:30"),
    "from_hour": ("08:00", "09:00"), "to_hour": ("08:00", "24:00"),
    "percent": ("20", "30"), "multiply": ("200", "250"), "stage": (None, "coupon"), "scope": ("units", "receipt"),
    "stack": ("usual", "never"), "base": ("stage", "initial"), "per": ("unit", "lot"), "pick": ("cheapest", "dearest"),
    "most_units_of": ("basket", "line"), "spread": ("value", "pieces"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("currency", "chinese", "english"),
    [
        ("CNY", "全场满 100 元减 1 元。", "1 yuan off from 100 yuan on."),
        ("GBP", "全场满 100 英镑减 1 英镑。", "1 pound off from 100 pounds on."),
        ("USD", "全场满 100 美元减 1 美元。", "1 dollar off from 100 dollars on."),
        ("EUR", "全场满 100 欧元减 1 欧元。", "1 euro off from 100 euros on."),
        ("HKD", "全场满 100 HKD减 1 HKD。", "1 HKD off from 100 HKD on."),
    ],
)
def test_amounts_are_said_in_the_chains_currency(currency, chinese, english):
    ladder = offer({"kind": "threshold", "steps": [{"least_amount": "100.00", "amount": "1.00"}]})
    assert say(ladder, "zh", Names(currency=currency)).customer == chinese
    assert say(ladder, "en", Names(currency=currency)).customer == english


def pair_for(place: Place) -> tuple[Any, Any] | None:
    """Two values that mean different things there; None for what holds others."""
    schema, whole = resolved(place.schema, place.whole)
    for arms in ("anyOf", "oneOf"):
        if arms in schema:
            schema, _ = resolved(schema[arms][0], whole)
    if place.path[-1] in SPECIAL and "properties" not in schema:
        return SPECIAL[place.path[-1]]
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "string" and "pattern" in schema:
        return "3.00", "4.00"
    return PAIRS.get(kind)


def said(document: Any) -> tuple[Any, ...] | None:
    try:
        read = read_offers(document["offers"][:1])[0]
        compile_programme([read])
    except HuitouError:
        return None
    return read, *((say(read, language).customer, say(read, language).inside) for language in LANGUAGES)


def unsaid(kind: str) -> list[str]:
    """Fields of which two values give one sentence."""
    request = copy.deepcopy(example(kind))
    request["offers"][0]["buy"] = [{"goods": {"brands": ["丙"]}, "least_pieces": 2, "least_amount": "5.00"}]
    found = []
    for place in places(REQUEST, REQUEST, request):
        if place.path[:2] != ("offers", 0) or place.path[-1] in ALIKE or (pair := pair_for(place)) is None:
            continue
        one, other = (said(with_value(request, place, value)) for value in pair)
        if one is None or other is None or one[0] == other[0]:
            continue
        found += [str(place) for mine, theirs in zip(one[1:], other[1:], strict=True) if mine == theirs]
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_leaves_its_mark(kind):
    assert unsaid(kind) == []


def test_a_field_that_is_forgotten_is_seen(monkeypatch):
    monkeypatch.setattr("huitou.offers.rules.sentence.chinese._limits", lambda limits, names: iter(()))
    assert "offers.0.limits.budget" in unsaid("percent_off")
