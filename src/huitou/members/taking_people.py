"""Many members at once whose list is in order already: no file of people's words, nothing to be judged."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal

import pyarrow as pa

from huitou.members.rules.places import coarse_place
from huitou.members.spelling import spelled
from huitou.members.store import taking
from huitou.members.terms import NewMember, NewProfile, RefKind
from huitou.privacy import service as privacy


def take_people(people: Sequence[NewMember]) -> int:
    """Make these members; one whose card is known already is left as it is. Returns how many were made."""
    sealed = [privacy.seal_phone(person.phone) if person.phone else None for person in people]
    return taking.insert_people(
        pa.table(
            {
                "card": [person.card for person in people],
                "name": [person.name for person in people],
                "spelled": [spelled(person.name) for person in people],
                "birthday": pa.array([person.birthday for person in people], pa.date32()),
                "joined_on": pa.array([person.joined_on for person in people], pa.date32()),
                "home_store_id": pa.array([person.home_store for person in people], pa.int32()),
                "phone_sealed": pa.array([seal[0].hex() if seal else None for seal in sealed], pa.string()),
                "phone_blind_index": pa.array([seal[1].hex() if seal else None for seal in sealed], pa.string()),
                "phone_tail": pa.array([seal[2] if seal else None for seal in sealed], pa.string()),
            }
        )
    )


def take_identities(kind: str, rows: Sequence[tuple[str, str]]) -> int:
    """Further ways of knowing members: (card, value) of whoever has that card; one that is taken is left alone.

    Outside ids are verified. Phones are not: one that several share, or that was typed wrong, is no proof of anybody.
    Returns how many were written. Raises NotAPhone.
    """
    sealed = [privacy.seal_phone(value) if kind == RefKind.PHONE else None for _, value in rows]
    return taking.insert_identities(
        kind,
        pa.table(
            {
                "card": [card for card, _ in rows],
                "value": pa.array(
                    [None if seal else row[1] for row, seal in zip(rows, sealed, strict=True)], pa.string()
                ),
                "sealed": pa.array([seal[0].hex() if seal else None for seal in sealed], pa.string()),
                "blind_index": pa.array([seal[1].hex() if seal else None for seal in sealed], pa.string()),
                "tail": [seal[2] if seal else row[1][-4:] for row, seal in zip(rows, sealed, strict=True)],
            }
        ),
    )


def take_profiles(profiles: Sequence[NewProfile], *, source: str) -> int:
    """What members told about themselves; one who has a profile keeps it. Returns how many were written."""
    addresses = [sealed_with_index(profile.address, "address") for profile in profiles]
    return taking.insert_profiles(
        pa.table(
            {
                "card": [profile.card for profile in profiles],
                "sex": [profile.sex for profile in profiles],
                "household_size": pa.array([profile.household_size for profile in profiles], pa.int16()),
                "address_sealed": pa.array([sealed for sealed, _ in addresses], pa.string()),
                "address_index": pa.array([index for _, index in addresses], pa.string()),
                "lives_at": pa.array([_coarse(profile.lives_at) for profile in profiles], pa.string()),
                "consents_noted": [json.dumps(dict(profile.consents_noted)) for profile in profiles],
            }
        ),
        source,
    )


def _coarse(place: tuple[Decimal, Decimal] | None) -> str | None:
    return None if place is None else coarse_place(*place)


def sealed_with_index(text: str | None, what: str) -> tuple[str | None, str | None]:
    """(sealed, keyed index) in hexadecimal: what is the same, in whatever case, has the same index."""
    if text is None:
        return None, None
    return privacy.seal(text, purpose=what).hex(), privacy.keyed_digest(text.casefold(), purpose=what)
