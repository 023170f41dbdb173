"""Which column is which field: from its header, which is a known word or holds one, and from what its values look like.

Nothing is taken because it is merely likelier. A guess is sure where a known word and the values agree and no other
column claims as much; everything else becomes a question.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from huitou.kernel.errors import N_
from huitou.lake.rules.words import normal
from huitou.lake.terms import FieldGuess, FileKind, Holds, KnownField, Said

SURE, ASKED_FROM = 80, 50
"""Percent: from here on a guess stands; from here on an optional field is asked about instead of left out."""
_LEAD = 8
_NEVER = 0
_MOSTLY, _MANY = 90, 30
"""Percent of a column's filled cells."""


@dataclass(frozen=True, slots=True)
class Looks:
    """What the values of a column look like: percent of its filled cells, in the sample that was looked at."""

    filled: int
    times: int = 0
    numbers: int = 0
    wholes: int = 0
    phones: int = 0
    distinct: int = 0
    clocks: int = 0
    days: int = 0
    """Dates without a time of day, or with midnight."""
    statuses: bool = False
    """Whether they can say what became of an order."""


def guess(
    kind: FileKind,
    columns: Mapping[str, Looks],
    given: Mapping[str, str | None],
    kept: Collection[str] = (),
) -> tuple[FieldGuess, ...]:
    """A guess for each field of the kind, in its order. What is `given` stands; None says that no column is. Of these
    fields `kept` are given by an earlier file of the source, and not by somebody now."""
    taken = {column for column in given.values() if column}
    free = [column for column in columns if column not in taken]
    claims = {field.name: _claims(field, free, columns) for field in kind.fields if field.name not in given}
    guesses = []
    for field in kind.fields:
        if field.name in given:
            why = (Said(N_("kept from last time") if field.name in kept else N_("you said so")),)
            guesses.append(FieldGuess(field.name, given[field.name], 100, True, why))
        else:
            guesses.append(_settled(field, claims))
    return tuple(_without_needless_clock(kind, guesses, columns, given))


def _without_needless_clock(
    kind: FileKind, guesses: Sequence[FieldGuess], columns: Mapping[str, Looks], given: Mapping[str, str | None]
) -> Iterator[FieldGuess]:
    """A time of day belongs to a date beside it. Dates that have one need no second, and none is asked for."""
    clocks = {field.name for field in kind.fields if field.holds is Holds.CLOCK} - set(given)
    dates = {field.name for field in kind.fields if field.holds is Holds.TIME}
    named = (guess.column for guess in guesses if guess.field in dates and guess.column is not None)
    date = next((columns[column] for column in named if column in columns), None)
    for found in guesses:
        needless = found.field in clocks and (date is None or date.days < _MOSTLY)
        yield FieldGuess(found.field, None, 0, True) if needless else found


@dataclass(frozen=True, slots=True)
class _Claim:
    column: str
    percent: int
    why: tuple[Said, ...]


def _claims(field: KnownField, free: Sequence[str], columns: Mapping[str, Looks]) -> list[_Claim]:
    claims = [_claim(field, column, columns[column]) for column in free]
    return sorted((claim for claim in claims if claim.percent > _NEVER), key=lambda claim: -claim.percent)


