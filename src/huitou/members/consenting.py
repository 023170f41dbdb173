"""What members agree to: messages by a channel, and to be known by something sensitive (E4). Noted with its proof,
taken back at any time, one word for a person."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from huitou.members.errors import ConsentDiffers, ConsentOfTomorrow, ConsentWithoutProof, MemberNotFound
from huitou.members.store import consents, merging, reading
from huitou.members.terms import ConsentAbout, ConsentSaid, ConsentSeen

LONGEST_PROOF = 500
CLOCKS_DIFFER = timedelta(minutes=5)
"""By which another system's clock may run ahead of ours."""


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

    Raises MemberNotFound, ConsentWithoutProof, ConsentOfTomorrow, and ConsentDiffers where the id told something else.
    """
    if merging.lock([member]).get(member, member) is not None:
        raise MemberNotFound(member=member)
    _proof(said.how)
    if said.at > now + CLOCKS_DIFFER:
        raise ConsentOfTomorrow(at=said.at.isoformat())
    if consents.keep(member, said):
        return True
    if consents.told_as(said.source, said.source_id) != (member, said):
        raise ConsentDiffers(source_id=said.source_id)
    return False


def _proof(how: str) -> str:
    """Raises ConsentWithoutProof."""
    how = how.strip()
    if not 0 < len(how) <= LONGEST_PROOF or not how.isprintable():
        raise ConsentWithoutProof(most=LONGEST_PROOF)
    return how
