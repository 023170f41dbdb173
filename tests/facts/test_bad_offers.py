"""Offers that contradict themselves and absurd baskets: a clear refusal, at once."""

from __future__ import annotations

import json

import pytest
from tests.facts.baskets import WEDNESDAY, line, of, offer, refused_at_once

from huitou.kernel.errors import HuitouError
from huitou.offers.errors import OfferRefused, UnknownField
from huitou.offers.rules.troubles import TROUBLES, WARNINGS
from huitou.offers.service import lint_offers, parse_request, price_json, read_offers

STEP = {"least_amount": "100.00", "amount": "10.00"}
HALF = [{"payer": "store", "percent": "50"}]


def ladder(*steps, **more):
    return offer("x", "threshold", steps=list(steps), **more)


def when(**valid):
    return offer("x", "stamps", at={"valid": valid})


def limited(units, kind, **get):
    return offer("x", kind, at={"limits": {"units": units}}, **get)


REFUSED = [
    (when(starts="2026-11-12T00:00:00", ends="2026-11-11T00:00:00"), "window_never_opens", "it ends before it starts"),
    (when(starts="2026-11-12", ends="2026-11-11"), "window_never_opens", "the same in days"),
    (when(from_hour="08:00", to_hour="08:00"), "window_never_opens", "it closes as it opens"),
    (when(starts="2026-11-09", ends="2026-11-13", weekdays=[6, 7]), "window_never_opens", "Monday to Friday, weekends"),
    (
        when(starts="2026-11-11T12:00:00", ends="2026-11-11T14:00:00", from_hour="18:00", to_hour="20:00"),
        "window_never_opens",
        "noon and an evening hour never meet",
    ),
    (
        when(starts="2026-11-11", ends="2026-11-12T00:00:00+08:00"),
        "window_mixes_offsets",
        "which of the two is first depends on the store's zone",
    ),
    (offer("x", "nth_unit", at={"stage": "order"}), "stage_not_for_kind", "a deal stands in deal"),
    (offer("x", "nth_unit", at={"group": "g"}), "group_outside_order", "deals exclude each other by their units"),
    (ladder(STEP, at={"group_most": 0}), "number_below_one", "none of the group could apply"),
    (ladder(STEP, at={"scope": "receipt"}), "scope_without_never", "alone on the receipt, and combined"),
    (ladder(STEP, at={"buy": [{"least_pieces": 3, "most_pieces": 2}]}), "need_asks_backwards", "3 are not 2 at most"),
    (ladder(STEP, at={"funding": HALF}), "shares_do_not_sum", "who pays the other half"),
    (
        offer("x", "percent_off", percent="5", goods={"skus": ["a"], "not_skus": ["a", "b"]}),
        "goods_match_nothing",
        "all of them are excluded",
    ),
    (
        offer("x", "percent_off", percent="5", goods={"categories": ["生鲜/水果"], "not_categories": ["生鲜"]}),
        "goods_match_nothing",
        "excluded with all that is below",
    ),
    (
        offer("x", "percent_off", percent="5", goods={"categories": ["生鲜/"]}),
        "goods_match_nothing",
        "no path ends with a slash",
    ),
    (
        offer("x", "buy_get", get_goods={"brands": ["B"], "not_brands": ["B"]}),
        "goods_match_nothing",
        "nothing could be given",
    ),
    (
        ladder(STEP, at={"buy": [{"goods": {"suppliers": ["s"], "not_suppliers": ["s"]}, "least_pieces": 1}]}),
        "goods_match_nothing",
        "a need that nothing can serve",
    ),
    (ladder(), "ladder_without_step", "it gives nothing"),
    (
        ladder({"least_amount": "200.00", "amount": "10.00"}, STEP),
        "ladder_goes_down",
        "the second step asks for less",
    ),
    (ladder(STEP, {"least_amount": "200.00", "amount": "5.00"}), "ladder_goes_down", "who buys more gets less"),
    (ladder({"least_amount": "100.00"}), "step_gives_one_thing", "it gives nothing"),
    (ladder({**STEP, "percent": "10"}), "step_gives_one_thing", "it gives two things"),
    (ladder(STEP, {"least_amount": "200.00", "amount": "20.00"}, every=True), "every_takes_one_step", "one step"),
    (ladder({"least_amount": "100.00", "percent": "10"}, every=True), "every_takes_an_amount", "ten times 10 %"),
    (ladder(STEP, per="unit"), "threshold_is_over_the_lot", "a threshold of one unit"),
    (offer("x", "percent_off", percent="101"), "percent_out_of_range", "more than all"),
    (offer("x", "percent_off", percent="0"), "percent_out_of_range", "nothing"),
    (offer("x", "percent_off", percent="5", most_units=0), "number_below_one", "no unit"),
    (offer("x", "percent_off", percent="5", most="0.00"), "amount_below_one_fen", "a cap of nothing"),
    (offer("x", "amount_off", amount="0.00"), "amount_below_one_fen", "nothing off"),
    (offer("x", "bundle", groups=[{}], amount="0.00"), "amount_below_one_fen", "nothing off"),
    (offer("x", "buy_get", amount="0.00"), "amount_below_one_fen", "nothing off"),
    (offer("x", "fixed_price", price="1.00", per="lot"), "fixed_price_is_per_unit", "a price is that of a unit"),
    (offer("x", "bundle", groups=[], price="9.00"), "bundle_without_group", "of what it is made, nobody said"),
    (offer("x", "bundle", groups=[{"pieces": 0}], price="9.00"), "number_below_one", "of no piece"),
    (offer("x", "bundle", groups=[{}]), "gives_one_thing", "neither price nor percent nor amount"),
    (offer("x", "bundle", groups=[{}], price="9.00", percent="5"), "gives_one_thing", "two of the three"),
    (offer("x", "cheapest_free", group=2, free=3), "more_free_than_bought", "three of two"),
    (offer("x", "points_bonus", multiply="50"), "bonus_takes_points", "half the points is no bonus"),
    (offer("x", "points_bonus"), "gives_nothing", "one time the points is what the rules give"),
    (offer("x", "gift", gifts=[]), "gives_nothing", "no gift"),
    (offer("x", "stamps", at={"group": "g"}), "benefit_excludes_nothing", "a group of money offers excludes no stamps"),
    (offer("x", "gift", gifts=[{"sku": "a"}], at={"stack": "never"}), "benefit_excludes_nothing", "nor does `never`"),
]

