"""What the page of a segment shows while somebody builds it: how many at each step, who, what they have in common, and
with which segments they overlap. Each is a question of its own; the newest of a person's questions ends the one before.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from huitou.access import service as access
from huitou.access.terms import Noted, Right
from huitou.insight import service as insight
from huitou.insight.service import Lift
from huitou.kernel.errors import HuitouError
from huitou.lake import service as lake
from huitou.segments import service as segments
from huitou.segments.errors import SensitiveTagAsked, SnapshotUnknown
from huitou.segments.service import tags
from huitou.segments.terms import All, Node, SegmentSeen
from huitou.usecases.chosen_members import Chosen
from huitou.usecases.load_lake import hear_waiting
from huitou.usecases.moments import moment_of
from huitou.usecases.segments import BecauseSaid, open_at, open_crowd, read_whole, require_may_ask, said_because, shown

LIMIT_SECONDS = 30
FRESH_SECONDS = 2.0
"""What waits longer for the lake is brought into it first."""
MOST_COMPARED = 40
"""With so many other segments one is compared."""
SAMPLE = 5


@dataclass(frozen=True, slots=True)
class Question:
    """Who asks, about what in which page, its number there, and as of when. The members whom they see count."""

    person: access.Person
    page: str
    number: int
    at: datetime

    @property
    def asker(self) -> str:
        return f"{self.person.username}:{self.page}"


@dataclass(frozen=True, slots=True)
class Looked:
    """How many meet the tree, and each part of it. `alone` by the place in the JSON; `left` for the parts of the
    outermost `all`: how many are left after each of them."""

    members: int
    all: int
    as_of: str
    reach: Mapping[str, Mapping[str, int]]
    alone: Mapping[str, int]
    left: Mapping[str, int]
    reads_lines: int
    """At most so many lines of the lake were read for it."""
    unheard: Sequence[segments.Unheard] = ()
    """Names in it that nothing bears so far."""


def look(text: str, question: Question, *, name: str = "") -> Looked:
    """Count a tree and its parts. Raises what `read_whole` raises, SegmentStopped and SegmentTookTooLong."""
    tree, _ = read_whole(text, name=name, person=question.person)
    trees = segments.trees()
    with _crowd(question) as crowd:
        whole = segments.resolved(tree.where, trees)
        _, lines = segments.estimate(crowd, whole)
        bits = {place: crowd.bits(segments.resolved(node, trees)) for place, node in segments.nodes(tree.where)}
        found = bits["where"]
        return Looked(
            found.bit_count(),
            crowd.members,
            shown(crowd.moment),
            segments.reach(crowd, found),
            {place: one.bit_count() for place, one in bits.items()},
            _left(tree.where, bits),
            lines,
            segments.unheard(crowd, whole),
        )


def _left(node: Node, bits: Mapping[str, int]) -> dict[str, int]:
    if not isinstance(node, All):
        return {}
    left, so_far = {}, None
    for number in range(len(node.of)):
        place = f"where.all[{number}]"
        so_far = bits[place] if so_far is None else so_far & bits[place]
        left[place] = so_far.bit_count()
    return left


def estimate_lines(text: str, at: datetime) -> int:
    """At most so many lines of the lake are read to count it; nothing is counted for that. Raises what `read_whole`
    raises."""
    _, tree = read_whole(text)
    with lake.open_session() as session:
        return segments.estimate_lines(session, tree, moment_of(at))


# ---- who is in it


@dataclass(frozen=True, slots=True)
class Drawn:
    """Somebody of the segment, and why."""

    member_id: int
    because: BecauseSaid


@dataclass(frozen=True, slots=True)
class Overlap:
    """How many are in this segment and in another one."""

    name: str
    segment_id: int
    members: int
    """In the other one."""
    both: int


@dataclass(frozen=True, slots=True)
class MoreOf:
    """What those in a segment have more or less often than everybody."""

    kind: str
    value: str
    lift: Lift


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of those in a segment beside its conditions."""

    members: int
    all: int
    as_of: str
    drawn: Sequence[Drawn]
    traits: Sequence[MoreOf]
    overlaps: Sequence[Overlap]


