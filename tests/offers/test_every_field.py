"""Every field of the published schemas with every hostile value: a clear refusal or an answer, never a trap.

Fields are read off the schemas, and the sound request of each kind off its page: a new kind is covered by itself.
"""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest

from huitou.kernel.errors import HuitouError
from huitou.offers.rules.kinds import KINDS
from huitou.offers.service import price_json, read_offers
from tests.facts.baskets import refused_at_once
from tests.offers.schema_walk import DOCS, HOSTILE, OFFER, REQUEST, Place, places, resolved, valid, with_value

Json = Any
EXAMPLE = re.compile(r"^```json\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BESIDE = {
    "member": {"id": "M1"},
    "coupons": [{"id": "1", "kind": "a"}],
    "earn_rules": [{"id": "r", "per_amount": "1.00"}],
    "taxes": [{"percent": "13"}],
    "tenders": [{"kind": "points", "id": "p", "amount": "1.00"}],
}


def example(kind: str) -> Json:
    """The request of the kind's page: the kind's own offer first."""
    request = json.loads(EXAMPLE.findall((DOCS / "offers" / f"{kind}.md").read_text())[0])
    request["offers"].sort(key=lambda offer: offer["get"]["kind"] != kind)
    return request


def refused(document: Json) -> HuitouError | None:
    """What is refused within the time, with a code, a sentence and a next step; anything else than that is a trap."""

    def price() -> Json:
        return price_json(document, clock=time.perf_counter_ns, deadline_ms=30)

    try:
        answer = price()
    except HuitouError:
        refusal = refused_at_once(price)
    else:
        json.dumps(answer, ensure_ascii=False).encode()
        return None
    assert re.fullmatch("[a-z_]+", refusal.code)
    assert len(str(refusal)) < 500
    assert refusal.remedy
    json.dumps({"message": str(refusal)}, ensure_ascii=False).encode()
    return refusal


def fields_of(kind: str) -> list[Place]:
    request = example(kind)
    found = places(REQUEST, REQUEST, request)
    return [place for place in found if place.path[:3] == ("offers", 0, "get")]


@pytest.mark.parametrize("kind", KINDS)
def test_each_field_of_each_kind(kind):
    request = example(kind)
    assert refused(request) is None
    for place in fields_of(kind):
        for value in HOSTILE:
            refusal = refused(with_value(request, place, value))
            assert refusal or valid(value, place.schema, place.whole), f"{place}: {value!r:.60} is taken silently"


def test_each_field_beside_the_kinds():
    request = example("threshold") | BESIDE
    assert refused(request) is None
    beside = [place for place in places(REQUEST, REQUEST, request) if place.path[:3] != ("offers", 0, "get")]
    assert {"basket", "member", "offers", "taxes", "at", "zone"} <= {place.path[0] for place in beside}
    for place in beside:
        for value in HOSTILE:
            refusal = refused(with_value(request, place, value))
            assert refusal or valid(value, place.schema, place.whole), f"{place}: {value!r:.60} is taken silently"


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_schema_takes_the_reader_reads(kind):
    """The reader refuses no shape that the schema allows; what contradicts itself is the linter's, by another code."""
    request = example(kind)
    shape = {"price_unreadable", "price_unknown_field", "price_out_of_range", "price_too_many"}
    for place in fields_of(kind):
        for value in HOSTILE:
            if valid(value, place.schema, place.whole) and not _is_free_text(place):
                refusal = refused(with_value(request, place, value))
                assert refusal is None or refusal.code not in shape, f"{place}: {value!r:.60}"


def _is_free_text(place: Place) -> bool:
    """Its characters are judged beyond the schema."""
    return resolved(place.schema, place.whole)[0].get("type") in ("string", "array")


@pytest.mark.parametrize("kind", KINDS)
def test_an_offer_that_is_written_is_read_again(kind):
    from huitou.offers.rules.exchange import write

    offers = read_offers(example(kind)["offers"])
    assert read_offers([write(one) for one in offers]) == offers


def test_a_field_without_its_check_is_seen():
    """The control: a value that the schema refuses and the reader takes would be named."""
    cap = next(place for place in fields_of("percent_off") if place.path[-1] == "most")
    assert not valid("-1.00", cap.schema, cap.whole)
    assert valid("1.00", cap.schema, cap.whole)
    assert valid(None, cap.schema, cap.whole)
    assert refused(with_value(example("percent_off"), cap, "-1.00")).code == "price_out_of_range"


def test_the_schemas_say_no_more_than_the_walk_understands():
    told = {"$schema", "title", "description", "$defs", "$ref", "additionalProperties"}
    understood = told | {"type", "properties", "required", "items", "anyOf", "oneOf", "const", "enum", "pattern"}
    understood |= {"minimum", "maximum", "minItems", "maxItems", "maxLength"}

    def words(schema: Json) -> set[str]:
        found = set(schema)
        for name in ("properties", "$defs"):
            found |= {word for inner in schema.get(name, {}).values() for word in words(inner)}
        for inner in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *filter(None, [schema.get("items")])):
            found |= words(inner)
        return found

    assert words(REQUEST) | words(OFFER) <= understood
