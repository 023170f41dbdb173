"""A chain that has not counted anything yet."""

from __future__ import annotations

import pytest

from tests.doors.console.test_pages import text_of

pytestmark = pytest.mark.django_db


def test_without_figures_the_overview_says_what_to_do(as_role):
    said = text_of(as_role("marketer", language="en").get("/"))
    assert "There are no figures yet." in said
    assert "huitou import receipts FILE" in said
