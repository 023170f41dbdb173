"""Where a person may go: the sections of the left navigation, and what of them fits at the foot of a phone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.kernel.errors import N_


@dataclass(frozen=True, slots=True)
class Place:
    """A page in the navigation, by its name in `urls.py`; of another door with that door's name before it."""

    name: str
    title: str
    icon: str
    right: Right
    key: str = ""
    """The letter that opens it after a g."""
    inside: tuple[str, ...] = ()
    """Pages that are reached from this one: while one of them is open, this place is the current one."""
    short: str = ""
    """What a phone's tab says, where the title is too long for it."""
    instead_of: Right | None = None
    """Whoever has this right begins elsewhere and is not shown this place."""

    def is_open_to(self, person: object) -> bool:
        return access.may(person, self.right) and not (self.instead_of and access.may(person, self.instead_of))

    @property
    def address(self) -> str:
        return reverse(self.name if ":" in self.name else f"console:{self.name}")


@dataclass(frozen=True, slots=True)
class Section:
    """Places of one kind of work under their heading. One in which a person may open nothing is not shown."""

    title: str
    places: tuple[Place, ...] = ()


# Only pages that exist: a new page adds its line to the section of its work, and is in the sidebar, on the phone, in
# the list of keys and in the search.
SECTIONS = (
    Section(
        "",
        (
            Place("overview", N_("Overview"), "overview", Right.SEE_OVERVIEW, "o"),
            Place("desk", N_("Service desk"), "overview", Right.UNMASK_PHONES, instead_of=Right.SEE_OVERVIEW),
            Place("kpis", N_("Figures"), "quality", Right.SEE_OVERVIEW, "f", inside=("kpi",)),
        ),
    ),
    Section(
        N_("People"),
        (
            Place("members", N_("Members"), "users", Right.SEE_MEMBERS, "m", inside=("member", "receipt")),
            Place("crowd", N_("All members"), "layers", Right.SEE_OVERVIEW, "a"),
            Place(
                "duplicates", N_("Duplicates"), "copy", Right.MERGE_MEMBERS, "u", inside=("duplicate", "merge")
            ),
            Place("staff", N_("Staff"), "user", Right.SET_STAFF, "w"),
            Place("cut_offs", N_("Cut-offs"), "pencil", Right.SET_CUT_OFFS, "c"),
        ),
    ),
    Section(
        N_("Audiences"),
        (
            Place(
                "segments", N_("Segments"), "filter", Right.SEE_SEGMENTS, "x",
                inside=("segment", "segment_new", "segment_edit"),
            ),
            Place("analysis", N_("Analysis"), "bulb", Right.SEE_OVERVIEW, "v"),
            Place("tags", N_("Tags"), "tag", Right.SEE_SEGMENTS, "j", inside=("tag", "tag_new", "tag_edit")),
        ),
    ),
    Section(
        N_("Promotions"),
        (
            Place(
                "offers", N_("Offers"), "offer", Right.SEE_OFFERS, "e",
                inside=("offer", "offer_new", "offer_edit", "rehearsal", "starters", "starter"),
            ),
            Place(
                "coupons", N_("Coupons"), "coupon", Right.SEE_OFFERS, "n",
                inside=("coupon_new", "coupon_kind", "coupon_find", "coupon_void", "coupon_void_batch"),
            ),
            Place(
                "prompts", N_("Cashier prompts"), "bulb", Right.SEE_OFFERS,
                inside=("prompt", "prompt_new", "prompt_edit"), short=N_("Prompts"),
            ),
            Place("points", N_("Points as money"), "coins", Right.SET_POINTS, "h", short=N_("Points")),
            Place("offer_calendar", N_("Calendar of offers"), "calendar", Right.SEE_OFFERS, "l", short=N_("Calendar")),
            Place("offer_bench", N_("Test bench"), "receipt", Right.SEE_OFFERS, "b"),
        ),
    ),
    Section(
        N_("Business"),
        (
            Place("till:page", N_("Till"), "receipt", Right.SELL, "y"),
            Place("stores", N_("Stores"), "store", Right.SEE_OVERVIEW, "s", inside=("store",)),
            Place("products", N_("Products"), "basket", Right.SEE_OVERVIEW, "p", inside=("product",)),
            Place("labels", N_("Shelf labels"), "tag", Right.PRINT_LABELS, "z"),
            Place("targets", N_("Targets"), "target", Right.SET_TARGETS, "g"),
            Place("conflicts", N_("Conflicts"), "warning", Right.SETTLE_CONFLICTS, "t"),
        ),
    ),
    Section(
        N_("Data"),
        (
            Place(
                "imports", N_("Imports"), "import", Right.SEE_IMPORTS, "i",
                inside=("import", "import_new", "import_trip", "import_rows", "import_afterwards"),
            ),
            Place("mappings", N_("Mappings and drops"), "drops", Right.SEE_IMPORTS, "d", short=N_("Mappings")),
            Place("quality", N_("Data quality"), "check", Right.SEE_IMPORTS, "q"),
            Place("cutover", N_("Cut-over"), "coins", Right.SEE_IMPORTS, "k"),
            Place("refresh", N_("Refresh"), "refresh", Right.RUN_REFRESH, "r"),
            Place(
                "people", N_("Accounts and rights"), "lock", Right.MANAGE_PEOPLE,
                inside=("person", "person_new", "person_password"), short=N_("Rights"),
            ),
            Place("trail", N_("Audit trail"), "clock", Right.SEE_TRAIL, short=N_("Trail")),
        ),
    ),
)  # fmt: skip
TABS = 4
"""How many places the tab bar of a phone has room for; the others open from its last tab, beside the person."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A place as a page shows it."""

    title: str
    icon: str
    address: str
    current: bool
    key: str
    short: str


@dataclass(frozen=True, slots=True)
class Navigation:
    """What one person sees: sections by their heading, the tabs of a phone, and what opens from its last tab."""

    sections: list[tuple[str, list[Shown]]]
    tabs: list[Shown]
    more: list[tuple[str, list[Shown]]]

    @property
    def places(self) -> list[Shown]:
        return [place for _, places in self.sections for place in places]


def open_to(person: object) -> Iterator[tuple[Section, tuple[Place, ...]]]:
    """The sections in which this person may open something, with what that is."""
    for section in SECTIONS:
        places = tuple(place for place in section.places if place.is_open_to(person))
        if places:
            yield section, places


def navigation(request: HttpRequest) -> Navigation:
    here = request.resolver_match.url_name if request.resolver_match else ""
    sections = [
        (gettext(section.title) if section.title else "", [_shown(place, here) for place in places])
        for section, places in open_to(request.user)
    ]
    places = [place for _, inside in sections for place in inside]
    tabs = _tabs(places)
    rest = [(title, [place for place in inside if place not in tabs]) for title, inside in sections]
    return Navigation(sections, tabs, [(title, inside) for title, inside in rest if inside])


def _shown(place: Place, here: str) -> Shown:
    return Shown(
        title=gettext(place.title),
        icon=place.icon,
        address=place.address,
        current=here == place.name or here in place.inside,
        key=place.key,
        short=gettext(place.short or place.title),
    )


def _tabs(places: list[Shown]) -> list[Shown]:
    """What a phone shows at its foot: the first places, and always the page that is open."""
    tabs = places[:TABS]
    here = next((place for place in places[TABS:] if place.current), None)
    return [*tabs[:-1], here] if here else tabs
