"""A chain that has not counted anything yet."""

from __future__ import annotations

import pytest

from huitou.catalogue import service as catalogue
from tests.doors.console.test_pages import text_of

pytestmark = pytest.mark.django_db


def test_without_figures_the_overview_says_what_to_do(as_role):
    said = text_of(as_role("marketer", language="en").get("/"))
    assert "There are no figures yet." in said
    assert "Read a till's history in" in said
    assert "Ask an administrator" not in said
    page = as_role("marketer", language="en").get("/figures").content.decode()
    assert 'href="/imports/new"' in page, "who may read files in has the button for it"
    catalogue.take_stores([("101", "滨江店", "滨江区")])
    manager = text_of(as_role("store_manager", "101", language="en").get("/figures"))
    assert "Ask an administrator" in manager, "who may not is told whom to ask"