def profile(text: str, question: Question, *, name: str, seed: int, say: Callable[[str], str]) -> Profile:
    """A sample, what is over-represented, and the overlap with other segments, in one look at everybody. Raises what
    `look` raises."""
    tree, _ = read_whole(text, name=name, person=question.person)
    trees = segments.trees()
    with _crowd(question) as crowd:
        whole = segments.resolved(tree.where, trees)
        bits = crowd.bits(whole)
        drawn = segments.draw_sample(crowd, bits, seed=seed, most=SAMPLE)
        return Profile(
            bits.bit_count(),
            crowd.members,
            shown(crowd.moment),
            [Drawn(one, said_because(segments.why(crowd, whole, one), say)) for one in drawn],
            _more_of(crowd, bits) if bits else [],
            _overlaps(crowd, bits, name, trees, question.person) if bits else [],
        )


def _more_of(crowd: segments.Crowd, bits: int) -> list[MoreOf]:
    """Those that tell, the surest first, so that chance does not lead."""
    found = [
        MoreOf(one.kind, one.value, told)
        for one in segments.traits_of(crowd, bits)
        if (told := insight.lift_of(one.here, one.known, one.all, one.known_all)) is not None
    ]
    return sorted(found, key=lambda one: (-one.lift.sure, one.kind, one.value))


def _overlaps(
    crowd: segments.Crowd, bits: int, name: str, trees: Mapping[str, Node], person: access.Person
) -> list[Overlap]:
    """With the others that this person may ask for."""
    found = []
    for other in segments.listed()[:MOST_COMPARED]:
        if other.name == name:
            continue
        whole = segments.resolved(trees[other.name], trees)
        try:
            require_may_ask(whole, person)
        except SensitiveTagAsked:
            continue
        theirs = crowd.bits(whole)
        found.append(Overlap(other.name, other.segment_id, theirs.bit_count(), (theirs & bits).bit_count()))
    return sorted(found, key=lambda one: (-one.both, one.name))


@dataclass(frozen=True, slots=True)
class CountedNow:
    """A segment of the list as it is now. `problem`: what it could not be counted for; it is nobody."""

    name: str
    members: int
    reachable: int
    problem: HuitouError | None = None


def count_listed(names: Sequence[str], question: Question, *, channel: str) -> tuple[list[CountedNow], int, str]:
    """These segments, counted in one look at everybody; how many there are in all, and as of when."""
    trees = segments.trees()
    with _crowd(question) as crowd:
        reached = segments.reachable_by(crowd, channel)
        found = []
        for name in names:
            try:
                whole = segments.resolved(trees[name], trees)
                require_may_ask(whole, question.person)
                bits = crowd.bits(whole)
                found.append(CountedNow(name, bits.bit_count(), (bits & reached).bit_count()))
            except HuitouError as refusal:
                if refusal.code in ("segment_stopped", "segment_took_too_long"):
                    raise
                found.append(CountedNow(name, 0, 0, refusal))
        return found, crowd.members, shown(crowd.moment)


def export_members(name: str, question: Question, *, actor: str) -> tuple[list[int], str]:
    """The numbers of everybody in the newest version, and as of when; the audit trail keeps who took how many out.
    Raises what `look` raises."""
    found = members_in(name, question)
    access.note_by(
        actor,
        "segment.export",
        f"segment:{name}",
        version=found.version,
        members=len(found.ids),
        as_of=found.as_of,
    )
    return list(found.ids), found.as_of


def exports_of(name: str) -> list[Noted]:
    """Who took the members of a segment out, the newest first; `detail` has version, members and as_of. Asked beyond
    scope."""
    return access.noted(f"segment:{name}", "segment.export")


