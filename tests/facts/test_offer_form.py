"""The form of an offer holds every field of every kind: what is read into it comes out again."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from django.http import QueryDict
from tests.facts.test_offer_sentences import pair_for
from tests.offers.schema_walk import REQUEST, places, with_value
from tests.offers.test_every_field import example

from huitou.doors.console.offering import fields, lines
from huitou.doors.console.offering.form import read_form, read_terms, typed_of
from huitou.kernel.errors import HuitouError
from huitou.offers.rules.kinds import KINDS
from huitou.offers.service import advice, read_offers
from huitou.offers.terms.kept import OfferTerms
from huitou.offers.terms.said import Names


def posted(document: dict[str, Any], terms: OfferTerms = OfferTerms()) -> QueryDict:  # noqa: B008
    """What a browser sends of the form that shows this document."""
    typed = typed_of(document, terms, on_top_of=3)
    query = QueryDict(mutable=True)
    query["id"], query["name"], query["kind"] = document["id"], document.get("name", ""), typed.kind
    query["on_top_of"] = "3"
    for section in lines.sections(typed, lines.Known(Names())):
        for line in section.lines:
            for word in line.words:
                if word.name:
                    _send(query, word)
    return query


def _send(query: QueryDict, word: fields.Word) -> None:
    if word.kind == "goods":
        for chip, _, _ in word.options:
            name, _, code = chip.partition("=")
            query.appendlist(name, code)
    elif word.kind in ("list", "weekdays"):
        query.setlist(word.name, [value for value, _, chosen in word.options if chosen])
    elif word.kind == "flag":
        if word.value:
            query[word.name] = "1"
    else:
        query[word.name] = str(word.value or "")


def offer_with(kind: str) -> list[dict[str, Any]]:
    """The kind's example, and one with each field changed, as far as they are offers."""
    request = copy.deepcopy(example(kind))
    request["offers"] = request["offers"][:1]
    found = [request["offers"][0]]
    for place in places(REQUEST, REQUEST, request):
        if place.path[:2] == ("offers", 0) and (pair := pair_for(place)) is not None:
            found.append(with_value(request, place, pair[1])["offers"][0])
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_read_into_the_form_comes_out_again(kind):
    checked = 0
    for document in offer_with(kind):
        try:
            (meant,) = read_offers([document])
        except HuitouError:  # a changed field may contradict another
            continue
        assert advice.read_offer(read_form(posted(document)).document) == meant, document
        checked += 1
    assert checked > 20


def test_the_terms_come_out_again():
    terms = OfferTerms(budget_fen=12_345_67, uses=5, per_member=4, per_member_day=3, per_store_day=2)
    typed = read_form(posted({"id": "x", "get": {"kind": "percent_off", "percent": "20"}}, terms))
    assert read_terms(typed) == (terms, "")
    assert typed.on_top_of == 3


def test_every_kind_has_its_tab_and_its_lines():
    assert set(fields.KINDS) == set(KINDS) == set(fields.GIVES)


def test_fields_of_another_kind_stay_behind():
    query = posted({"id": "x", "get": {"kind": "percent_off", "percent": "20"}})
    query["kind"] = "fixed_price"
    query["get.price"] = "9.90"
    assert read_form(query).document["get"] == {"kind": "fixed_price", "price": "9.90"}


def test_digits_as_people_type_them():
    query = QueryDict(mutable=True)
    query.update(
        {"kind": "threshold", "id": "x", "get.steps.0.least_amount": "１,０88元", "get.steps.0.amount": " 30 "}
    )
    step = read_form(query).document["get"]["steps"][0]
    assert step == {"least_amount": "1088", "amount": "30"}


DIGITS = "9" * 5_000
"""More than Python makes a number of."""


@pytest.mark.parametrize(
    "name",
    ["on_top_of", f"get.steps.{DIGITS}.amount", "valid.weekdays", "get.steps.0.amount", "terms.uses"],
)
def test_what_no_form_sends_is_no_fault_of_ours(name):
    query = QueryDict(mutable=True)
    query.update({"id": "x", "kind": "threshold", "get.steps.0.least_amount": "88", name: DIGITS})
    typed = read_form(query)
    read_terms(typed)
    lines.sections(typed, lines.Known(Names()), more=f"get.steps.{DIGITS}.goods")
