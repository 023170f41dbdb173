"""The door of members."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pyarrow as pa

from huitou.bulk import service as bulk
from huitou.kernel.promise import Verdict
from huitou.members.errors import MemberNotFound, PhoneNotFound
from huitou.members.store import promises, reading, taking
from huitou.members.terms import Found, IdentitySeen, LayerShare, MemberSeen, NewMember
from huitou.privacy import service as privacy

SORTS = tuple(reading.SORTS)
# PostgreSQL's integers end here; a longer number in an address is nobody, not an error.
_LARGEST_ID = 2**63 - 1


def find_members(
    query: str,
    *,
    layer: str | None = None,
    store_id: int | None = None,
    sort: str = "spend",
    page: int = 1,
    page_size: int = 50,
) -> Found:
    """Members whose name, code, card or phone `query` means; an empty query is everybody. `page` counts from 1."""
    query = query.replace("\x00", "").strip()
    index = privacy.blind_index(query) if query else None
    counts = reading.count_by_layer(query, index, store_id)
    total = counts.get(layer, 0) if layer else sum(counts.values())
    offset = (page - 1) * page_size
    last = min(offset + page_size, total)
    rows = reading.page_of_members(
        query,
        index,
        layer=layer,
        store_id=store_id,
        sort=sort if sort in SORTS else "spend",
        offset=offset,
        limit=page_size,
        # Those without facts come last by spend, so early pages need not look for them.
        all_have_facts=sort == "spend" and last <= total - counts.get("", 0),
    )
    sealed = reading.sealed_phones([row.id for row in rows]) if rows else {}
    masked = {member: privacy.masked_phone(bytes(phone)) for member, phone in sealed.items()}
    return Found(tuple(replace(row, masked_phone=masked.get(row.id, "")) for row in rows), total, counts)


def member(member_id: int) -> MemberSeen:
    """Raises MemberNotFound, also for a member of a store that the reader doesn't see."""
    seen = reading.one_member(member_id) if 0 < member_id <= _LARGEST_ID else None
    if seen is None:
        raise MemberNotFound(member=member_id)
    return seen


def identities_of(member_id: int) -> list[IdentitySeen]:
    return [
        IdentitySeen(number, kind, privacy.masked_phone(bytes(sealed)) if sealed is not None else value or "", verified)
        for number, kind, value, sealed, verified in reading.identities(member_id)
    ]


def reveal_phone(member_id: int, identity_id: int) -> str:
    """The phone in clear. The caller notes who read it, in the same transaction (M5). Raises PhoneNotFound."""
    sealed = reading.sealed_phone(member_id, identity_id) if 0 < identity_id <= _LARGEST_ID else None
    if sealed is None:
        raise PhoneNotFound(member=member_id)
    return privacy.open_phone(bytes(sealed))


def layer_shares(store_id: int | None = None) -> list[LayerShare]:
    """Members and spend of each layer that has any, of the chain or of one home store."""
    return reading.shares_of_layers(store_id)


def take_strangers(kind: str, rows: pa.Table) -> int:
    """Make a member for each outside id (value, joined_on, home_store_id) that nobody has. Returns how many.

    `kind` is card, external or phone. Phones are sealed; raises NotAPhone where a value is none.
    """
    if kind != "phone":
        return taking.insert_strangers(kind, rows)
    sealed = [(privacy.seal_phone(row["value"]), row) for row in rows.to_pylist()]
    by_index = {index: (phone, tail, row) for (phone, index, tail), row in sealed}
    return taking.insert_phone_strangers(
        pa.table(
            {
                "value": [index.hex() for index in by_index],
                "sealed": [phone.hex() for phone, _, _ in by_index.values()],
                "tail": [tail for _, tail, _ in by_index.values()],
                "joined_on": pa.array([row["joined_on"] for *_, row in by_index.values()], pa.date32()),
                "home_store_id": pa.array([row["home_store_id"] for *_, row in by_index.values()], pa.int32()),
            }
        )
    )


def ids_of(kind: str, values: Iterable[str]) -> pa.Table:
    """(value, member_id) of whoever is known by these outside ids."""
    known = taking.ids_by_value(kind)
    if kind != "phone":
        return known
    spelled = {value: index.hex() for value in values if (index := privacy.blind_index(value))}
    by_index = dict(zip(known["value"].to_pylist(), known["member_id"].to_pylist(), strict=True))
    found = {value: by_index[index] for value, index in spelled.items() if index in by_index}
    return pa.table({"value": pa.array(found.keys(), pa.string()), "member_id": pa.array(found.values(), pa.int64())})


def take_people(people: Sequence[NewMember]) -> int:
    """Make these members; one whose card is known already is left as it is. Returns how many were made."""
    sealed = [privacy.seal_phone(person.phone) if person.phone else None for person in people]
    return taking.insert_people(
        pa.table(
            {
                "card": [person.card for person in people],
                "name": [person.name for person in people],
                "birthday": pa.array([person.birthday for person in people], pa.date32()),
                "joined_on": pa.array([person.joined_on for person in people], pa.date32()),
                "home_store_id": pa.array([person.home_store for person in people], pa.int32()),
                "phone_sealed": pa.array([seal[0].hex() if seal else None for seal in sealed], pa.string()),
                "phone_blind_index": pa.array([seal[1].hex() if seal else None for seal in sealed], pa.string()),
                "phone_tail": pa.array([seal[2] if seal else None for seal in sealed], pa.string()),
            }
        )
    )


def note_facts(rows: pa.Table) -> None:
    """Write down what insight found of each member; whoever is not in `rows` has no facts any more."""
    taking.write_facts(rows)


def verdicts() -> list[Verdict]:
    """Each promise of this room, and the first row that breaks it."""
    return [Verdict(kept.name, kept.says, bulk.first_row(kept.broken)) for kept in promises.PROMISES]
