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
    m: float
    u: float
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
            Level("same", "name_l = name_r", 0.93, 0.0008, common="name"),
            Level("sound", "sound_l = sound_r", 0.03, 0.0009, common="sound"),
            Level("one_character", "length(name_l) > 2 AND damerau_levenshtein(name_l, name_r) = 1", 0.02, 0.004),
            Level("other", "", 0.02, 0.99),
        ),
    ),
    Field(
        "birthday",
        _unknown("birthday"),
        (
            Level("same", "birthday_l = birthday_r", 0.9, 0.00006),
            Level("typing", "damerau_levenshtein(birthday_l, birthday_r) = 1", 0.05, 0.0015),
            Level("day_of_year", "substr(birthday_l, 6) = substr(birthday_r, 6)", 0.02, 0.0027),
            Level("other", "", 0.03, 0.995),
        ),
    ),
    Field(
        "phone",
        _unknown("phones"),
        (
            Level("same", "list_has_any(phones_l, phones_r)", 0.55, 0.0000012),
            Level("typing", "list_has_any(near_l, near_r)", 0.1, 0.0000025),
            Level("other", "", 0.35, 0.999995),
        ),
    ),
    Field(
        "address",
        _unknown("address"),
        (
            Level("same", "address_l = address_r", 0.6, 0.00003, common="address"),
            Level("like", f"{'list_unique(list_intersect(pieces_l, pieces_r))'} >= 0.75 * "
                  "greatest(len(pieces_l), len(pieces_r))", 0.15, 0.001),
            Level("other", "", 0.25, 0.998),
        ),
    ),
    Field(
        "email",
        _unknown("email"),
        (Level("same", "email_l = email_r", 0.7, 0.000001), Level("other", "", 0.3, 0.999999)),
    ),
    Field("sex", _unknown("sex"), (Level("same", "sex_l = sex_r", 0.98, 0.53), Level("other", "", 0.02, 0.47))),
    Field(
        "home_store",
        _unknown("home_store"),
        (Level("same", "home_store_l = home_store_r", 0.85, 0.05), Level("other", "", 0.15, 0.95)),
    ),
)  # fmt: skip

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
EXPECTED_TWICE = 0.01
"""The share of members who are somebody else as well, before anything is seen."""
LIKELY = 0.9
"""Pairs of at least this probability are shown to a person."""
COMMON_BIRTHDAY = 8
"""A birthday that so many times the average has is what a form fills in (1 January 1990), and tells nothing."""
