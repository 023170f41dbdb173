"""The door of members."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

import pyarrow as pa

from huitou.bulk import service as bulk
from huitou.bulk.trip import Answer, Trip
from huitou.kernel.ids import member_number
from huitou.kernel.measured import Measured
from huitou.kernel.promise import Verdict
from huitou.members.codes import dynamic_code, looks_like_code, read_code, signed_code
from huitou.members.consenting import agreed_to, consents_of, keep_consent, note_consent, note_word, undo_word
from huitou.members.deciding import (
    AGREEMENTS,
    candidate,
    candidate_counts,
    candidates,
    candidates_of,
    keep_candidates,
    note_merged,
    note_parted,
    reject_candidate,
    reopen_candidate,
)
from huitou.members.errors import MemberNotFound, PhoneNotFound
from huitou.members.finding import Looked, find
from huitou.members.for_tills import cards_of_store, of_store_for_tills
from huitou.members.guessing import (
    MOST_WRONG_CODES,
    MOST_WRONG_CODES_OF_A_KEY,
    forget_codes,
    note_wrong_code,
    require_few_wrong_codes,
    spend_code,
)
from huitou.members.households import (
    call_household,
    household_of,
    leave_household,
    link_households,
    live_together,
    return_to_household,
)
from huitou.members.keeping import (
    LARGEST_ID,
    Changed,
    Kept,
    among,
    changes_since,
    events_between,
    events_of_everybody,
    everybody,
    forget_changes,
    kept_everybody,
    kept_rows,
    note_everybody,
    some_of_everybody,
)
from huitou.members.likeness import likely_pairs
from huitou.members.living import forget_where, home_of, live_at
from huitou.members.merging import (
    BECAUSE,
    fields_of_two,
    merge,
    merge_of,
    merges,
    merges_of,
    note_moved,
    part,
    parts_of,
    ready_to_merge,
    ready_to_part,
    survivors,
)
from huitou.members.prompted import ask_answers, prompt_outcomes, read_answers
from huitou.members.registering import is_a_phone, record_event, register
from huitou.members.spelling import typed
from huitou.members.staffing import dismiss, employ, keep_on, staff
from huitou.members.store import (
    identifying,
    online,
    person,
    promises,
    quality,
    reading,
    searching,
    sharing,
    taking,
)
from huitou.members.taking_back import (
    forget_files,
    let_leave,
    made_by_files,
    remembers_file,
    take_back_file,
    unreferenced,
    unused,
)
from huitou.members.taking_file import PERSON_REASONS, judge_rows, masked_cells, take_member_file
from huitou.members.taking_people import take_identities, take_people, take_profiles
from huitou.members.terms import (
    READABLE_KINDS,
    AtTheTill,
    EventSeen,
    Found,
    IdentitySeen,
    MemberFacts,
    MemberRef,
    MemberSeen,
    ProfileSeen,
    SharedPhone,
)
from huitou.privacy import service as privacy

__all__ = [
    "AGREEMENTS",
    "BECAUSE",
    "MOST_WRONG_CODES",
    "MOST_WRONG_CODES_OF_A_KEY",
    "PERSON_REASONS",
    "Changed",
    "Kept",
    "Looked",
    "agreed_to",
    "among",
    "ask_answers",
    "call_household",
    "candidate",
    "candidate_counts",
    "candidates",
    "candidates_of",
    "cards_of_store",
    "changes_since",
    "consents_of",
    "dismiss",
    "dynamic_code",
    "employ",
    "events_between",
    "events_of_everybody",
    "everybody",
    "fields_of_two",
    "find",
    "forget_changes",
    "forget_codes",
    "forget_files",
    "forget_where",
    "home_of",
    "household_of",
    "judge_rows",
    "keep_candidates",
    "keep_consent",
    "keep_on",
    "kept_everybody",
    "kept_rows",
    "leave_household",
    "let_leave",
    "likely_pairs",
    "link_households",
    "live_at",
    "live_together",
    "looks_like_code",
    "made_by_files",
    "masked_cells",
    "merge",
    "merge_of",
    "merges",
    "merges_of",
    "note_consent",
    "note_everybody",
    "note_merged",
    "note_moved",
    "note_parted",
    "note_word",
    "note_wrong_code",
    "of_store_for_tills",
    "part",
    "parts_of",
    "prompt_outcomes",
    "read_answers",
    "read_code",
    "ready_to_merge",
    "ready_to_part",
    "record_event",
    "register",
    "reject_candidate",
    "remembers_file",
    "reopen_candidate",
    "require_few_wrong_codes",
    "return_to_household",
    "signed_code",
    "some_of_everybody",
    "spend_code",
    "staff",
    "survivors",
    "take_back_file",
    "take_identities",
    "take_member_file",
    "take_people",
    "take_profiles",
    "undo_word",
    "unreferenced",
    "unused",
]

SORTS = tuple(reading.SORTS)
LEAST_PHONE = 8
SHORTEST_QUERY = 2
"""Characters: one alone is half a city."""


def find_members(
    query: str,
    *,
    layer: str | None = None,
    store_id: int | None = None,
    scores: Mapping[str, int] | None = None,
    sort: str = "spend",
    page: int = 1,
    page_size: int = 50,
    counts: Mapping[str, int] | None = None,
) -> Found:
    """Members whose name, code, card or phone `query` means; an empty query is everybody. `scores` asks for a score of
    `recency` or `frequency`, 1 to 5. `page` counts from 1. `counts`: how many each layer has, where somebody counted
    them already; else they are counted here."""
    query = query.replace("\x00", "").strip()
    index = privacy.blind_index(query) if query else None
    scores = scores or {}
    counts = dict(counts) if counts is not None else reading.count_by_layer(query, index, store_id, scores)
    total = counts.get(layer, 0) if layer else sum(counts.values())
    offset = (page - 1) * page_size
    last = min(offset + page_size, total)
    rows = reading.page_of_members(
        query,
        index,
        layer=layer,
        store_id=store_id,
        scores=scores,
        sort=sort if sort in SORTS else "spend",
        offset=offset,
        limit=page_size,
        # Those without facts come last, so early pages need not look for them.
        all_have_facts=sort in reading.FACTS_FIRST and last <= total - counts.get("", 0),
    )
    sealed = reading.sealed_phones([row.id for row in rows]) if rows else {}
    masked = {member: privacy.masked_phone(bytes(phone)) for member, phone in sealed.items()}
    return Found(tuple(replace(row, masked_phone=masked.get(row.id, "")) for row in rows), total, counts)


def count_members(store_id: int | None = None) -> int:
    """Everybody that the reader sees, or everybody of a home store."""
    return reading.count(store_id)


def member(member_id: int) -> MemberSeen:
    """Raises MemberNotFound, also for a member of a store that the reader doesn't see."""
    seen = reading.one_member(member_id) if 0 < member_id <= LARGEST_ID else None
    if seen is None:
        raise MemberNotFound(member=member_id)
    return seen


