"""What `huitou till-check` takes for a refusal that helps a till. No database."""

from __future__ import annotations

import json

import pytest

from huitou.config.till_check.vendor import Exchange
from huitou.config.till_check.verdicts import refused

BOTH = {language: {"message": "no", "next_step": "try again"} for language in ("zh-hans", "en")}


@pytest.mark.parametrize(
    ("status", "kind", "code", "translations", "holds", "because"),
    [
        (422, "application/problem+json", "no", BOTH, True, "this is how each refusal looks"),
        (409, "application/problem+json", "no", BOTH, False, "tills decide by the status too"),
        (422, "application/problem+json", "other", BOTH, False, "and by the code"),
        (422, "application/json", "no", BOTH, False, "a till knows a refusal by its media type"),
        (422, "application/problem+json", "no", {"en": BOTH["en"]}, False, "the cashier reads Chinese"),
        (422, "application/problem+json", "no", {**BOTH, "en": {"message": "no"}}, False, "and has to go on somehow"),
        (422, "application/problem+json", "no", {}, False, "nothing is said in any language"),
    ],
)
def test_a_refusal_is_problem_json_and_helps_in_both_languages(status, kind, code, translations, holds, because):
    told = json.dumps({"code": code, "translations": translations})
    exchange = Exchange("POST", "/receipts", "", status, told, told_kind=kind)
    assert refused("a rule", exchange, 422, "no")[1] is holds, because
