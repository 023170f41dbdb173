"""What members agree to be known by (E4): noted with its proof, taken back at any time, one word for a person."""

from __future__ import annotations

from huitou.members.errors import ConsentWithoutProof, MemberNotFound
from huitou.members.store import consents, reading
from huitou.members.terms import ConsentAbout, ConsentSeen

LONGEST_PROOF = 500


def agreed_to(member: int) -> frozenset[str]:
    """What the person agrees to now: words of ConsentAbout."""
    return consents.agreed_to(member)


def consents_of(member: int) -> list[ConsentSeen]:
    """Everything that they said, the newest first; the database shows it to whoever sees what is sensitive."""
    return [ConsentSeen(ConsentAbout(about), *others) for about, *others in consents.of_member(member)]


def note_consent(member: int, about: ConsentAbout, *, given: bool, by: str, how: str) -> bool:
    """They agree, or do not any more; `how` says what proves it. Said again it changes nothing, and is False.

    Raises MemberNotFound or ConsentWithoutProof.
    """
    if reading.one_member(member) is None:
        raise MemberNotFound(member=member)
    how = how.strip()
    if not 0 < len(how) <= LONGEST_PROOF or not how.isprintable():
        raise ConsentWithoutProof(most=LONGEST_PROOF)
    if (str(about) in consents.agreed_to(member)) == given:
        return False
    consents.note(member, str(about), given, by, how)
    return True
