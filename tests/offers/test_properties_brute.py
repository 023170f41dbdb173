"""The engine against the brute force: on small baskets its answer is the best of all legal combinations.

The same baskets every time, so that a change is judged by what it changed; `python -m tests.offers.hunt` tries others.
"""

from __future__ import annotations

from hypothesis import given, settings

from huitou.offers.service import price_json
from tests.offers import properties
from tests.offers.strategies import requests


@settings(max_examples=250, deadline=None, derandomize=True)
@given(requests())
def test_the_answer_is_the_best_legal_combination(request):
    properties.is_the_best_legal_combination(price_json, request)
