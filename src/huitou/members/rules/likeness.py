"""Which fields tell that two members may be one person, how they can agree, and how much that says at first.

`m` is how often two rows of one person agree in this way, `u` how often two people do by chance; that weighs
log2(m / u) bits (I. P. Fellegi, A. B. Sunter: A Theory for Record Linkage, JASA 64, 1969). Of a chain with enough
members both are learnt from its own rows; these stand for small ones. A level that asks for nothing is the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

from huitou.kernel.errors import N_


@dataclass(frozen=True, slots=True)
class Level:
    """One way to agree. `sql` is over columns `{field}_l` and `{field}_r`; `common` scales by how common a value is."""

    code: str
    sql: str
    m: int
    u: int
    """Both in hundred-millionths."""
    common: str = ""
    """The column whose commonness counts: a rare name that is the same says more than a common one."""


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    unknown: str
    """SQL: one of the two says nothing, which is evidence of nothing."""
    levels: tuple[Level, ...]


def _unknown(column: str) -> str:
    return f"{column}_l IS NULL OR {column}_r IS NULL"


FIELDS = (
    Field(
        "name",
        _unknown("name"),
        (
            Level("same", "name_l = name_r", 93_000_000, 80_000, common="name"),
            Level("sound", "sound_l = sound_r", 3_000_000, 90_000, common="sound"),
            Level(
                "one_character", "length(name_l) > 2 AND damerau_levenshtein(name_l, name_r) = 1", 2_000_000, 400_000
            ),
            Level("other", "", 2_000_000, 99_000_000),
        ),
    ),
    Field(
        "birthday",
        _unknown("birthday"),
        (
            Level("same", "birthday_l = birthday_r", 90_000_000, 6_000),
            Level("typing", "damerau_levenshtein(birthday_l, birthday_r) = 1", 5_000_000, 150_000),
            Level("day_of_year", "substr(birthday_l, 6) = substr(birthday_r, 6)", 2_000_000, 270_000),
            Level("other", "", 3_000_000, 99_500_000),
        ),
    ),
    Field(
        "phone",
        _unknown("phones"),
        (
            Level("same", "list_has_any(phones_l, phones_r)", 55_000_000, 120),
            Level("typing", "list_has_any(near_l, near_r)", 10_000_000, 250),
            Level("other", "", 35_000_000, 99_999_500),
        ),
    ),
    Field(
        "address",
        _unknown("address"),
        (
            Level("same", "address_l = address_r", 60_000_000, 3_000, common="address"),
            Level(
                "like",
                "4 * len(list_intersect(pieces_l, pieces_r)) >= 3 * greatest(len(pieces_l), len(pieces_r))",
                15_000_000,
                100_000,
            ),
            Level("other", "", 25_000_000, 99_800_000),
        ),
    ),
    Field(
        "email",
        _unknown("email"),
        (Level("same", "email_l = email_r", 70_000_000, 100), Level("other", "", 30_000_000, 99_999_900)),
    ),
    Field(
        "sex",
        _unknown("sex"),
        (Level("same", "sex_l = sex_r", 98_000_000, 53_000_000), Level("other", "", 2_000_000, 47_000_000)),
    ),
    Field(
        "home_store",
        _unknown("home_store"),
        (
            Level("same", "home_store_l = home_store_r", 85_000_000, 5_000_000),
            Level("other", "", 15_000_000, 95_000_000),
        ),
    ),
)

LEVELS: dict[str, str] = {
    "same": N_("the same"),
    "sound": N_("sounds the same"),
    "one_character": N_("one character differs"),
    "typing": N_("one slip of typing apart"),
    "day_of_year": N_("the same day of another year"),
    "like": N_("nearly the same"),
    "other": N_("differs"),
    "unknown": N_("not known of both"),
}
BLOCKS = (
    ("phones",),
    ("near",),
    ("sound", "birthday"),
    ("family", "birthday"),
    ("sound", "address"),
    ("email",),
    ("name", "home_store", "month_day"),
)
"""Only pairs that share all columns of one of these are compared: nobody compares 800,000 members with each other."""
LISTS = ("phones", "near")
LEARN_BY = (("sound", "birthday"), ("phones",))
"""Pairs that share one of these teach how one person's rows agree in the other fields."""
LEARN_FROM = 20_000
"""Members: of fewer, too few are twice to learn from."""
EXPECTED_TWICE_PER = 100
"""One in so many members is somebody else as well, before anything is seen."""
LIKELY_PERCENT = 90
"""Pairs of at least this probability are shown to a person."""
COMMON_BIRTHDAY = 8
"""A birthday that so many times the average has is what a form fills in (1 January 1990), and tells nothing."""