WARNED = [
    (ladder({"amount": "5.00"}), "step_asks_nothing", "满0减5: every basket reaches it"),
    (ladder({"least_amount": "10.00", "amount": "30.00"}), "gives_more_than_it_asks", "满10减30"),
    (offer("x", "cheapest_free", group=3, free=3), "every_unit_is_the_cheapest", "买三送三: all is free"),
    (offer("x", "nth_unit", n=1), "every_unit_is_the_cheapest", "第一件半价 is half price"),
    (
        limited(2, "bundle", groups=[{"pieces": 3}], price="9.00"),
        "limit_below_one_application",
        "three pieces make it and two are left",
    ),
    (offer("x", "fixed_price", price="10.00", goods=of("a")), "price_above_normal", "a costs 10.00 anyway"),
    (
        offer("x", "bundle", groups=[{"goods": of("a"), "pieces": 2}], price="20.01"),
        "price_above_normal",
        "two of them cost 20.00 anyway",
    ),
    (offer("x", "add_on", goods=of("a"), price="10.00"), "price_above_normal", "a costs 10.00 anyway"),
    (
        offer("x", "buy_get", buy_goods=of("b"), get_goods=of("a"), price="10.00"),
        "price_above_normal",
        "whatever b costs: a is what is given",
    ),
]
BASKET = [line("a", "10.00", 3), line("b", "50.00")]


@pytest.mark.parametrize(("bad", "code", "because"), REFUSED, ids=lambda value: value if isinstance(value, str) else "")
def test_an_offer_that_contradicts_itself_is_refused(bad, code, because):
    with pytest.raises(OfferRefused) as refusal:
        price_json({"at": WEDNESDAY, "basket": BASKET, "offers": [bad]})
    assert refusal.value.code == code, because
    assert refusal.value.remedy
    assert "offer" in str(refusal.value) or "bundle" in str(refusal.value), "it says which one"


@pytest.mark.parametrize(("odd", "code", "because"), WARNED, ids=lambda value: value if isinstance(value, str) else "")
def test_what_is_probably_not_meant_is_warned_of(odd, code, because):
    answer = price_json({"at": WEDNESDAY, "basket": BASKET, "offers": [odd]})
    (warning,) = answer["warnings"]
    assert (warning["offer"], warning["code"]) == ("x", code), because
    assert warning["message"]
    assert warning["next_step"]