def identities_of(member_id: int) -> list[IdentitySeen]:
    return [
        IdentitySeen(
            number, kind, privacy.masked_phone(bytes(sealed)) if sealed is not None else value or "", verified, shared
        )
        for number, kind, value, sealed, verified, shared in reading.identities(member_id)
    ]


def reveal_phone(member_id: int, identity_id: int) -> str:
    """The phone in clear. The caller notes who read it, in the same transaction (M5). Raises PhoneNotFound."""
    sealed = reading.sealed_phone(member_id, identity_id) if 0 < identity_id <= LARGEST_ID else None
    if sealed is None:
        raise PhoneNotFound(member=member_id)
    return privacy.open_phone(bytes(sealed))


def profile_of(member_id: int) -> ProfileSeen | None:
    """What the member told about themselves; that there is an e-mail or an address, and not which. None: nothing."""
    row = person.profile_row(member_id)
    if row is None:
        return None
    sealed = {f"has_{what}": row.pop(f"{what}_sealed") is not None for what in ("email", "address")}
    return ProfileSeen(**row, **sealed)


def events_of(member_id: int, *, before: tuple[date, int], zone: str, limit: int) -> list[EventSeen]:
    """What a member did without buying, newest first, before a day (by the clock of `zone`) and an id."""
    return reading.events_of(member_id, before, zone, limit)


