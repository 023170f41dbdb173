"""What the language reads, what it refuses and where, and that its schema says the same."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest

from huitou.kernel.errors import filled
from huitou.segments.errors import SegmentsCircular, SegmentTooLarge, SegmentUnreadable
from huitou.segments.rules.document import parsed
from huitou.segments.rules.exchange import read_segment
from huitou.segments.rules.leaves import LEAVES
from huitou.segments.rules.membership import resolved, troubles
from huitou.segments.rules.schema import schema
from huitou.segments.rules.troubles import TROUBLES
from huitou.segments.terms import Known
from tests.offers.schema_walk import HOSTILE, valid
from tests.segments.worlds import LEAF_NAMES, Trees

SCHEMA = schema()


def published(where) -> bool:
    """Whether the published schema takes this tree."""
    return valid(where, SCHEMA["$defs"]["Node"], SCHEMA)


def said(where) -> str:
    return json.dumps({"language": 1, "where": where})


BOUGHT = {"leaf": "bought", "at_least": 3}


@pytest.mark.parametrize(
    ("text", "place", "because"),
    [
        ("", "JSON", "it is empty"),
        ("[]", "top", "a segment is an object"),
        ('{"language": 1}', "where", "nothing is nobody, and has to be meant"),
        ('{"language": 2, "where": {"leaf": "everyone"}}', "language", "another version"),
        ('{"language": true, "where": {"leaf": "everyone"}}', "language", "true is no number"),
        ('{"language": 1, "language": 1, "where": {"leaf": "everyone"}}', "language", "it stands twice"),
        ('{"language": 1, "where": {"leaf": "everyone"}, "limit": 5}', "limit", "nobody reads it"),
        (said({"all": []}), "where.all", "a group of nothing"),
        (said({"all": [BOUGHT], "any": [BOUGHT]}), "where", "a group is one thing"),
        (said({"all": [BOUGHT, {"leaf": "buys"}]}), "where.all[1].leaf", "no such leaf"),
        (said({"leaf": ["bought"]}), "where.leaf", "a leaf's name is a text"),
        (said({"not": [BOUGHT]}), "where.not", "not takes one condition"),
        (said({"leaf": "bought", "at_least": True}), "where.at_least", "a flag is no number"),
        (said({"leaf": "bought", "at_least": 2.5}), "where.at_least", "no half receipts"),
        (said({"leaf": "bought", "at_least": "3"}), "where.at_least", "a text is no number"),
        (said({"leaf": "bought", "at_least": -1}), "where.at_least", "less than none"),
        (said({"leaf": "bought", "at_least": 10**40}), "where.at_least", "more than anybody bought"),
        (said({"leaf": "bought", "often": 3}), "often", "nobody reads it"),
        ('{"language": 1, "where": {"leaf": "bought", "at_least": NaN}}', "NaN", "NaN is no number"),
        ('{"language": 1, "where": {"leaf": "bought", "at_least": 1e400}}', "where.at_least", "endless"),
        (said({"leaf": "spent", "at_least": 12.8}), "where.at_least", "money is exact"),
        (said({"leaf": "spent", "at_least": "12.805"}), "where.at_least", "half a fen"),
        (said({"leaf": "spent", "at_least": "1e3"}), "where.at_least", "no exponent"),
        (said({**BOUGHT, "window": {"since": "2026-02-30"}}), "where.window.since", "no such day"),
        (said({**BOUGHT, "window": {"last_days": 0}}), "where.window.last_days", "no day at all"),
        (said({**BOUGHT, "of": {"weekdays": [8]}}), "where.of.weekdays[0]", "a week has seven days"),
        (said({**BOUGHT, "of": {"categories": []}}), "where.of.categories", "among nothing"),
        (said({**BOUGHT, "of": {"categories": ["  "]}}), "where.of.categories[0]", "a blank"),
        (said({**BOUGHT, "of": {"categories": ["a\u0000"]}}), "where.of.categories[0]", "a NUL"),
        (said({**BOUGHT, "of": {"from_clock": "25:00"}}), "where.of.from_clock", "no such time"),
        (said({"leaf": "layer", "is_one_of": ["platinum"]}), "where.is_one_of[0]", "no such layer"),
        (said({"leaf": "score", "of": "recency", "at_least": 6}), "where.at_least", "scores end at 5"),
        (said({"leaf": "tag"}), "where.tag", "which?"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_place(text, place, because):
    with pytest.raises(SegmentUnreadable) as refused:
        parsed(text)
    assert place in str(refused.value), because


def test_what_is_no_json_is_told_by_where_it_ends_being_one():
    with pytest.raises(SegmentUnreadable) as refused:
        parsed('{"language": 1,\n "where": {]}')
    told = filled(refused.value.message, refused.value.facts, str)
    assert told == "The segment is no JSON: it cannot be read from line 2, character 12 on."


@pytest.mark.parametrize(
    ("text", "because"),
    [
        (said(json.loads('{"not": ' * 400 + '{"leaf": "everyone"}' + "}" * 400)), "nobody reads it"),
        ('{"language": 1, "where": ' + '{"not": ' * 1000 + '{"leaf": "everyone"}' + "}" * 1001, "a thousand levels"),
        ("[" * 100_000, "the parser is not asked"),
        (said({"any": [BOUGHT] * 201}), "200 conditions are many"),
        (" " * 1_000_001, "a million characters"),
    ],
)
def test_what_is_too_large_is_refused_before_it_is_parsed(text, because):
    with pytest.raises(SegmentTooLarge):
        parsed(text)


KNOWN = Known(
    stores=frozenset({"S1", "S2"}),
    placed_stores=frozenset({"S1"}),
    categories=frozenset({"生鲜", "生鲜/水果"}),
    brands=frozenset({"伊利"}),
    skus=frozenset({"P1"}),
    tags=frozenset({"homemaker"}),
    segments=frozenset({"regulars"}),
)
IMPOSSIBLE = [
    ({"leaf": "bought"}, "at_least", "asks_nothing"),
    ({"leaf": "bought", "at_least": 3, "at_most": 2}, "at_most", "backwards"),
    ({"leaf": "spent", "at_least": "2.01", "at_most": "2.00"}, "at_most", "backwards"),
    ({**BOUGHT, "of": {"stores": ["S1", "S9"]}}, "of.stores[1]", "unknown_store"),
    ({**BOUGHT, "of": {"categories": ["生"]}}, "of.categories[0]", "unknown_category"),
    ({**BOUGHT, "of": {"brands": ["蒙牛"]}}, "of.brands[0]", "unknown_brand"),
    ({**BOUGHT, "of": {"skus": ["P2"]}}, "of.skus[0]", "unknown_sku"),
    ({**BOUGHT, "of": {"from_clock": "08:00", "to_clock": "08:00"}}, "of.from_clock", "hours_are_none"),
    ({**BOUGHT, "window": {"last_days": 7, "since": "2026-01-01"}}, "window", "window_two_ways"),
    ({**BOUGHT, "window": {"since": "2026-01-02", "until": "2026-01-01"}}, "window", "window_backwards"),
    ({"leaf": "bought", "count": "days", "at_least": 8, "window": {"last_days": 7}}, "at_least", "days_outside_window"),
    (
        {
            "leaf": "did",
            "of": {"kinds": ["view"]},
            "count": "days",
            "at_least": 3,
            "window": {"since": "2026-01-01", "until": "2026-01-02"},
        },
        "at_least",
        "days_outside_window",
    ),
    ({"leaf": "attribute", "of": "sex", "at_least": 3}, "at_least", "does_not_compare"),
    ({"leaf": "attribute", "of": "age", "is_one_of": ["30"]}, "is_one_of", "does_not_compare"),
    ({"leaf": "attribute", "of": "joined_on", "at_least": 3}, "at_least", "does_not_compare"),
    ({"leaf": "attribute", "of": "age"}, "at_least", "asks_nothing"),
    ({"leaf": "attribute", "of": "age", "known": True, "at_least": 3}, "known", "two_ways"),
    ({"leaf": "attribute", "of": "home_store", "is_one_of": ["S9"]}, "is_one_of[0]", "unknown_store"),
    ({"leaf": "tag", "tag": "student"}, "tag", "unknown_tag"),
    ({"leaf": "likes", "category": "书", "at_least": 20}, "category", "unknown_category"),
    ({"leaf": "birthday", "from_days": 0}, "from_days", "two_ways"),
    ({"leaf": "birthday", "from_days": 0, "to_days": 3, "months": [2]}, "from_days", "two_ways"),
    ({"leaf": "birthday", "from_days": 3, "to_days": 0}, "to_days", "backwards"),
    ({"leaf": "near", "within_metres": 3000}, "store", "two_ways"),
    ({"leaf": "lives_near", "within_metres": 3000}, "store", "two_ways"),
    ({"leaf": "lives_near", "within_metres": 3000, "home_store": False}, "store", "two_ways"),
    ({"leaf": "lives_near", "within_metres": 3000, "home_store": True, "store": "S1"}, "store", "two_ways"),
    ({"leaf": "lives_near", "within_metres": 3000, "store": "S9"}, "store", "unknown_store"),
    ({"leaf": "lives_near", "within_metres": 3000, "store": "S2"}, "store", "store_without_place"),
    (
        {"leaf": "lives_near", "within_metres": 3000, "point": {"latitude": "91", "longitude": "0"}},
        "point.latitude",
        "backwards",
    ),
    ({"leaf": "attribute", "of": "place", "is_one_of": ["x"]}, "is_one_of", "does_not_compare"),
    ({"leaf": "attribute", "of": "place"}, "known", "asks_nothing"),
    ({"leaf": "near", "within_metres": 3000, "store": "S9"}, "store", "unknown_store"),
    ({"leaf": "near", "within_metres": 3000, "store": "S2"}, "store", "store_without_place"),
    ({"leaf": "bucket", "seed": "a", "of": 10, "first": 0, "last": 10}, "last", "bucket_outside"),
    ({"leaf": "segment", "segment": "gone"}, "segment", "segment_unknown"),
    ({"leaf": "bought_on", "which": "last", "on": {}}, "on", "asks_nothing"),
    (
        {"leaf": "sequence", "first": {}, "then": {"bought": {}}, "within_days": 7},
        "first",
        "two_ways",
    ),
]


@pytest.mark.parametrize(("leaf", "at", "code"), IMPOSSIBLE)
def test_what_cannot_be_is_named_at_its_place(leaf, at, code):
    segment = parsed(said({"all": [{"leaf": "everyone"}, {"not": leaf}]}))
    ((where, trouble),) = troubles(segment.where, KNOWN)
    assert (where, trouble.code) == (f"where.all[1].not.{at}", code)
    told = filled(TROUBLES[code], {"where": "HERE", **trouble.facts})
    assert not re.search("[a-z]_[a-z]", told), "a marketer reads it, who has never seen the JSON"


@pytest.mark.parametrize(
    ("leaf", "told", "spelled"),
    [
        (
            {"leaf": "attribute", "of": "age", "is_one_of": ["30"]},
            "age goes by a least, a most or whether it was told, and not by one of some words.",
            "age goes by a least (at_least), a most (at_most) or whether it was told (known), "
            "and not by one of some words (is_one_of).",
        ),
        (
            {"leaf": "near", "within_metres": 3000},
            "say exactly one of a store or a point on the map.",
            "say exactly one of a store (store) or a point on the map (point).",
        ),
    ],
)
def test_fields_are_named_in_words_and_beside_them_as_a_file_writes_them(leaf, told, spelled):
    ((_, trouble),) = troubles(parsed(said(leaf)).where, KNOWN)
    says = TROUBLES[trouble.code].partition(": ")[2]
    assert filled(says, trouble.facts) == told, "for whoever builds it on a page"
    assert filled(says, trouble.facts, raw=True) == spelled, "for whoever writes the file"


def test_every_trouble_is_shown_by_an_example():
    assert {code for _, _, code in IMPOSSIBLE} == set(TROUBLES)


def test_segments_that_name_each_other_in_a_circle_are_refused():
    named = {
        name: parsed(said({"not": {"leaf": "segment", "segment": other}})).where
        for name, other in (("a", "b"), ("b", "c"), ("c", "a"))
    }
    with pytest.raises(SegmentsCircular, match="a → b → c → a"):
        resolved(named["a"], named, ("a",))


def test_segments_that_grow_by_naming_each_other_are_refused():
    named = {"0": parsed(said({"leaf": "everyone"})).where}
    for step in range(1, 9):
        part = {"leaf": "segment", "segment": str(step - 1)}
        named[str(step)] = parsed(said({"any": [part] * 200})).where
    with pytest.raises(SegmentTooLarge):
        resolved(named["8"], named, ("8",))


def test_a_reference_is_the_other_segments_tree():
    other = parsed(said(BOUGHT)).where
    assert resolved(parsed(said({"not": {"leaf": "segment", "segment": "x"}})).where, {"x": other}).of == other


def test_the_schema_takes_what_the_reader_takes():
    drawn = Trees(7, date(2026, 11, 28))
    for name in LEAF_NAMES * 5:
        where = {"any": [{"not": drawn.leaf(name)}]}
        assert published(where), where
        parsed(said(where))


def test_whatever_stands_in_a_field_is_read_or_refused_in_our_words():
    drawn = Trees(11, date(2026, 11, 28))
    read = refused = 0
    for name in LEAF_NAMES * 2:
        leaf = drawn.leaf(name)
        for field in [*leaf, "strange"]:
            for value in HOSTILE:
                where = {**leaf, field: value}
                try:
                    read_segment({"language": 1, "where": where})
                    read += 1
                    assert published(where), where
                except SegmentUnreadable as refusal:
                    refused += bool(str(refusal) and refusal.remedy)
    assert read > 50
    assert refused > 5000


def test_the_schema_refuses_an_unknown_field_and_an_unknown_leaf():
    for where in ({**BOUGHT, "often": 3}, {"leaf": "buys"}, {"all": []}, {"leaf": "bought", "at_least": True}):
        assert not published(where)


def test_trees_are_values():
    one, other = (parsed(said({"all": [BOUGHT, {"leaf": "tier", "is_one_of": ["gold"]}]})) for _ in range(2))
    assert one == other
    assert hash(one) == hash(other), "so an answer can be kept by its leaf"
    assert set(LEAVES) == {*LEAF_NAMES, "segment"}
