"""What members agree to: told by another system once for ever, noted here by a person, and read with its history."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from huitou.access import service as access
from huitou.access.terms import Call, KeySeen
from huitou.members import service as members
from huitou.members.terms import MESSAGE_CHANNELS, MESSAGES, ConsentAbout, ConsentSaid, ConsentSeen
from huitou.segments.service import tags


@transaction.atomic
def tell_consent(caller: KeySeen, member_id: int, said: ConsentSaid, *, now: datetime) -> dict[str, Any]:
    """Keep it; what is sensitive and no longer agreed to takes its tags along at once. The same again changes nothing,
    and the answer does not tell what the member said before.

    Raises MemberNotFound, ConsentWithoutProof, ConsentOfTomorrow, ConsentTooLongAgo and ConsentDiffers.
    """
    new = members.keep_consent(member_id, said, now=now)
    if new:
        gone = 0
        if said.about != MESSAGES and said.about not in members.agreed_to(member_id):
            gone = tags.forget_sensitive(member_id, ConsentAbout(said.about))
        told = {"about": said.about, "channel": said.channel, "given": said.given, "tags_gone": gone}
        access.note_by(caller.name, "consent.note", f"member:{member_id}", **told)
    return {"id": said.source_id, "status": "recorded" if new else "replayed"}


@transaction.atomic
def note_word(
    member_id: int, channel: str, *, given: bool, at: datetime, actor: str, how: str, now: datetime
) -> int | None:
    """A member agrees to messages by a channel, or does not any more, as a person of the chain notes it; the number of
    the word, by which it is taken back. None: it was noted before, and nothing happened.

    Raises MemberNotFound, ConsentWithoutProof, ConsentOfTomorrow and ConsentTooLongAgo.
    """
    word = members.note_word(member_id, channel, given=given, at=at, by=actor, how=how, now=now)
    if word is not None:
        told = {"about": MESSAGES, "channel": channel, "given": given, "tags_gone": 0}
        access.note_by(actor, "consent.note", f"member:{member_id}", **told)
    return word


@transaction.atomic
def undo_word(member_id: int, word: int, *, actor: str) -> None:
    """Undo `note_word`: what held before holds again. Raises ConsentNotFound."""
    if members.undo_word(member_id, word, by=actor):
        access.note_by(actor, "consent.undo", f"member:{member_id}", word=word)


def words_of(member_id: int) -> dict[str, list[ConsentSeen]]:
    """By channel of messages everything that the person said, the newest first; those taken back are among them."""
    found: dict[str, list[ConsentSeen]] = {channel: [] for channel in MESSAGE_CHANNELS}
    for one in members.consents_of(member_id):
        if one.channel:
            found[one.channel].append(one)
    return found


def consents_told(caller: KeySeen, member_id: int) -> dict[str, Any]:
    """What holds now, every word so far, and what another system noted; what is sensitive only where the key may."""
    sensitive = caller.may(Call.SENSITIVE)
    history = [one for one in members.consents_of(member_id) if sensitive or one.about == MESSAGES]
    newest: dict[tuple[str, str], ConsentSeen] = {}
    for one in history:
        if one.undone_at is None:
            newest.setdefault((one.about, one.channel), one)
    profile = members.profile_of(member_id)
    return {
        "consents": [
            {"purpose": about, "channel": channel or None, "given": one.given, "since": one.at.isoformat()}
            for (about, channel), one in sorted(newest.items())
        ],
        "history": [_told(one) for one in history],
        "noted_elsewhere": dict(profile.consents_noted) if profile else {},
    }


def _told(one: ConsentSeen) -> dict[str, Any]:
    return {
        "purpose": one.about,
        "channel": one.channel or None,
        "given": one.given,
        "at": one.at.isoformat(),
        "source": one.noted_by,
        "id": one.source_id or None,
        "how": one.how,
        "noted_at": one.noted_at.isoformat() if one.noted_at else None,
        "undone_at": one.undone_at.isoformat() if one.undone_at else None,
    }
