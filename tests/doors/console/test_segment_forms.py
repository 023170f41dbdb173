"""The builder knows every leaf of the language, and every field of each."""

from __future__ import annotations

import pytest

from huitou.doors.console.segmenting.forms import FORMS
from huitou.doors.console.segmenting.pieces import pieces_of
from huitou.segments.service import schemas

SCHEMA = schemas()["segment.json"]["$defs"]
LEAVES = {
    one["properties"]["leaf"]["const"]: one["properties"]
    for one in SCHEMA.values()
    if "leaf" in one.get("properties", {})
}
# A range stands for both its ends, goods for three lists, details for the rest of a purchase.
PARTS = {
    "range": ("at_least", "at_most"),
    "goods": ("of",),
    "details": ("of",),
}


def fields_of(form) -> set[str]:
    found = set(form.fixed)
    for blank in form.blanks.values():
        found |= set(PARTS.get(blank.kind, (blank.at.partition(".")[0],)))
    return found


@pytest.mark.parametrize("leaf", sorted(LEAVES))
def test_every_field_of_every_leaf_can_be_built(leaf):
    forms = [form for form in FORMS if form.leaf == leaf]
    assert forms, f"nobody can build {leaf}"
    assert set().union(*map(fields_of, forms)) == set(LEAVES[leaf]) - {"leaf"}


def test_a_form_is_a_sentence_with_all_its_blanks():
    for form in FORMS:
        drawn = [piece.blank for piece in pieces_of(form) if piece.blank]
        assert len(drawn) == len(form.blanks), form.key


def test_the_keys_are_one_each():
    assert len({form.key for form in FORMS}) == len(FORMS)