def members_in(name: str, question: Question) -> Chosen:
    """Of those whom this person sees, who is in the newest version of a kept segment. Raises SegmentUnknown, and what
    `look` raises."""
    seen = segments.find(name)
    trees = segments.trees()
    with _crowd(question) as crowd:
        whole = segments.resolved(segments.read_segment(seen.body).where, trees, (name,))
        require_may_ask(whole, question.person)
        ids = list(crowd.ids(crowd.bits(whole)))
        return Chosen(ids, name, seen.version, shown(crowd.moment))


def hidden_from(person: access.Person) -> Callable[[SegmentSeen], bool]:
    """Tells of a version of a segment whether it names a sensitive tag, itself or by others, which this person may not
    see: then they are told neither who is in it nor how many."""
    sensitive = frozenset() if access.may(person, Right.SEE_SENSITIVE_TAGS) else tags.sensitive_names()
    trees = segments.trees() if sensitive else {}

    def hidden(seen: SegmentSeen) -> bool:
        if not sensitive:
            return False
        tree = segments.read_segment(seen.body).where
        return not sensitive.isdisjoint(tags.tags_within(seen.name, {**trees, seen.name: tree}))

    return hidden


def require_asked_by(name: str, person: access.Person) -> None:
    """What was written down of a segment is read by who may ask for it. Raises SegmentUnknown, SensitiveTagAsked."""
    if hidden_from(person)(segments.find(name)):
        raise SensitiveTagAsked()


def ask_snapshot(name: str, person: access.Person) -> int:
    """Have it written down who is in it; its number. Raises SegmentUnknown, SensitiveTagAsked."""
    require_asked_by(name, person)
    return segments.ask_snapshot(name, asked_by=person.username)


def stop_snapshot(name: str, number: int, person: access.Person) -> None:
    """End a snapshot of this segment that waits or is counted. Raises SegmentUnknown, SensitiveTagAsked,
    SnapshotUnknown."""
    require_asked_by(name, person)
    if segments.snapshot(number).segment != name:
        raise SnapshotUnknown(number=number)
    segments.cancel_snapshot(number)
    access.note_by(person.username, "segment.snapshot_stop", f"segment:{name}", snapshot=number)


def stop(question: Question) -> None:
    """End what this asker counts."""
    segments.end_turn(question.asker, question.number)


@contextmanager
def _crowd(question: Question) -> Iterator[segments.Crowd]:
    """Everybody whom this person sees, until a newer question comes."""
    hear_apart(FRESH_SECONDS)
    with (
        segments.in_turn(question.asker, question.number) as turn,
        _seen_by(question, turn) as crowd,
        segments.within(crowd, LIMIT_SECONDS),
        turn.counting(crowd),
    ):
        yield crowd


@contextmanager
def _seen_by(question: Question, turn: segments.AskersTurn) -> Iterator[segments.Crowd]:
    """Whoever sees the chain asks what this process keeps of everybody; whoever sees some stores asks the database,
    whose policies hold them to these.

    What is kept is read for whoever asks next, too, and goes on; what is read for one question alone ends with it."""
    scope = access.scope_of(question.person)
    if scope.everything:
        with access.beyond_scope(question.person), open_at(question.at, live=True) as (crowd, _):
            yield crowd
        return
    with ExitStack() as open_for_them:
        with turn.reading(LIMIT_SECONDS):
            opening = open_crowd(question.at, stores=scope.store_ids, hear=_heard)
            crowd = open_for_them.enter_context(opening)
        yield crowd


def _heard(seconds: float) -> None:
    """What waited was heard already."""


def hear_apart(seconds: float) -> None:
    """On a connection of its own: a page's may write nothing, and sees only what its person may see."""

    def hear() -> None:
        try:
            hear_waiting(seconds)
        finally:
            connection.close()  # this thread's own

    thread = threading.Thread(target=hear)
    thread.start()
    thread.join()