def count_events(member_id: int) -> int:
    return reading.count_events(member_id)


def take_strangers(kind: str, rows: pa.Table) -> list[int]:
    """Make a member for each outside id (value, joined_on, home_store_id) that nobody has. Returns whom.

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
    """(value, member_id, origin_id) of whoever is known by these outside ids or phones: as many as memory holds at
    once. The last is whose it was before that person became one with another: mostly null."""
    if kind != "phone":
        found = taking.ids_by_value(kind, list(values))
    else:
        spelled = {value: index for value in values if (index := privacy.blind_index(value))}
        by_index = taking.ids_by_index(list(spelled.values()))
        found = {value: by_index[index] for value, index in spelled.items() if index in by_index}
    return pa.table(
        {
            "value": pa.array(found.keys(), pa.string()),
            "member_id": pa.array([member for member, _ in found.values()], pa.int64()),
            "origin_id": pa.array([origin for _, origin in found.values()], pa.int64()),
        }
    )


def ids_known(kind: str) -> pa.Table:
    """(value, member_id) of every outside id of this kind, which is no phone."""
    return taking.ids_known(kind)


def having(kind: str, member_ids: Iterable[int]) -> set[int]:
    """Which of these members have an identity of this kind."""
    wanted = sorted(set(member_ids))
    return reading.having(kind, wanted) if wanted else set()


def phones_of_several(values: Iterable[str]) -> set[str]:
    """Which of these phones are several members', with nobody's verified: nobody knows whose points they name."""
    shared = reading.indexes_of_several()
    return {value for value in values if (index := privacy.blind_index(value)) and index in shared}


def mark_shared_phones() -> int:
    """Count anew who has each phone, and mark those that several members share; how many phones are shared."""
    return sharing.mark(None)


def shared_phones(limit: int = 100) -> list[SharedPhone]:
    """Phones that several members have, those of most members first."""
    return [SharedPhone(*row) for row in sharing.shared(limit)]


def note_facts(rows: pa.RecordBatchReader | None) -> None:
    """Write down what insight found of each member; whoever is not in `rows` has no facts any more. None: nobody is."""
    taking.write_facts(rows) if rows is not None else taking.forget_facts()


def note_changed_facts(rows: pa.RecordBatchReader, gone: pa.Table) -> int:
    """Write down only the facts that differ from those that are there, and take those of the members in `gone`
    (member_id) away; how many members have facts then."""
    return taking.write_changed_facts(rows, gone)


def note_tiers(members: Sequence[int], rows: pa.Table) -> None:
    """Write down which tier each of these members has (member_id, tier, since, until or null); who is not in `rows` has
    none."""
    taking.write_tiers(list(members), rows)


def tier_of(member_id: int, on: date) -> str:
    """The member's tier on that day, as loyalty wrote it down; empty where there is none."""
    return reading.tier(member_id, on)


def count_joined_by(day: date) -> int:
    """How many members there were at the end of that day."""
    return reading.count_joined_by(day)


def facts_now() -> pa.Table:
    """(member_id, layer, last_purchase_on, receipts_year, spend_year_fen) of every member with facts whom the reader
    sees."""
    return taking.facts_now()


def homes_now() -> pa.Table:
    """(member_id, home_store_id) of every member who has a home store."""
    return taking.homes_now()