SOUND = [
    (when(starts="2026-11-09", ends="2026-11-14", weekdays=[6]), "the Saturday is in it"),
    (when(starts="2026-11-14", ends="2026-11-14"), "one day, the whole of it"),
    (when(starts="2026-11-14T01:00:00", ends="2026-11-14T01:30:00", from_hour="22:00", to_hour="02:00", weekdays=[5]),
     "in the night after Friday evening"),
    (when(from_hour="18:00", to_hour="24:00"), "to the end of the day"),
    (limited(3, "bundle", groups=[{"pieces": 3}], price="9.00"), "once it can apply"),
    (offer("x", "fixed_price", price="10.00", goods=of("a", "c")), "what c costs is not known"),
    (offer("x", "fixed_price", price="9.99", goods=of("a")), "a fen less"),
    (offer("x", "percent_off", percent="5", goods={"categories": ["生鲜"], "not_categories": ["生鲜/水果"]}),
     "some is excluded, not all"),
]  # fmt: skip


@pytest.mark.parametrize(("sound", "because"), SOUND, ids=lambda value: value if isinstance(value, str) else "")
def test_what_is_sound_is_left_alone(sound, because):
    assert price_json({"at": WEDNESDAY, "basket": BASKET, "offers": [sound]})["warnings"] == [], because


def test_a_limit_that_is_nearly_used_up_is_said_as_such():
    bundle = limited(2, "bundle", groups=[{"pieces": 3}], price="9.00")
    (why,) = price_json({"at": WEDNESDAY, "basket": BASKET, "offers": [bundle]})["not_applied"]
    assert why["reason"] == "limit_reached"


def test_gifts_of_one_sku_add_up():
    twice = offer("x", "gift", gifts=[{"sku": "bag"}, {"sku": "bag", "pieces": 2}])
    (given,) = price_json({"at": WEDNESDAY, "basket": BASKET, "offers": [twice]})["benefits"]
    assert given["given"] == {"gifts": [{"sku": "bag", "pieces": 3}]}, "both entries are handed out, not the last alone"


def test_two_offers_of_one_name():
    assert [one.code for one in lint_offers(read_offers([offer("x", "stamps")] * 2))] == ["id_twice"]


def test_every_finding_is_said_at_once():
    bad = [when(from_hour="08:00", to_hour="08:00"), ladder(), offer("y", "gift", gifts=[])]
    found = lint_offers(read_offers(bad))
    assert [(one.offer, one.code) for one in found] == [
        ("x", "window_never_opens"),
        ("x", "id_twice"),
        ("x", "ladder_without_step"),
        ("y", "gives_nothing"),
    ]


def test_every_code_was_seen():
    assert {code for _, code, _ in [*REFUSED, *WARNED]} | {"id_twice"} == set(TROUBLES)
    assert {code for _, code, _ in WARNED} == set(WARNINGS)


EMPTY = ("skus", "categories", "not_tags")


@pytest.mark.parametrize("name", EMPTY)
def test_an_empty_list_does_not_become_everything(name):
    bad = offer("x", "percent_off", percent="5", goods={name: []})
    with pytest.raises(HuitouError) as refusal:
        price_json({"at": WEDNESDAY, "basket": BASKET, "offers": [bad]})
    assert refusal.value.code == "price_unreadable", "the last sku taken out of a list would put all goods on sale"


@pytest.mark.parametrize("name", ["weekdays", "stores", "channels", "tiers", "segments"])
def test_an_empty_list_does_not_become_always(name):
    with pytest.raises(HuitouError) as refusal:
        price_json({"at": WEDNESDAY, "basket": BASKET, "offers": [when(**{name: []})]})
    assert refusal.value.code == "price_unreadable"


