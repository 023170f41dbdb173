"""The navigation: every place opens, has a drawing and a key of its own, and shows only what a person may open."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils.translation import gettext, override

import huitou.doors.console
from huitou.access.terms import Role
from huitou.doors.console import urls
from huitou.doors.console.navigation import SECTIONS, TABS, navigation, open_to

PLACES = [place for section in SECTIONS for place in section.places]
SPRITE = Path(huitou.doors.console.__file__).parent / "static/console/icons.svg"


def request(role: str, page: str) -> SimpleNamespace:
    return SimpleNamespace(user=SimpleNamespace(role=role), resolver_match=SimpleNamespace(url_name=page))


def test_each_place_opens_and_has_a_drawing():
    drawn = SPRITE.read_text(encoding="utf-8")
    named = {pattern.name for pattern in urls.urlpatterns}
    for place in PLACES:
        assert reverse(place.name if ":" in place.name else f"console:{place.name}")
        assert f'id="{place.icon}"' in drawn, place
        assert set(place.inside) <= named, "a page that is gone would leave its place unmarked"


def test_no_two_places_share_a_key_or_a_page():
    keys = [place.key for place in PLACES if place.key]
    assert sorted(keys) == sorted(set(keys)), "g and a letter opens one page"
    pages = [page for place in PLACES for page in (place.name, *place.inside)]
    assert sorted(pages) == sorted(set(pages)), "one place is current, not two"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_headings_differ_in_each_language(language):
    with override(language):
        headings = [gettext(section.title) for section in SECTIONS if section.title]
    assert len(set(headings)) == len(headings)


def test_a_section_without_an_open_place_has_no_heading():
    seen = {section.title for section, _ in open_to(SimpleNamespace(role=Role.CASHIER))}
    assert "People" in seen, "a cashier finds members"
    assert "Data" not in seen, "and reads no files in"


@pytest.mark.parametrize(
    ("page", "current", "because"),
    [
        ("overview", "/", "the page itself"),
        ("import_rows", "/imports", "a page inside marks the place that it was reached from"),
        ("refresh", "/refresh", "the last of all"),
    ],
)
def test_a_phone_always_shows_the_place_that_is_open(page, current, because):
    shown = navigation(request(Role.ADMINISTRATOR, page))
    assert [place.address for place in shown.places if place.current] == [current], because
    assert current in [place.address for place in shown.tabs], because
    assert len(shown.tabs) == TABS
    rest = [place.address for _, places in shown.more for place in places]
    assert len(rest) + TABS == len(shown.places), "what is no tab opens from the last one"
