"""What a tag is by itself: how it fades, when it is unused, which circles there cannot be, and what scenes go by."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import duckdb
import pytest

from huitou.members.terms import ConsentAbout
from huitou.segments.errors import TagsCircular, TagUnfit
from huitou.segments.rules import tags
from huitou.segments.rules.document import parsed
from huitou.segments.rules.fading import FOR_EVER, days_at_least, strength_after
from huitou.segments.rules.scenes import SCENES, habits_sql
from huitou.segments.terms import Known
from huitou.segments.terms.tags import Tag, TagSource, TagUse

NOW = datetime(2026, 11, 6, 4, tzinfo=UTC)
DAY = date(2026, 11, 6)  # a Friday


def tree(leaf: str):
    return parsed(f'{{"language": 1, "where": {leaf}}}').where


@pytest.mark.parametrize(
    ("strength", "days", "left", "because"),
    [
        (80, 0, 80, "on the first day nothing has faded"),
        (80, -3, 80, "before it neither"),
        (80, 30, 40, "after a half-life half of it is left"),
        (80, 60, 20, "and after two a quarter"),
        (81, 30, 40, "a strength is whole, and never more than there is"),
    ],
)
def test_a_strength_fades(strength, days, left, because):
    assert strength_after(strength, days, 30) == left, because


def test_the_table_of_days_says_what_fading_says():
    for half_life in (1, 7, 30, 365):
        for least in (1, 20, 40, 100):
            for strength, days in enumerate(days_at_least(least, half_life)):
                if strength < least:
                    assert days == -1
                else:
                    assert strength_after(strength, days, half_life) >= least
                    assert strength_after(strength, days + 1, half_life) < least
    assert days_at_least(20, None)[19:21] == (-1, FOR_EVER), "without a half-life it stays"


def fit(**changed) -> Tag:
    return Tag(**{"name": "VIP", "owner": "Anna", "purpose": "invitations", "source": TagSource.HAND} | changed)


@pytest.mark.parametrize(
    ("changed", "field", "because"),
    [
        ({"name": " "}, "name", "it is called by something"),
        ({"owner": ""}, "owner", "somebody answers for it"),
        ({"purpose": ""}, "purpose", "it is there for something"),
        ({"purpose": "x" * 501}, "purpose", "nobody reads a book"),
        ({"evidence": "a\x00b"}, "evidence", "no control characters"),
        ({"least": 0}, "least", "a strength of nothing is no strength"),
        ({"half_life_days": 0}, "half_life_days", "it would be gone before it was there"),
        ({"expires_days": 3661}, "expires_days", "ten years"),
        ({"source": TagSource.SEGMENT, "of": "nobody"}, "of", "no such segment"),
        ({"source": TagSource.RULE, "of": "astronaut"}, "of", "no such rule"),
        ({"source": TagSource.TASTE, "of": "stones"}, "of", "no such category"),
        ({"of": "homemaker"}, "of", "what is given by hand comes from nothing"),
        ({"source": TagSource.TASTE, "of": "fruit", "sensitive": ConsentAbout.HEALTH}, "sensitive",
         "a taste asks nobody"),
    ],
)  # fmt: skip
def test_what_a_tag_cannot_be_is_named(changed, field, because):
    known = Known(segments=frozenset({"regulars"}), categories=frozenset({"fruit"}))
    tags.require_fit(fit(), known, SCENES)
    with pytest.raises(TagUnfit) as refused:
        tags.require_fit(fit(**changed), known, SCENES)
    assert refused.value.facts["field"] == field, because


def test_no_tag_is_given_because_of_itself():
    trees = {
        "a": tree('{"leaf": "tag", "tag": "B"}'),
        "b": tree('{"not": {"leaf": "segment", "segment": "c"}}'),
        "c": tree('{"any": [{"leaf": "tag", "tag": "A"}, {"leaf": "everyone"}]}'),
    }
    tags.require_no_circle(trees, {"A": "a"})
    tags.require_no_circle(trees, {"A": "a", "B": "a", "C": "c"} | {"B": "nowhere"})
    with pytest.raises(TagsCircular, match="A → B → A"):
        tags.require_no_circle(trees, {"A": "a", "B": "b"})


def test_a_tag_that_nothing_uses_is_flagged():
    long_ago, lately = NOW - timedelta(days=200), NOW - timedelta(days=89)
    uses = [
        TagUse("old", frozenset({"A", "B"}), long_ago, NOW - timedelta(days=91)),
        TagUse("new", frozenset({"B"}), lately, lately + timedelta(days=1)),
        TagUse("now", frozenset({"C"}), long_ago, None),
    ]
    assert tags.used_by("C", uses) == ["now"]
    assert tags.used_by("A", uses) == []
    flagged = {name: tags.is_unused(long_ago, tags.last_used(name, uses, NOW), NOW) for name in "ABCD"}
    assert flagged == {"A": True, "B": False, "C": False, "D": True}
    assert not tags.is_unused(lately, None, NOW), "who is new has time"


# ---- scenes, over a handful of lines


WEDNESDAY = date(2026, 11, 4)


def trips(member: int, *hours: int, category: str = "food", weeks: int = 1) -> list[tuple]:
    return [
        (member, 1000 * member + place, 1, "sale", WEDNESDAY - timedelta(days=7 * weeks * place), hour, category)
        for place, hour in enumerate(hours)
    ]


BABY = "个护母婴/纸尿裤/M"
LINES = [
    *trips(1, 18, 19, 20, 9),  # 3 of 4 after work
    *trips(2, 17, 18, 12, 21),  # half: 17 counts, 21 is too late
    *trips(3, 18, 19, 20),  # three trips say nothing
    *trips(4, 9, 9, 10, 12),  # mornings, no birthday told
    *trips(5, 12, 13, 14, 15),  # by day
    *trips(6, 12, 13, 14, 15),  # by day, and alone at home
    *trips(7, 8, 9, 10, 18),  # mornings, and 35 years old
    *trips(8, 12, category=BABY),
    *trips(9, 12, 12, 12, category=BABY, weeks=9),
    *trips(10, 12, category="个护母婴/婴儿洗护/湿巾洗护"),  # wipes are everybody's
    *[(11, 11001, 1, "return", WEDNESDAY, 12, BABY)],
    *[(12, 12000 + n, 1, "sale", WEDNESDAY - timedelta(days=365 + 7 * n), 18, "food") for n in range(6)],  # long ago
    *[(13, 13000, line, "sale", WEDNESDAY, 18, "food") for line in range(1, 9)],  # one trip of eight lines
]
PEOPLE = {7: (date(1991, 1, 1), None), 6: (None, 1), 14: (date(1966, 11, 6), None), 15: (date(1966, 11, 7), None)}


def found() -> dict[str, dict[int, int]]:
    """By rule the members and their strengths."""
    with duckdb.connect() as session:
        session.execute("CREATE TABLE lines (member_id BIGINT, receipt_id BIGINT, line INTEGER, kind VARCHAR, "
                        "business_date DATE, at_local TIMESTAMP, category VARCHAR)")  # fmt: skip
        session.executemany(
            "INSERT INTO lines VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(*row[:5], f"{row[4]} {row[5]}:00", row[6]) for row in LINES],
        )
        session.execute("CREATE TABLE people (member_id BIGINT, birthday DATE, household_size INTEGER)")
        session.executemany(
            "INSERT INTO people VALUES (?, ?, ?)", [(one, *PEOPLE.get(one, (None, None))) for one in range(1, 16)]
        )
        session.execute(f"CREATE TABLE habits AS {habits_sql(DAY)}")
        return {name: dict(session.sql(f"SELECT member_id, strength FROM ({one.sql})").fetchall())
                for name, one in SCENES.items()}  # fmt: skip


def test_scenes_go_by_shares_that_anybody_can_count_again():
    assert found() == {
        "office_worker": {1: 66, 2: 50},
        "homemaker": {5: 83},
        "senior": {4: 66, 14: 100},
        "young_parent": {8: 50, 9: 75},
    }
