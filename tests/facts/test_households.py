"""Which household two people are in once somebody said that they live together."""

from __future__ import annotations

import pytest

from huitou.members.errors import HouseholdFull, HouseholdNameUnfit, HouseholdOfOne, HouseholdsDiffer
from huitou.members.rules.households import LONGEST_NAME, MOST_IN_HOUSEHOLD, fit_name, room_for, shared_household


@pytest.mark.parametrize(
    ("mine", "theirs", "shared", "because"),
    [
        (None, None, None, "neither lives in one: it is new"),
        (7, None, 7, "the other comes"),
        (None, 8, 8, "the member comes to the other's"),
        (7, 7, 7, "they live together already"),
    ],
)
def test_both_are_in_one_household_afterwards(mine, theirs, shared, because):
    assert shared_household(1, mine, 2, theirs) == shared, because


def test_two_households_never_become_one():
    with pytest.raises(HouseholdsDiffer) as refused:
        shared_household(1, 7, 2, 8)
    assert refused.value.facts == {"member": "M00000001", "other": "M00000002"}


def test_nobody_lives_with_themselves():
    with pytest.raises(HouseholdOfOne):
        shared_household(1, 7, 1, 7)


def test_the_last_place_is_taken_and_no_further():
    room_for(MOST_IN_HOUSEHOLD - 1, 1)
    for people, more in ((MOST_IN_HOUSEHOLD, 1), (MOST_IN_HOUSEHOLD - 1, 2)):
        with pytest.raises(HouseholdFull):
            room_for(people, more)


@pytest.mark.parametrize(("text", "name"), [(" 何家 ", "何家"), ("", ""), ("何" * LONGEST_NAME, "何" * LONGEST_NAME)])
def test_a_name_is_what_was_typed(text, name):
    assert fit_name(text) == name


@pytest.mark.parametrize("text", ["何" * (LONGEST_NAME + 1), "何\x00家", "何\n家"])
def test_what_is_no_name_is_refused(text):
    with pytest.raises(HouseholdNameUnfit):
        fit_name(text)
