"""Who comes when: a year of receipts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from huitou.usecases.sample_chain.baskets import Taken, favourites_of, fill_basket, give_back
from huitou.usecases.sample_chain.draws import draws_for
from huitou.usecases.sample_chain.goods import read_goods
from huitou.usecases.sample_chain.people import SAMPLE_DAYS, Person
from huitou.usecases.sample_chain.places import PLACES, Place
from huitou.usecases.sample_chain.seasons import days_between, pull_of
from huitou.usecases.sample_chain.shelf import Shelf, stock_shelf, week_of

PLACE_OF = {place.code: place for place in PLACES}

# Weights of the hours 7 to 21, for those who come before the day, after work, and whenever.
HOURS = range(7, 22)
DAY_PARTS = {
    "morning": (10, 18, 20, 15, 8, 3, 2, 3, 5, 6, 4, 2, 2, 1, 0),
    "evening": (1, 2, 2, 3, 4, 5, 3, 2, 3, 5, 12, 20, 18, 12, 5),
    "any": (2, 4, 7, 9, 9, 6, 5, 6, 8, 10, 11, 10, 8, 5, 2),
}
ONLINE_TILL = {"mini_program": "91", "delivery": "92"}
RETURN_SHARE = 0.022


@dataclass(frozen=True, slots=True)
class Visit:
    """A receipt of the sample chain, in the shop's own time."""

    at: datetime
    place: Place
    till: str
    channel: str
    card: str | None
    lines: list[Taken]
    number: str = ""


def draw_visits(people: Iterable[Person], *, seed: int, today: date) -> list[Visit]:
    """The receipts of the year and a month that ended yesterday, in the order of time, numbered by store and day."""
    first, last = today - timedelta(days=SAMPLE_DAYS), today - timedelta(days=1)
    goods = read_goods()
    days = days_between(first, last)
    shelves = {week: stock_shelf(goods, week, seed=seed) for week in {week_of(day) for day in days}}
    visits: list[Visit] = []
    members = 0
    for person in people:
        visits.extend(_visits_of(person, shelves, seed=seed, first=first, last=last))
        members += 1
    for day in days:
        visits.extend(_strangers(day, shelves[week_of(day)], draws_for("strangers", seed, day), members))
    visits.extend(list(_returns(visits, draws_for("returns", seed), last)))
    visits.sort(key=lambda visit: (visit.at, visit.place.code, visit.till, visit.card or ""))
    return _numbered(visits)


def _visits_of(person: Person, shelves: dict[date, Shelf], *, seed: int, first: date, last: date) -> Iterator[Visit]:
    rng = draws_for("visits", seed, person.number)
    start = max(first, person.first_day)
    loved = favourites_of(person, shelves[week_of(start)], rng)
    for day in _days_of(person, rng, start, min(last, person.last_day)):
        place, channel = _where(person, rng)
        shelf = shelves[week_of(day)]
        yield Visit(
            at=_moment(day, person.day_part, rng),
            place=place,
            till=_till(place, channel, rng),
            channel=channel,
            card=person.card,
            lines=fill_basket(shelf, rng, lines=person.basket_lines, loved=loved, price_sense=person.price_sense),
        )


def _days_of(person: Person, rng: Random, start: date, end: date) -> Iterator[date]:
    """The days on which the member comes: a renewal process, quicker before festivals, fond of weekends."""
    # A new member buys on the day of joining; the others are somewhere within their rhythm.
    ahead = 0.0 if start == person.joined_on else rng.uniform(0, person.gap_days)
    previous: date | None = None
    while True:
        planned = start + timedelta(days=int(ahead))
        if planned > end:
            return
        near = [day for day in (planned + timedelta(days=n) for n in (-1, 0, 1)) if start <= day <= end]
        day = rng.choices(near, weights=[pull_of(day) ** 2 for day in near])[0]
        if (previous is None or day > previous) and not _is_away(person, day):
            previous = day
            yield day
        ahead += max(0.6, rng.gammavariate(3.2, person.gap_days / 3.2)) / pull_of(planned)


def _is_away(person: Person, day: date) -> bool:
    return person.away is not None and person.away[0] <= day <= person.away[1]


def _where(person: Person, rng: Random) -> tuple[Place, str]:
    home = PLACE_OF[person.home_store]
    if rng.random() < person.online_share:
        return home, "mini_program" if rng.random() < 0.6 else "delivery"
    return (home if rng.random() < 0.9 else rng.choice(PLACES)), "store"


def _moment(day: date, day_part: str, rng: Random) -> datetime:
    # On a free day those who work come whenever.
    part = "any" if day_part == "evening" and day.weekday() >= 5 else day_part
    hour = rng.choices(HOURS, weights=DAY_PARTS[part])[0]
    return datetime.combine(day, time(hour, rng.randrange(60), rng.randrange(60)))


def _till(place: Place, channel: str, rng: Random) -> str:
    return ONLINE_TILL.get(channel) or f"{rng.randint(1, place.tills):02d}"


def _strangers(day: date, shelf: Shelf, rng: Random, members: int) -> Iterator[Visit]:
    """Receipts without a member: one in six or so."""
    expected = members / 3000 * 25 * pull_of(day)
    for _ in range(int(expected + rng.random())):
        place = rng.choices(PLACES, weights=[place.weight for place in PLACES])[0]
        yield Visit(
            at=_moment(day, "any", rng),
            place=place,
            till=_till(place, "store", rng),
            channel="store",
            card=None,
            lines=fill_basket(shelf, rng, lines=2.6, loved=[], price_sense=0.3),
        )


def _returns(visits: list[Visit], rng: Random, last: date) -> Iterator[Visit]:
    """Some sales come back within a week, to the counter of the store that sold them."""
    for visit in visits:
        if rng.random() >= RETURN_SHARE:
            continue
        day = visit.at.date() + timedelta(days=rng.choice((0, 0, 1, 1, 2, 3, 5, 7)))
        at = _moment(day, "any", rng)
        if day == visit.at.date():
            at = min(visit.at + timedelta(minutes=rng.randint(8, 90)), datetime.combine(day, time(22, 30)))
        if day <= last and at > visit.at:
            yield replace(visit, at=at, till="01", channel="store", lines=give_back(visit.lines, rng))


def _numbered(visits: list[Visit]) -> list[Visit]:
    """Receipt numbers as tills print them: store, date, till, and the running number of the till's day."""
    counts: dict[tuple[str, date, str], int] = {}
    numbered = []
    for visit in visits:
        key = (visit.place.code, visit.at.date(), visit.till)
        counts[key] = counts.get(key, 0) + 1
        number = f"{visit.place.code[2:]}{visit.at:%y%m%d}{visit.till}{counts[key]:04d}"
        numbered.append(replace(visit, number=number))
    return numbered
