"""Random chains, members with histories, and trees about them: what both evaluators are asked, from a seed."""

from __future__ import annotations

import json
import random
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from huitou.lake.daily import BASKETS, VISITS
from huitou.segments.store import views
from huitou.segments.terms import Bought, Did, Known, Moment, Person, Point, StoreKnown, Tagged, TagKnown

ZONES = ("Asia/Shanghai", "Asia/Urumqi", "Asia/Tokyo", "America/New_York")
CATEGORIES = ("生鲜", "生鲜/水果", "生鲜/水果/苹果", "生鲜O", "烘焙", "饮料/茶", "")
BRANDS = {"P1": "伊利", "P2": "伊利", "P3": "O'Hara", "P4": "", "P5": "三元"}
CHANNELS = ("store", "app", "meituan")
KINDS = ("view", "scan", "rate")
TAGS = {
    "homemaker": TagKnown(),
    "senior's": TagKnown(least=20, half_life_days=2),
    "fruit": TagKnown(least=10, half_life_days=30, category="生鲜"),
}
TIERS = ("gold", "plus")
ONE_DAY = timedelta(days=1)
CLOCKS = (0, 60, 480, 600, 1320, 1439)
"""Minutes after midnight."""
STORES = ("S1", "S2", "S3", "O'Store")
HOMES = [
    (north, east) for north in (-18, -9, -5, -4, 0, 4, 5, 9, 18) for east in (-32, -21, -6, -5, 0, 5, 6, 21, 31, 32)
]
"""Thousandths of a degree from a store: four or five to the north, five or six to the east, are 500 metres."""


def day_near(draw: random.Random, today: date) -> date:
    return today + ONE_DAY * draw.randrange(-1, 2)


def lay_by_day(session: duckdb.DuckDBPyConnection, moment: Moment) -> None:
    """What the lake keeps by the day, counted from these lines as the lake counts it."""
    for kept in (VISITS, BASKETS):
        session.execute(f"CREATE VIEW {kept.name} AS {kept.counted.format(lines='lines', of='true')}")
    views.lay_until(session, moment)


