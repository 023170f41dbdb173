"""Segments over everything that is known: the lake's lines, the members' facts and events, the chain's stores."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.catalogue import service as catalogue
from huitou.lake import service as lake
from huitou.members import service as members
from huitou.segments import service as segments
from huitou.segments.errors import SensitiveTagAsked
from huitou.segments.service import tags
from huitou.segments.terms import Known, Moment, Node, Segment
from huitou.usecases.live_crowd import open_live
from huitou.usecases.load_lake import hear_waiting
from huitou.usecases.moments import moment_of

FRESH_SECONDS = 4.0
"""What waits longer for the lake is brought into it before anybody is counted."""


def known() -> Known:
    """What segments are checked against."""
    stores = catalogue.stores().values()
    paths = catalogue.category_paths()
    brands = catalogue.brands()
    return Known(
        stores=frozenset(store.code for store in stores),
        placed_stores=frozenset(store.code for store in stores if store.site),
        categories=frozenset(
            "/".join(path.split("/")[:end]) for path in paths for end in range(1, path.count("/") + 2)
        ),
        brands=frozenset(brands["brand"].to_pylist()),
        skus=frozenset(brands["sku"].to_pylist()),
        tags=frozenset(tags.known()),
        segments=frozenset(segments.trees()),
    )


def read_whole(text: str, *, name: str = "", person: access.Person | None = None) -> tuple[Segment, Node]:
    """The segment in this text, checked, and its tree with those of the segments that it names.

    `person` asks for it; None: whoever is at the machine itself. Raises SegmentUnreadable, SegmentTooLarge,
    SegmentImpossible, SegmentsCircular or SensitiveTagAsked.
    """
    segment = segments.parsed(text)
    segments.check(segment, known())
    whole = segments.resolved(segment.where, segments.trees(), (name,) if name else ())
    require_may_ask(whole, person)
    return segment, whole


def require_may_ask(whole: Node, person: access.Person | None) -> None:
    """A tree that names a sensitive tag, its references resolved, is asked by whoever may see such tags. Raises
    SensitiveTagAsked."""
    require_may_name(tags.tags_of(whole), person)


def require_may_name(named: Collection[str], person: access.Person | None) -> None:
    """Of these tags a sensitive one is asked for by whoever may see such. Raises SensitiveTagAsked."""
    if person is None or access.may(person, Right.SEE_SENSITIVE_TAGS):
        return
    if tags.sensitive_names() & set(named):
        raise SensitiveTagAsked()


@contextmanager
def open_crowd(
    at: datetime,
    *,
    only: int | None = None,
    stores: Collection[int] | None = None,
    hear: Callable[[float], None] = hear_waiting,
) -> Iterator[segments.Crowd]:
    """Everybody (or `only` one member) at this moment, by the chain's clock where it has no zone. Receipts that wait
    for the lake come first. `stores`: those that the asker sees, whose members alone are counted; None: the chain.
    A page says how it hears what waits: its own connection sees what its person may see, and writes nothing."""
    hear(FRESH_SECONDS)
    moment = moment_of(at if at.tzinfo else at.replace(tzinfo=timezone.get_default_timezone()))
    with lake.open_session() as session:
        lake.lay_baskets(session)
        events = members.events_of_everybody(settings.TIME_ZONE, only)
        people, tagged = members.everybody(only), tags.everybody(only)
        yield segments.open_crowd(session, moment, people, events, catalogue.brands(), tagged, stores)


@dataclass(frozen=True, slots=True)
class Counted:
    """How many, out of how many, as of when, and by channel how many for each reason."""

    members: int
    all: int
    as_of: str
    reach: Mapping[str, Mapping[str, int]]
    reads_lines: int
    """At most so many lines of the lake were read for it."""
    warnings: Sequence[Mapping[str, str]] = ()
    """Names in it that nothing bears so far: `code`, `name`, and in the asker's language `message`."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Listed:
    """Who, as of when; rising numbers."""

    ids: Sequence[int]
    as_of: str


