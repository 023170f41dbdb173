"""What is said of a tag on its page."""

from __future__ import annotations

from datetime import date

from django.utils import translation
from django.utils.translation import gettext

from huitou.doors.console import figures
from huitou.doors.console.person_said import expected_said
from huitou.doors.console.tags_said import evidence_said
from huitou.insight.terms.person import Expected
from huitou.segments.service import tags
from huitou.segments.terms.tags import Tag, TagSource


def test_evidence_that_is_the_rules_own_sentence_is_not_said_twice_in_whatever_language_it_was_kept():
    rule = next(iter(tags.SCENES))
    for kept_in in ("en", "zh-hans"):
        with translation.override(kept_in):
            tag = Tag(name="a", owner="b", purpose="c", source=TagSource.RULE, of=rule,
                      evidence=gettext(tags.SCENES[rule].goes_by))  # fmt: skip
        for read_in in ("en", "zh-hans"):
            with translation.override(read_in):
                assert evidence_said(tag) == ""
    own = Tag(name="a", owner="b", purpose="c", source=TagSource.RULE, of=rule, evidence="a form")
    assert evidence_said(own) == "a form"


def test_the_day_that_somebody_is_expected_is_not_torn_apart_by_a_line():
    on = date(2026, 12, 13)
    with translation.override("zh-hans"):
        assert f'<b class="nw">{figures.day_and_weekday(on)}</b>' in expected_said(Expected(on, on, on, 8))