class World:
    """One chain at one moment, with members."""

    def __init__(self, seed: int, members: int, chance: random.Random | None = None) -> None:
        self.draw, self.faded = chance or random.Random(seed), chance or random.Random(f"faded {seed}")
        self.loyal = chance or random.Random(f"loyal {seed}")
        self.living = chance or random.Random(f"living {seed}")
        self.home = chance or random.Random(f"home {seed}")
        # Near the turn of a day, of a leap day and of a year, where off-by-ones live.
        day = self.draw.choice([date(2026, 3, 1), date(2026, 2, 28), date(2028, 2, 29), date(2026, 11, 28)])
        at = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=self.draw.randrange(24 * 60))
        self.starts = {number: self.draw.choice([0, 0, 4]) for number in range(1, len(STORES) + 1)}
        self.places = [Point(latitude=31_230_000 + 9_000 * n, longitude=121_470_000) for n in range(len(STORES))]
        stores = {
            number: StoreKnown(
                number, code, self.day_in(number, at), self.places[number - 1] if number < len(STORES) else None
            )
            for number, code in enumerate(STORES, 1)
        }
        today = at.astimezone(ZoneInfo(ZONES[0])).date()
        self.moment = Moment(at.replace(tzinfo=None), today, stores, self.draw.choice([1, 3]), tags=TAGS)
        self.people = [self._person(number) for number in range(1, members + 1)]

    def day_in(self, store: int, at: datetime) -> date:
        local = at.astimezone(ZoneInfo(ZONES[store - 1]))
        return (local - timedelta(hours=self.starts[store])).date()

    def _maybe(self, value: Any, nothing: Any = None) -> Any:
        return value if self.draw.random() < 0.7 else nothing

    def _around(self, days: int) -> datetime:
        """A moment near the one asked about, often exactly so many days away."""
        draw = self.draw
        back = timedelta(days=draw.randrange(-1, days), minutes=draw.choice([0, 0, 1, -1, draw.randrange(1440)]))
        return self.moment.at - back

    def _person(self, member: int) -> Person:
        draw, today = self.draw, self.moment.today
        born = draw.choice([date(1984, 2, 29), date(1990, 3, 1), date(1971, 2, 28), date(2001, 11, 28)])
        birthday = self._maybe(born)
        tier_since = today - timedelta(days=draw.randrange(-1, 4))
        last = today - timedelta(days=draw.choice([0, 14, 15, 44, 45, 46, 89, 92, 130, 400]))
        facts = self._maybe(True, False)
        begun = today - timedelta(days=self.faded.choice([-1, 0, 1, 30]))
        loyalty = self.loyal.choice([0, 1, 39, 40, 41, 99, 100])
        works, lasts = self.faded.random() < 0.5, self.faded.choice([0, 1, 2, None])
        latitude, longitude = self._lives_at()
        return Person(
            member_id=member * 7,
            joined_on=today - timedelta(days=draw.randrange(40)),
            home_store_id=self._maybe(draw.randrange(1, len(STORES) + 1)),
            birthday=birthday,
            month_day=birthday.month * 100 + birthday.day if birthday else self._maybe(draw.choice([229, 301, 1128])),
            sex=self._maybe(draw.choice(["male", "female"]), ""),
            household_size=self._maybe(draw.randrange(1, 5)),
            household_members=self.living.choice([None, 1, 2, 3, 4]),
            latitude_milli=latitude,
            longitude_milli=longitude,
            layer=draw.choice(["diamond", "gold", "silver", "dormant"]) if facts else "",
            recency=draw.randrange(1, 6) if facts else None,
            frequency=draw.randrange(1, 6) if facts else None,
            monetary=draw.randrange(1, 6) if facts else None,
            loyalty=loyalty if facts else None,
            first_purchase_on=last - timedelta(days=draw.choice([0, 13, 27, 28, 29])) if facts else None,
            last_purchase_on=last if facts else None,
            came_back_on=last - timedelta(days=draw.choice([0, 1, 30])) if facts and draw.random() < 0.4 else None,
            likes={path: draw.choice([100, 200, 300]) for path in draw.sample(CATEGORIES[:6], draw.randrange(3))},
            tier=draw.choice(TIERS) if tier_since else "",
            tier_since=self._maybe(tier_since),
            tier_until=self._maybe(tier_since + timedelta(days=draw.randrange(3))),
            staff_since=begun if works else None,
            staff_until=begun + timedelta(days=lasts) if works and lasts is not None else None,
            noted={name: draw.random() < 0.6 for name in ("sms", "email", "wechat", "phone") if draw.random() < 0.6},
            addresses=frozenset(name for name in ("sms", "email", "wechat", "phone") if draw.random() < 0.6),
            tags=tuple(
                Tagged(tag, day_near(draw, today), self._maybe(day_near(draw, today)), *self._strength(today))
                for tag in draw.sample(["homemaker", "senior's"], draw.randrange(3))
            ),
            bought=tuple(line for number in range(draw.randrange(7)) for line in self._receipt(member * 100 + number)),
            did=tuple(self._event() for _ in range(draw.randrange(4))),
        )  # fmt: skip

    def _lives_at(self) -> tuple[int | None, int | None]:
        """Around a store, at the edges of what trees ask; now and then on the other side of the world."""
        if self.home.random() < 0.2:
            return None, None
        north, east = self.home.choice(HOMES)
        if self.home.random() < 0.1:
            return self.home.choice([-90_000, 0, 90_000]), self.home.choice([-180_000, -58_530, 180_000])
        place = self.home.choice(self.places)
        return place.latitude // 1000 + north, place.longitude // 1000 + east

    def _strength(self, today: date) -> tuple[int, date, bool]:
        """Near the days on which a strength of 40 or 80 has faded to 20."""
        draw = self.faded
        as_of = today - timedelta(days=draw.choice([-1, 0, 1, 2, 3, 4]))
        return draw.choice([19, 20, 40, 80, 100]), as_of, draw.random() < 0.3

    def _receipt(self, receipt: int) -> list[Bought]:
        draw = self.draw
        store, at = draw.randrange(1, len(STORES) + 1), self._around(9)
        if draw.random() < 0.4:
            at = self._on_the_minute(store, at)
        local = at.replace(tzinfo=UTC).astimezone(ZoneInfo(ZONES[store - 1]))
        kind, channel = draw.choice(["sale", "sale", "sale", "return"]), draw.choice(CHANNELS)
        sign, day = 1 if kind == "sale" else -1, self.day_in(store, at.replace(tzinfo=UTC))
        lines = []
        for _ in range(draw.randrange(1, 4)):
            sku = draw.choice(list(BRANDS))
            quantity, net = draw.choice([1000, 2000, 350, 0]), draw.choice([100, 500, 1000, 999, 1001])
            lines.append(
                Bought(receipt, kind, store, channel, at, local.replace(tzinfo=None), day, sku,
                       draw.choice(CATEGORIES), BRANDS[sku], sign * quantity, sign * net)
            )  # fmt: skip
        return lines

    def _on_the_minute(self, store: int, at: datetime) -> datetime:
        """At a time of the store's clock that trees ask about."""
        local = at.replace(tzinfo=UTC).astimezone(ZoneInfo(ZONES[store - 1]))
        minutes = self.draw.choice(CLOCKS)
        local = local.replace(hour=minutes // 60, minute=minutes % 60)
        return local.astimezone(UTC).replace(tzinfo=None)

    def _event(self) -> Did:
        store, at = self.draw.choice([None, 1, 2, 4]), self._around(9)
        moment = at.replace(tzinfo=UTC)
        day = self.day_in(store, moment) if store else moment.astimezone(ZoneInfo(ZONES[0])).date()
        return Did(self.draw.choice(KINDS), store, at, day)

    @property
    def known(self) -> Known:
        return Known(
            frozenset(STORES), frozenset(STORES[:-1]), frozenset(CATEGORIES), frozenset(BRANDS.values()),
            frozenset(BRANDS), frozenset(TAGS), frozenset(),
        )  # fmt: skip

    def session(self) -> duckdb.DuckDBPyConnection:
        """The same members as the views that the rules' SQL speaks of."""
        session = duckdb.connect()
        for name, rows in self._tables().items():
            session.register(f"{name}_given", rows)
            session.execute(f"CREATE TABLE {name} AS SELECT * FROM {name}_given")
        lay_by_day(session, self.moment)
        return session

    def _tables(self) -> dict[str, pa.Table]:
        channels = ("sms", "email", "wechat", "phone")
        plain = [
            f.name for f in fields(Person) if f.name not in ("likes", "noted", "addresses", "tags", "bought", "did")
        ]
        people = [
            {
                **{name: getattr(one, name) for name in plain},
                "position": position,
                "likes": [{"category": path, "share": share} for path, share in one.likes.items()],
                **{f"noted_{name}": one.noted.get(name) for name in channels},
                **{f"has_{name}": name in one.addresses for name in channels},
            }
            for position, one in enumerate(self.people)
        ]
        return {
            "people": pa.Table.from_pylist(people, PEOPLE),
            "lines": self._rows("bought", BOUGHT),
            "events": self._rows("did", DID),
            "tagged": self._rows("tags", TAGGED),
            "products": pa.table({"sku": list(BRANDS), "brand": list(BRANDS.values())}),
        }

    def _rows(self, name: str, schema: pa.Schema) -> pa.Table:
        columns = [column for column in schema.names if column != "member_id"]
        rows = [
            {"member_id": one.member_id, **{column: getattr(row, column) for column in columns}}
            for one in self.people
            for row in getattr(one, name)
        ]
        return pa.Table.from_pylist(rows, schema)


_TEXT, _DAY, _AT, _WHOLE, _FLAG = pa.string(), pa.date32(), pa.timestamp("us"), pa.int64(), pa.bool_()
PEOPLE = pa.schema(
    [("member_id", _WHOLE), ("position", _WHOLE), ("joined_on", _DAY), ("home_store_id", pa.int32()),
     ("birthday", _DAY), ("month_day", pa.int32()), ("sex", _TEXT), ("household_size", pa.int32()),
     ("household_members", pa.int32()), ("latitude_milli", pa.int32()), ("longitude_milli", pa.int32()),
     ("layer", _TEXT),
     ("recency", pa.int32()), ("frequency", pa.int32()), ("monetary", pa.int32()), ("loyalty", pa.int32()),
     ("first_purchase_on", _DAY), ("last_purchase_on", _DAY), ("came_back_on", _DAY),
     ("likes", pa.list_(pa.struct([("category", _TEXT), ("share", pa.int16())]))),
     ("tier", _TEXT), ("tier_since", _DAY), ("tier_until", _DAY), ("staff_since", _DAY), ("staff_until", _DAY),
     *((f"{what}_{name}", _FLAG) for what in ("noted", "has") for name in ("sms", "email", "wechat", "phone"))]
)  # fmt: skip
BOUGHT = pa.schema(
    [("member_id", _WHOLE), ("receipt_id", _WHOLE), ("kind", _TEXT), ("store_id", pa.int32()), ("channel", _TEXT),
     ("at_utc", _AT), ("at_local", _AT), ("business_date", _DAY), ("sku", _TEXT), ("category", _TEXT),
     ("quantity_milli", _WHOLE), ("net_fen", _WHOLE)]
)  # fmt: skip
DID = pa.schema([("member_id", _WHOLE), ("kind", _TEXT), ("store_id", pa.int32()), ("at_utc", _AT), ("day", _DAY)])
TAGGED = views.TAGGED


class Trees:
    """Random segments as JSON; most of what they ask has a member at its very edge."""

    def __init__(self, seed: int, today: date, only: str = "", chance: random.Random | None = None) -> None:
        self.draw, self.strong = chance or random.Random(seed), chance or random.Random(f"strong {seed}")
        self.today = today
        self.only = only

    def document(self) -> str:
        where = self.leaf(self.only) if self.only else self.node(3)
        return json.dumps({"language": 1, "where": where}, ensure_ascii=False)

    def node(self, depth: int) -> dict[str, Any]:
        kind = self.draw.random()
        if depth == 0 or kind < 0.4:
            return self.leaf()
        if kind < 0.55:
            return {"not": self.node(depth - 1)}
        return {self.draw.choice(["all", "any"]): [self.node(depth - 1) for _ in range(self.draw.randrange(1, 4))]}

    def leaf(self, name: str | None = None) -> dict[str, Any]:
        name = name or self.draw.choice(LEAF_NAMES)
        return {"leaf": name, **getattr(self, f"_{name}")()}

    def _some(self, words: Any, least: int = 1) -> list[Any]:
        words = [word for word in words if word != ""]
        return self.draw.sample(words, self.draw.randrange(least, len(words) + 1))

    def _range(self, least: int, most: int, shown: Any = int) -> dict[str, Any]:
        first = self.draw.randrange(least, most + 1)
        last = self.draw.randrange(first, most + 1)
        return self.draw.choice(
            [{"at_least": shown(first)}, {"at_most": shown(last)}, {"at_least": shown(first), "at_most": shown(last)}]
        )

    def _window(self, *, asked: bool = False) -> dict[str, Any]:
        draw = self.draw
        day = str(self.today - timedelta(days=draw.randrange(-1, 9)))
        later = str(max(self.today - timedelta(days=draw.randrange(-1, 9)), date.fromisoformat(day)))
        window = draw.choice(
            [{"last_days": draw.randrange(1, 9)}, {"last_days": draw.randrange(1, 4), "ago_days": draw.randrange(1, 4)},
             {"ago_days": draw.randrange(1, 8)}, {"since": day}, {"until": day}, {"since": day, "until": later}]
        )  # fmt: skip
        return window if asked or draw.random() < 0.8 else {}

    def _purchases(self) -> dict[str, Any]:
        draw, asked = self.draw, {}
        for name, words in (
            ("stores", STORES), ("channels", CHANNELS), ("categories", CATEGORIES), ("brands", {*BRANDS.values()}),
            ("skus", BRANDS), ("weekdays", range(1, 8)),
        ):  # fmt: skip
            if draw.random() < 0.25:
                asked[name] = self._some(sorted(words))
        if draw.random() < 0.2:
            first, last = draw.sample(CLOCKS, 2)
            asked |= {"from_clock": f"{first // 60:02}:{first % 60:02}", "to_clock": f"{last // 60:02}:{last % 60:02}"}
        return asked

    def _events(self) -> dict[str, Any]:
        asked: dict[str, Any] = {"kinds": self._some(KINDS)}
        return asked if self.draw.random() < 0.6 else {**asked, "stores": self._some(STORES)}

    def _step(self) -> dict[str, Any]:
        return {"bought": self._purchases()} if self.draw.random() < 0.6 else {"did": self._events()}

    def _everyone(self) -> dict[str, Any]:
        return {}

    def _attribute(self) -> dict[str, Any]:
        told = self.draw.choice(["sex", "home_store", "age", "household_size", "place"])
        return self.draw.choice(
            [{"of": "sex", "is_one_of": self._some(["male", "female"])},
             {"of": "home_store", "is_one_of": self._some(STORES)},
             {"of": "age", **self._range(20, 60)}, {"of": "household_size", **self._range(0, 5)},
             {"of": "joined_on", "window": self._window(asked=True)},
             {"of": told, "known": self.draw.random() < 0.5}]
        )  # fmt: skip

    def _tier(self) -> dict[str, Any]:
        return {"is_one_of": self._some(TIERS)}

    def _staff(self) -> dict[str, Any]:
        return {}

    def _layer(self) -> dict[str, Any]:
        return {"is_one_of": self._some(["diamond", "gold", "silver", "dormant"])}

    def _stage(self) -> dict[str, Any]:
        return {"is_one_of": self._some(["new", "active", "at_risk", "dormant", "lost", "won_back"])}

    def _score(self) -> dict[str, Any]:
        return {"of": self.draw.choice(["recency", "frequency", "monetary"]), **self._range(1, 5)}

    def _household(self) -> dict[str, Any]:
        return self._range(1, 4)

    def _loyalty(self) -> dict[str, Any]:
        edges = [0, 1, 40, 41, 100]
        first, last = sorted(self.draw.choices(edges, k=2))
        return self.draw.choice([{"at_least": first}, {"at_most": last}, {"at_least": first, "at_most": last}])

    def _likes(self) -> dict[str, Any]:
        return {"category": self.draw.choice(CATEGORIES[:6]), "at_least": self.draw.choice([0, 10, 20, 30, 31])}

    def _tag(self) -> dict[str, Any]:
        strength = {"at_least": self.strong.choice([0, 20, 40, 41, 80])} if self.strong.random() < 0.6 else {}
        return {"tag": self.draw.choice(list(TAGS)), **strength}

    def _consent(self) -> dict[str, Any]:
        return {"channel": self.draw.choice(["sms", "email"]), "noted": self.draw.choice(["yes", "no", "unknown"])}

    def _reachable(self) -> dict[str, Any]:
        return {"channel": self.draw.choice(["sms", "email", "wechat", "phone"])}

    def _birthday(self) -> dict[str, Any]:
        first = self.draw.randrange(-3, 4)
        return self.draw.choice([{"from_days": first, "to_days": first + self.draw.randrange(4)}, {"months": [2, 11]}])

    def _near(self) -> dict[str, Any]:
        where = self.draw.choice([{"store": "S2"}, {"point": {"latitude": "31.239000", "longitude": "121.47"}}])
        return {"within_metres": self.draw.choice([0, 1000, 1001, 2002, 5000]), **where}

    def _lives_near(self) -> dict[str, Any]:
        where = self.draw.choice(
            [{"store": "S2"}, {"point": {"latitude": "31.239000", "longitude": "121.47"}}, {"home_store": True},
             {"point": {"latitude": "90", "longitude": "-180.0"}}]
        )  # fmt: skip
        return {"within_metres": self.draw.choice([500, 556, 1000, 1001, 2002, 3000, 5000, 50_000]), **where}

    def _bucket(self) -> dict[str, Any]:
        first = self.draw.randrange(10)
        return {
            "seed": self.draw.choice(["春", "a'b"]),
            "of": 10,
            "first": first,
            "last": self.draw.randrange(first, 10),
        }

    def _bought(self) -> dict[str, Any]:
        count = self.draw.choice(["receipts", "lines", "days", "pieces"])
        return fitting({"count": count, **self._range(0, 5), "of": self._purchases(), "window": self._window()})

    def _spent(self) -> dict[str, Any]:
        per = self.draw.choice([{}, {"per": "receipt"}, {"per": "line"}, {"per": "day"}])
        shown = lambda yuan: self.draw.choice([f"{yuan}.00", f"{yuan}", f"{yuan}.01"])  # noqa: E731
        asked = self._range(-5, 30, shown)
        if float(asked.get("at_least", "-99")) > float(asked.get("at_most", "99")):
            del asked["at_most"]
        return {**per, **asked, "of": self._purchases(), "window": self._window()}

    def _bought_on(self) -> dict[str, Any]:
        return {"which": self.draw.choice(["first", "last"]), "on": self._window(asked=True), "of": self._purchases()}

    def _did(self) -> dict[str, Any]:
        count = self.draw.choice(["events", "days"])
        return fitting({"of": self._events(), "count": count, **self._range(0, 3), "window": self._window()})

    def _did_on(self) -> dict[str, Any]:
        return {"which": self.draw.choice(["first", "last"]), "on": self._window(asked=True), "of": self._events()}

    def _sequence(self) -> dict[str, Any]:
        days, follows = self.draw.randrange(1, 5), self.draw.choice(["yes", "no"])
        steps = {"first": self._step(), "then": self._step()}
        return {**steps, "within_days": days, "follows": follows, "window": self._window()}


def fitting(leaf: dict[str, Any]) -> dict[str, Any]:
    """No more different days than the window holds: that is refused."""
    window = leaf["window"]
    span = window.get("last_days")
    if {"since", "until"} <= window.keys():
        span = (date.fromisoformat(window["until"]) - date.fromisoformat(window["since"])).days + 1
    if leaf["count"] == "days" and span is not None and leaf.get("at_least", 0) > span:
        return {**leaf, "at_least": span}
    return leaf


HELPERS = {"_some", "_range", "_window", "_purchases", "_events", "_step"}
LEAF_NAMES = tuple(name[1:] for name in vars(Trees) if name[0] == "_" != name[1] and name not in HELPERS)
"""The leaves that trees are drawn from: all but the reference to another segment."""