@dataclass(frozen=True, slots=True)
class BecauseSaid:
    """A condition in words, whether it holds for the member, and what it is made of."""

    says: str
    holds: bool
    parts: tuple[BecauseSaid, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def count_segment(
    text: str,
    *,
    at: datetime,
    seconds: int = 60,
    stores: Collection[int] | None = None,
    live: bool = False,
    say: Callable[[str], str] = str,
) -> Counted:
    """Of everybody, or of the members of these stores alone. `live`: `at` is now, and what this process keeps answers,
    quick from the second time on. Raises what `read_whole` raises, and SegmentTookTooLong."""
    _, tree = read_whole(text)
    with open_at(at, stores=stores, live=live) as (crowd, seen):
        _, lines = segments.estimate(crowd, tree)
        with segments.within(crowd, seconds):
            bits = crowd.bits(tree) & seen
            reached = segments.reach(crowd, bits)
            doubts = warnings_said(segments.unheard(crowd, tree), say)
        return Counted(bits.bit_count(), seen.bit_count(), shown(crowd.moment), reached, lines, doubts)


def warnings_said(found: Sequence[segments.Unheard], say: Callable[[str], str]) -> list[dict[str, str]]:
    return [{"code": one.code, "name": one.name, "message": say(one.says).format(name=one.name)} for one in found]


@contextmanager
def open_at(
    at: datetime, *, stores: Collection[int] | None = None, live: bool = False
) -> Iterator[tuple[segments.Crowd, int]]:
    """Everybody at this moment, and the bits of those whom the asker sees. `live`: it is now; what is told is at most
    five seconds behind (`crowd.moment` says), quick from the second time on, and one asks at a time."""
    if live:
        with open_live(at, stores=stores) as found:
            if found is not None:
                yield found
                return
    with open_crowd(at, stores=stores) as crowd:
        yield crowd, crowd.everybody


def members_of_segment(text: str, *, at: datetime, seconds: int = 60, live: bool = False) -> Listed:
    """Raises what `read_whole` raises, and SegmentTookTooLong."""
    _, tree = read_whole(text)
    with open_at(at, live=live) as (crowd, _), segments.within(crowd, seconds):
        return Listed(list(crowd.ids(crowd.bits(tree))), shown(crowd.moment))


def take_members_out(text: str, *, at: datetime, seconds: int = 60, live: bool = False, actor: str) -> Listed:
    """The same for somebody who takes the numbers away; the audit trail keeps who took how many out."""
    found = members_of_segment(text, at=at, seconds=seconds, live=live)
    access.note_by(actor, "segment.read", "segments", members=len(found.ids), as_of=found.as_of)
    return found


def why_member(
    text: str,
    member_id: int,
    *,
    at: datetime,
    say: Callable[[str], str],
    whole: bool = False,
    hear: Callable[[float], None] = hear_waiting,
    person: access.Person | None = None,
) -> BecauseSaid:
    """What decides whether a member is in it; `whole`: every condition. Raises what `read_whole` raises, and
    NotAMember."""
    _, tree = read_whole(text, person=person)
    with open_crowd(at, only=member_id, hear=hear) as crowd:
        because = segments.why(crowd, tree, member_id)
        return said_because(because if whole else segments.deciding(because), say)


def said_because(because: segments.Because, say: Callable[[str], str]) -> BecauseSaid:
    """Each condition in words."""
    parts = tuple(said_because(part, say) for part in because.parts)
    return BecauseSaid(segments.clause(because.node, say), because.holds, parts)


def define_segment(
    name: str, text: str, *, made_by: str, on_top_of: int | None = None, person: access.Person | None = None
) -> int:
    """Keep the segment under this name; returns its version. `on_top_of` is the version that was changed, 0 for a new
    segment. Raises what `read_whole` raises, and what `segments.define` raises."""
    with transaction.atomic():
        read_whole(text, name=name.strip(), person=person)
        version = segments.define(name, segments.parsed(text), known(), made_by=made_by, on_top_of=on_top_of)
        tags.require_no_circle(segments.trees())
        access.note_by(made_by, "segment.define", f"segment:{name.strip()}", version=version)
    return version


@transaction.atomic
def delete_segment(name: str, *, actor: str) -> None:
    """Raises SegmentUnknown or SegmentInUse."""
    segments.delete(name)
    access.note_by(actor, "segment.delete", f"segment:{name}")


@transaction.atomic
def archive_segment(name: str, *, actor: str) -> None:
    """Raises SegmentUnknown or SegmentInUse."""
    segments.archive(name)
    access.note_by(actor, "segment.archive", f"segment:{name}")


def restore_segment(name: str, *, actor: str) -> None:
    """Raises SegmentUnknown, and what `read_whole` raises where it names what has gone."""
    with transaction.atomic():
        segments.restore(name, known())
        tags.require_no_circle(segments.trees())
        access.note_by(actor, "segment.restore", f"segment:{name}")


def listed_segments(say: Callable[[str], str]) -> list[dict[str, Any]]:
    """Every segment with its newest version, its sentence, and what uses it."""
    return [
        {
            "name": one.name,
            "version": one.version,
            "sentence": segments.sentence(segments.read_segment(one.body), say),
            "made_by": one.made_by,
            "made_at": one.made_at.isoformat(),
            "used_by": segments.users_of(one.name),
        }
        for one in segments.listed()
    ]


def shown(moment: Moment) -> str:
    """By the chain's clock."""
    return timezone.localtime(moment.at.replace(tzinfo=UTC)).isoformat(timespec="seconds")