def _claim(field: KnownField, column: str, looks: Looks) -> _Claim:
    by_header, word = _by_header(field, column)
    fits, seen = _by_values(field.holds, looks)
    if by_header == 0:
        # Values alone never settle a field: a column of times may be any time.
        if field.holds is Holds.CLOCK and fits and looks.filled:
            return _Claim(column, ASKED_FROM, (seen,) if seen else ())
        return _Claim(column, 20 if fits and field.holds is Holds.TIME else _NEVER, (seen,) if seen else ())
    if field.holds is Holds.CLOCK and not (fits and looks.filled):
        return _Claim(column, _NEVER, ())
    why = (word, *((seen,) if seen else ()))
    if not fits:
        # A known word over values of which many fit and many do not is asked about, and not left aside in silence.
        many = by_header >= SURE and _fitting(field.holds, looks) >= _MANY
        return _Claim(column, ASKED_FROM if many else by_header // 3, why)
    return _Claim(column, by_header, why)


def _by_header(field: KnownField, column: str) -> tuple[int, Said]:
    name = normal(column.rsplit("#", 1)[0])
    facts = {"header": column, "field": field.name}
    if name == normal(field.name) or name in map(normal, field.words):
        return 95, Said(N_("the header {header} is a known word for {field}"), facts)
    if name in map(normal, field.also):
        return 85, Said(N_("the header {header} can mean {field}"), facts)
    held = [word for word in map(normal, field.words) if len(word) > 1 and word in name and _is_word_of(word, name)]
    if held:
        return 55, Said(N_("the header {header} holds {word}"), {**facts, "word": max(held, key=len)})
    return 0, Said("")


def _is_word_of(word: str, name: str) -> bool:
    """Chinese words stand side by side without spaces; of Latin ones only long ones are no accident."""
    return not word.isascii() or len(word) >= 5


def _by_values(holds: Holds, looks: Looks) -> tuple[bool, Said | None]:
    """Whether the values can be of that kind, and what was seen. A column that is empty can be anything."""
    if holds is Holds.ANY:
        return True, None
    if looks.filled == 0:
        return True, Said(N_("the column is empty in the rows that were looked at"))
    if holds is Holds.TIME:
        return _verdict(looks.times, N_("its values are times"), N_("its values are no times"))
    if holds is Holds.CLOCK:
        return _verdict(looks.clocks, N_("its values are times of day"), N_("its values are no times of day"))
    if holds is Holds.NUMBER:
        return _verdict(looks.numbers, N_("its values are numbers"), N_("its values are no numbers"))
    if holds is Holds.WHOLE:
        return _verdict(looks.wholes, N_("its values are whole numbers"), N_("its values are no whole numbers"))
    if holds is Holds.STATUS:
        seen = N_("its values are states of orders") if looks.statuses else N_("its values are no states of orders")
        return looks.statuses, Said(seen)
    if holds is Holds.PHONE:
        return _verdict(looks.phones, N_("its values are phone numbers"), N_("its values are no phone numbers"))
    if looks.times >= _MOSTLY and looks.numbers < _MOSTLY:
        return False, Said(N_("its values are times"))
    return True, None


def _fitting(holds: Holds, looks: Looks) -> int:
    """How many percent of the values are of that kind."""
    parts = {
        Holds.TIME: looks.times,
        Holds.NUMBER: looks.numbers,
        Holds.WHOLE: looks.wholes,
        Holds.PHONE: looks.phones,
    }
    return parts.get(holds, 0)


def _verdict(part: int, fits: str, fails: str) -> tuple[bool, Said]:
    return part >= _MOSTLY, Said(fits if part >= _MOSTLY else fails)


def _settled(field: KnownField, claims: Mapping[str, Sequence[_Claim]]) -> FieldGuess:
    mine = claims[field.name]
    if not mine:
        return FieldGuess(field.name, None, 0, not field.needed)
    best, *others = mine
    rivals = [claim.column for claim in others if claim.percent > best.percent - _LEAD]
    claimed = max(
        (
            claim.percent
            for name, theirs in claims.items()
            if name != field.name
            for claim in theirs[:1]
            if claim.column == best.column
        ),
        default=0,
    )
    if claimed > best.percent:
        # Another field has a better right to this column; the next one down is this field's.
        rest = {**claims, field.name: others}
        return _settled(field, rest)
    sure = best.percent >= SURE and not rivals and claimed < best.percent
    if not sure and best.percent < ASKED_FROM and not field.needed:
        return FieldGuess(field.name, None, best.percent, True, best.why)
    column = best.column if sure else None
    return FieldGuess(field.name, column, best.percent, sure, best.why, tuple(c.column for c in mine[:5]))