def verdicts() -> list[Verdict]:
    """Each promise of this room, and the first row that breaks it."""
    return [Verdict(kept.name, kept.says, bulk.first_row(kept.broken)) for kept in promises.PROMISES]


def ask_facts(trip: Trip, member: int, on: date) -> Answer:
    """Queue the question for a member's birthday and for the tier that they have on this day."""
    return online.ask_facts(trip, member, on)


def read_facts(asked: Answer) -> MemberFacts:
    """What `ask_facts` asked for, of a member who is there."""
    return MemberFacts(*asked.rows()[0])


def take_strangers_online(strangers: Sequence[tuple[MemberRef, date, int]]) -> dict[MemberRef, int]:
    """Members for cards, outside ids and phones (ref, joined on, home store) of sales that happened.

    Returns the member of each, made now or there before. A phone that several members share stays nobody's, and so
    does what is no phone; codes and member numbers are never made. Belongs into the caller's transaction.
    """
    known: dict[tuple[str, str], MemberRef] = {}
    phones: dict[MemberRef, bytes] = {}
    for ref, _, _ in strangers:
        if is_a_phone(ref):
            if index := privacy.blind_index(ref.value):
                phones[ref] = index
        elif ref.kind in READABLE_KINDS:
            known[ref.kind, ref.value] = ref
    found: dict[MemberRef, int] = {}
    # All names in one order, as who registers: else one would wait for the card and the other for the phone.
    online.meet([*(f"{kind}/{value}" for kind, value in known), *(index.hex() for index in phones.values())])
    if known:
        rows = [(ref.kind, ref.value, day, store) for ref, day, store in strangers if (ref.kind, ref.value) in known]
        found |= {known[outside]: member for outside, member in online.insert_known(rows).items()}
    if phones:
        sealed = {ref: privacy.seal_phone(ref.value) for ref in phones}
        made = online.insert_phones(
            [(phones[ref], *sealed[ref][::2], day, store) for ref, day, store in strangers if ref in phones]
        )
        found |= {ref: made[index] for ref, index in phones.items() if index in made}
    return found


def looks_like_phone(text: str) -> bool:
    """Whether it is as long as a whole phone; shorter ones are cards or last digits."""
    return len(text) >= LEAST_PHONE and privacy.blind_index(text) is not None


def look_up(words: str, *, stores: Sequence[int] | None, limit: int) -> list[int]:
    """Members of these home stores (None: of all) whose name, pinyin or initials are typed, the likeliest first.

    Four digits are the end of a phone.
    """
    asked = typed(words)
    if len(asked) == 4 and asked.isdigit():
        return identifying.ids_by_tail(asked, stores, limit)
    return identifying.ids_by_words(asked, stores, limit) if len(asked) >= SHORTEST_QUERY else []


def search(words: str, limit: int) -> list[int]:
    """Members whom the reader sees, for who types into the console: by card, outside id, member number, whole phone or
    its last four digits; else by name, pinyin or initials, the likeliest first."""
    text = words.replace("\x00", "").strip()
    number = member_number(text)
    index = privacy.blind_index(text) if text else None
    number = number if number is not None and number <= LARGEST_ID else None
    found = searching.ids_by_identity(text, index, number, limit) if len(text) >= SHORTEST_QUERY else []
    asked = typed(text)
    if len(asked) == 4 and asked.isdigit():
        found += searching.ids_by_tail(asked, limit)
    elif len(asked) >= SHORTEST_QUERY and not asked.isdigit():
        found += searching.ids_by_words(asked, limit)
    return list(dict.fromkeys(found))[:limit]


def at_the_till(member_ids: Sequence[int]) -> list[AtTheTill]:
    """These members in this order, as a cashier sees them."""
    return [
        replace(one, masked_phone=privacy.masked_phone(bytes(sealed))) if sealed is not None else one
        for one, sealed in identifying.shown(member_ids)
    ]


def measured() -> list[Measured]:
    """How complete and how single what is known here is, by source."""
    return quality.measured()
