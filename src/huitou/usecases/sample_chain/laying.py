"""Lay the sample chain into an empty installation, by the same trips that a real chain takes.

Whatever is killed on the way, the next run finishes it: the seed and the chain's "today" are noted before anything is
written, the people and the receipts follow from them, and each trip changes nothing the second time.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from huitou.catalogue import service as catalogue
from huitou.members import service as members
from huitou.members.terms import NewMember
from huitou.usecases.import_receipts import import_receipts
from huitou.usecases.refresh import refresh
from huitou.usecases.sample_chain.errors import OtherDataHere, SampleNoteUnreadable
from huitou.usecases.sample_chain.people import Person, draw_people
from huitou.usecases.sample_chain.places import PLACES
from huitou.usecases.sample_chain.receipt_lines import COLUMNS, write_receipt_lines
from huitou.usecases.sample_chain.visits import draw_visits

SOURCE = "sample-chain"
NOTE = "sample-chain.json"
STEPS = ("people", "receipts", "import", "refresh", "done")
"""In their order. `begin` hears each as it begins, and again at each step within it."""


@dataclass(frozen=True, slots=True)
class SampleChain:
    """Which sample chain this installation holds. The same values make the same chain."""

    seed: int
    members: int
    today: date
    laid: bool = False
    """Whether everything arrived."""


def lay_sample_chain(
    folder: Path, *, seed: int, member_count: int, now: datetime, begin: Callable[[str], None]
) -> SampleChain:
    """Lay the chain, or finish one that was begun; one that is there is left as it is.

    `folder` keeps the note; `now` has the shop's zone; `begin` hears STEPS. Raises OtherDataHere
    and SampleNoteUnreadable.
    """
    chain = sample_chain_in(folder)
    if chain is not None and chain.laid and catalogue.stores():
        return chain
    _refuse_other_data(begun=chain is not None)
    chain = replace(chain, laid=False) if chain else SampleChain(seed, member_count, now.date())
    _note(folder, chain)

    begin("people")
    people = draw_people(chain.members, seed=chain.seed, today=chain.today)
    with transaction.atomic():
        store_ids, _ = catalogue.take_stores([(place.code, place.name, place.district) for place in PLACES])
        members.take_people([_as_new_member(person, store_ids) for person in people])

    begin("receipts")
    path = folder / f"{SOURCE}-{chain.today}.parquet"
    write_receipt_lines(draw_visits(people, seed=chain.seed, today=chain.today), path)

    import_receipts(path, COLUMNS, now=now, source=SOURCE, actor="huitou demo", progress=lambda _: begin("import"))

    refresh(progress=lambda _: begin("refresh"))
    begin("done")
    path.unlink()
    laid = replace(chain, laid=True)
    _note(folder, laid)
    return laid


def sample_chain_in(folder: Path) -> SampleChain | None:
    """The chain that was laid or begun here, if any. Raises SampleNoteUnreadable."""
    path = folder / NOTE
    if not path.exists():
        return None
    try:
        noted = json.loads(path.read_text(encoding="utf-8"))
        return SampleChain(
            int(noted["seed"]),
            int(noted["members"]),
            date.fromisoformat(noted["today"]),
            laid=bool(noted["laid"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise SampleNoteUnreadable(path=path) from error


def _refuse_other_data(*, begun: bool) -> None:
    ours = {place.code for place in PLACES}
    found = sorted(
        store.name or store.code for store in catalogue.stores().values() if not begun or store.code not in ours
    )
    if found:
        raise OtherDataHere(found=", ".join(found[:3]) + (" …" if len(found) > 3 else ""))


def _as_new_member(person: Person, store_ids: dict[str, int]) -> NewMember:
    return NewMember(
        card=person.card,
        name=person.name,
        joined_on=person.joined_on,
        phone=person.phone,
        birthday=person.birthday,
        home_store=store_ids[person.home_store],
    )


def _note(folder: Path, chain: SampleChain) -> None:
    """Written whole or not at all, also when the power fails."""
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{NOTE}.part"
    with part.open("w", encoding="utf-8") as file:
        json.dump(asdict(chain) | {"today": chain.today.isoformat()}, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    part.replace(folder / NOTE)