MANY = [
    ({"basket": [line("a", "1.00")] * 1001}, "price_too_many", "1,001 lines"),
    ({"basket": [line("a", "1.00")] * 300_000}, "price_too_many", "before any of them is read"),
    ({"offers": [offer("x", "stamps")] * 20_001}, "price_too_many", "20,001 offers"),
    ({"coupons": [{"id": "1", "kind": "a"}] * 100_001}, "price_too_many", "a wallet of 100,001 coupons"),
    ({"tenders": [{"kind": "points", "id": "p", "amount": "1.00"}] * 101}, "price_too_many", "101 payments"),
    ({"earn_rules": [{"id": "r"}] * 1001}, "price_too_many", "1,001 rules"),
    ({"taxes": [{"percent": "1"}] * 1001}, "price_too_many", "1,001 taxes"),
    ({"member": {"segments": ["s"] * 10_001}}, "price_too_many", "10,001 segments"),
    ({"offers": [offer("x", "percent_off", percent="5", goods=of(*["a"] * 10_001))]}, "price_too_many", "of one offer"),
    ({"offers": [ladder(*[STEP] * 101)]}, "price_too_many", "a ladder of 101 steps"),
    ({"basket": [line("a", "1.00", 10**9)]}, "price_out_of_range", "10^9 units"),
    ({"basket": [line("a", "1.00", 10**5000)]}, "price_out_of_range", "a number that Python does not spell"),
    ({"basket": [line("a", "1.00", 5000)] * 3}, "basket_too_large", "15,000 pieces on three lines"),
    ({"basket": [line("a", "1.00", 0)]}, "price_out_of_range", "no piece"),
    ({"basket": [line("a", "1.00", -1)]}, "price_out_of_range", "a return is no pricing"),
    ({"basket": [line("a", "-1.00")]}, "price_out_of_range", "a price below zero"),
    ({"basket": [line("a", "1000000.01")]}, "price_out_of_range", "more than a million for one unit"),
    ({"basket": [line("a", "99999999999999999999")]}, "price_out_of_range", "more than money counts"),
    ({"basket": [line("a", "1e999999999")]}, "price_unreadable", "an exponent"),
    ({"basket": [line("a", "NaN")]}, "price_unreadable", "no number"),
    ({"basket": [line("a", "1.005")]}, "price_unreadable", "half a fen"),
    ({"basket": [line("a", "1." + "0" * 40 + "1")]}, "price_unreadable", "a hair more than 1.00"),
    ({"basket": [line("a", 1.5)]}, "price_unreadable", "a binary fraction has lost digits"),
    ({"basket": [line("a", 1280)]}, "price_unreadable", "yuan or fen: nobody knows"),
    ({"basket": [line("", "1.00")]}, "price_unreadable", "a line of nothing"),
    ({"basket": [{"sku": "a"}]}, "price_unreadable", "without a price"),
    ({"basket": [line("a", "1.00", colour="red")]}, "price_unknown_field", "nobody reads it"),
    ({"basket": [line("a", "1.00", 2, weight="0.500")]}, "price_out_of_range", "a weighed piece is one"),
    ({"basket": [line("a", "1.00", tax=[{"percent": "101"}])]}, "price_out_of_range", "more tax than price"),
    ({"taxes": [{"percent": "101"}]}, "price_out_of_range", "more tax than price"),
    ({"coupons": [{"id": "1", "kind": "a"}] * 2}, "price_named_twice", "one coupon would serve twice"),
    ({"earn_rules": [{"id": "r", "per_piece": 1}] * 2}, "price_named_twice", "one rule would give its points twice"),
    ({"coupons": [{"id": "", "kind": "a"}]}, "price_unreadable", "nobody could say that it was used"),
    ({"offers": [offer(" ", "stamps")]}, "price_unreadable", "an offer without a name"),
    ({"offers": [when(stores=[""])]}, "price_unreadable", "a store without a name is every till that names none"),
    ({"offers": [when(tiers=[" "])]}, "price_unreadable", "a tier without a name is everybody without one"),
    ({"offers": [offer("x", "next_coupon", coupon="")]}, "price_unreadable", "a coupon of no kind"),
    ({"offers": [offer("x", "gift", gifts=[{"sku": ""}])]}, "price_unreadable", "a gift that nobody could find"),
    (
        {"offers": [ladder(STEP, at={"funding": [{"payer": "", "percent": "100"}]})]},
        "price_unreadable",
        "paid by nobody",
    ),
    ({"zone": "Mars/Olympus"}, "price_unreadable", "no such place"),
    ({"at": "2026-11-11"}, "price_unreadable", "a day is no moment: at which hour?"),
]


