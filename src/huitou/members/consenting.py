"""What members agree to: messages by a channel, and to be known by something sensitive (E4). Noted with its proof,
taken back at any time, one word for a person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import transaction

from huitou.members.errors import (
    ConsentDiffers,
    ConsentNotFound,
    ConsentOfTomorrow,
    ConsentTooLongAgo,
    ConsentWithoutProof,
    MemberNotFound,
)
from huitou.members.store import consents, merging, reading
from huitou.members.terms import ConsentAbout, ConsentSaid, ConsentSeen

LONGEST_PROOF = 500
CLOCKS_DIFFER = timedelta(minutes=5)
"""By which another system's clock may run ahead of ours."""
OLDEST = datetime(1980, 1, 1, tzinfo=UTC)
"""A year of four digits that was typed wrongly is no moment that everything else can reckon with."""


def agreed_to(member: int) -> frozenset[str]:
    """What is sensitive and the person agrees to now: words of ConsentAbout."""
    return consents.agreed_to(member)


def consents_of(member: int) -> list[ConsentSeen]:
    """Everything that they said, the newest word first; the database shows what is sensitive to whoever may see it."""
    return [ConsentSeen(*row) for row in consents.of_member(member)]


def note_consent(member: int, about: ConsentAbout, *, given: bool, by: str, how: str) -> bool:
    """They agree, or do not any more; `how` says what proves it. Said again it changes nothing, and is False.

    Raises MemberNotFound or ConsentWithoutProof.
    """
    if reading.one_member(member) is None:
        raise MemberNotFound(member=member)
    how = _proof(how)
    if (str(about) in consents.agreed_to(member)) == given:
        return False
    consents.note(member, str(about), given, by, how)
    return True


@transaction.atomic
def keep_consent(member: int, said: ConsentSaid, *, now: datetime) -> bool:
    """What another system tells of the member, once for ever by its id; whether it is new. A word that was said before
    one that is known joins the history and changes nothing now.

    Raises MemberNotFound, ConsentWithoutProof, ConsentOfTomorrow, ConsentTooLongAgo, and ConsentDiffers where the id
    told something else.
    """
    if merging.lock([member]).get(member, member) is not None:
        raise MemberNotFound(member=member)
    _proof(said.how)
    _moment(said.at, now)
    if consents.keep(member, said):
        return True
    if consents.told_as(said.source, said.source_id) != (member, said):
        raise ConsentDiffers(source_id=said.source_id)
    return False


@transaction.atomic
def note_word(member: int, channel: str, *, given: bool, at: datetime, by: str, how: str, now: datetime) -> int | None:
    """A member agrees to messages by a channel, or does not any more, as a person notes it here; the number of the
    word. None: the same person noted the same before. One that was said before a word that is known joins the history.

    Raises MemberNotFound, ConsentWithoutProof, ConsentOfTomorrow and ConsentTooLongAgo.
    """
    if merging.lock([member]).get(member, member) is not None:
        raise MemberNotFound(member=member)
    how = _proof(how)
    _moment(at, now)
    return consents.note_word(member, channel, given, at, by, how)


def undo_word(member: int, word: int, *, by: str) -> bool:
    """Take back a word about messages that was noted here by mistake: it stays in the history and counts no more.
    Taken back already it changes nothing, and is False. Raises ConsentNotFound."""
    undone = consents.undo(member, word, by)
    if undone is None:
        raise ConsentNotFound()
    return undone


def _moment(at: datetime, now: datetime) -> None:
    """Raises ConsentOfTomorrow or ConsentTooLongAgo."""
    if at > now + CLOCKS_DIFFER:
        raise ConsentOfTomorrow(at=at.isoformat())
    if at < OLDEST:
        raise ConsentTooLongAgo(at=at.isoformat())


def _proof(how: str) -> str:
    """Raises ConsentWithoutProof."""
    how = how.strip()
    if not 0 < len(how) <= LONGEST_PROOF or not how.isprintable():
        raise ConsentWithoutProof(most=LONGEST_PROOF)
    return how