@pytest.mark.parametrize(("changed", "code", "because"), MANY, ids=[because for _, _, because in MANY])
def test_an_absurd_request_is_refused_at_once(changed, code, because):
    request = {"at": WEDNESDAY, "basket": [line("a", "1.00")], "offers": [], **changed}
    refusal = refused_at_once(lambda: price_json(request))
    assert refusal.code == code, because
    assert refusal.remedy
    assert len(str(refusal)) < 200


TEXTS = [case for case in MANY if case[1] == "price_too_many"]


@pytest.mark.parametrize(("changed", "code", "because"), TEXTS, ids=[because for _, _, because in TEXTS])
def test_an_absurd_text_is_refused_before_all_of_it_is_parsed(changed, code, because):
    text = json.dumps({"at": WEDNESDAY, "basket": [], **changed}, ensure_ascii=False).encode()
    assert refused_at_once(lambda: price_json(parse_request(text))).code == code, because


MANY_OFFERS = [offer(f"o{number}", "percent_off", percent="5", goods=of("x" * 200)) for number in range(20_000)]
BESIDE = [
    ({"basket": [line("a", "1.00")] * 300_000}, "price_too_many", "300,000 lines"),
    ({"basket": [line("a", "1.00")] * 1001}, "price_too_many", "1,001 lines"),
    ({"basket": [line("a", "1.00", 10**9)]}, "price_out_of_range", "10^9 units"),
    ({"basket": [line("a", "-1.00")]}, "price_out_of_range", "a price below zero"),
    ({"basket": [line("a", "1.00", 5000)] * 3}, "basket_too_large", "15,000 pieces on three lines"),
    ({"tenders": [{"kind": "points", "id": "p", "amount": "1.00"}] * 101}, "price_too_many", "101 payments"),
]


@pytest.fixture(scope="module")
def offers_first() -> str:
    return json.dumps({"at": WEDNESDAY, "offers": MANY_OFFERS})[:-1]


@pytest.mark.parametrize(("beside", "code", "because"), BESIDE, ids=[because for _, _, because in BESIDE])
def test_what_is_absurd_behind_twenty_thousand_offers_is_refused_before_they_are_parsed(
    offers_first, beside, code, because
):
    text = f"{offers_first}, {json.dumps(beside)[1:]}".encode()
    assert refused_at_once(lambda: parse_request(text)).code == code, because


@pytest.mark.parametrize(
    "text",
    ["", "[", "{", "{}x",
     '{"at" 1}', '{"at": 1,}', '{"at": 1 "b": 2}', "{1: 2}", '{"basket": [1 2]}', '{"basket": [1,]}',
     '{"basket": [', '{"basket": [1', '{"at": "unended', "[" * 100_000, '{"at":' * 100_000, "9" * 5000],
)  # fmt: skip
def test_what_is_no_json_is_no_request(text):
    with pytest.raises((ValueError, RecursionError)):
        parse_request(text.encode())


def test_a_part_that_stands_twice_is_no_request():
    with pytest.raises(ValueError, match="basket stands twice"):
        parse_request(b'{"basket": [], "basket": [1]}')


def test_a_name_that_nobody_reads_is_refused_before_what_it_holds():
    with pytest.raises(UnknownField):
        parse_request(b'{"lines": [no json')


@pytest.mark.parametrize(
    "document",
    [
        {},
        [],
        1,
        "x",
        None,
        {"basket": []},
        {"basket": [1, {}], "member": {"b": [1, "é", None]}},
        {"offers": [[], "]}"]},
    ],
)
def test_what_is_json_is_parsed_as_it_stands(document):
    for text in (json.dumps(document), json.dumps(document, indent=2), json.dumps(document, ensure_ascii=False)):
        assert parse_request(text.encode()) == document
    assert parse_request(json.dumps(document).encode("utf-16")) == document


@pytest.mark.parametrize(
    "beside",
    [
        {"delivery_fee": "-1.00"},
        {"tenders": [{"kind": "points", "id": "p", "amount": "-1.00"}]},
        {"earn_rules": [{"id": "r", "points": -3}]},
        {"earn_rules": [{"id": "r", "per_piece": -5}]},
        {"earn_rules": [{"id": "r", "per_amount": "-0.01"}]},
    ],
)
def test_nothing_beside_the_basket_is_below_zero(beside):
    with pytest.raises(HuitouError) as refusal:
        price_json({"at": WEDNESDAY, "basket": [line("a", "10.00")], "offers": [], **beside})
    assert refusal.value.code == "price_out_of_range"
