"""Same person? FEBRL 4 with a known truth, and the sample chain's members, where 2 % are somebody twice.

`python -m benchmarks identity`; HUITOU_IDENTITY_MEMBERS=800000 for the whole size (asked: ten minutes and 4 GB).
FEBRL 4 (P. Christen, 2008): 5,000 people and 5,000 copies with typing errors; asked: F1 ≥ .999.
It needs ../shared/data.
"""

from __future__ import annotations

import os
import resource
import time
from typing import Any

import duckdb

from benchmarks.installation import REAL_DATA as DATA

_SIZES = (25_000, 50_000, 100_000)
_ASKED_F1, _ASKED_SECONDS, _ASKED_GB = 0.999, 600, 4


def run() -> None:
    _febrl()
    asked = os.environ.get("HUITOU_IDENTITY_MEMBERS")
    for size in (int(asked),) if asked else _SIZES:
        _sample_chain(size)


def _febrl() -> None:
    from huitou.members.likeness import Likeness, compare
    from huitou.members.rules.likeness import Field, Level

    if not DATA.is_dir():
        print("  no FEBRL 4 beside the project: not measured")
        return

    def field(name: str, *near: str) -> Field:
        levels = [Level("same", f"{name}_l = {name}_r", 70_000_000, 1_000_000)]
        levels += [Level(f"near{place}", sql, 10_000_000, 2_000_000) for place, sql in enumerate(near)]
        return Field(
            name, f"{name}_l IS NULL OR {name}_r IS NULL", (*levels, Level("other", "", 20_000_000, 97_000_000))
        )

    def slips(name: str) -> tuple[str, str]:
        return tuple(f"damerau_levenshtein({name}_l, {name}_r) <= {most}" for most in (1, 2))  # type: ignore[return-value]

    def similar(name: str) -> tuple[str, str]:
        return tuple(f"jaro_winkler_similarity({name}_l, {name}_r) >= {least}" for least in (0.9, 0.7))  # type: ignore[return-value]

    words = ("given_name", "surname", "address_1", "address_2", "suburb")
    numbers = ("date_of_birth", "soc_sec_id", "postcode")
    of = Likeness(
        fields=(
            *(field(name, *similar(name)) for name in words),
            *(field(name, *slips(name)) for name in numbers),
            field("street_number"),
        ),
        blocks=(
            ("soc_sec_id",), ("date_of_birth",), ("given_name", "surname"), ("surname", "postcode"),
            ("given_name", "postcode"), ("address_1", "suburb"), ("postcode", "street_number"),
            ("address_1", "street_number"), ("surname", "street_number"), ("given_name", "suburb"),
            ("surname", "suburb"), ("given_name", "street_number"), ("soc_begin",), ("soc_end",),
        ),
        learn_by=(("date_of_birth",), ("postcode",), ("soc_sec_id",)),
    )  # fmt: skip
    began = time.process_time()
    with duckdb.connect() as session:
        both = f"read_parquet(['{DATA}/febrl/dataset4a.parquet', '{DATA}/febrl/dataset4b.parquet'])"
        session.execute(
            "CREATE TABLE febrl AS SELECT row_number() OVER () AS unique_id, *, substr(soc_sec_id, 1, 4) AS soc_begin, "
            f"substr(soc_sec_id, 4, 4) AS soc_end FROM {both}"
        )
        entity = dict(session.sql("SELECT unique_id, entity_id FROM febrl").fetchall())
        pairs = compare(session, "febrl", of, prior=1e-4, learn=True, at_least=0.5)
    right = sum(entity[left] == entity[other] for left, other, *_ in pairs)
    score = _scores(right, len(pairs), 5_000)
    met = "met" if score["F1"] >= _ASKED_F1 else "MISSED"
    print(f"  FEBRL 4: {_said(score)} (asked: F1 ≥ {_ASKED_F1}; {met}); {time.process_time() - began:.1f} s of CPU")


def _sample_chain(size: int) -> None:
    from datetime import date

    from django.db import connection

    from huitou.members import service as members
    from huitou.usecases.duplicates import find_duplicates
    from huitou.usecases.sample_chain import taking_in
    from huitou.usecases.sample_chain.people import draw_people
    from huitou.usecases.sample_chain.places import places_of
    from huitou.usecases.sample_chain.terms import SampleChain

    chain = SampleChain(members=size, months=6, seed=20261128, today=date(2026, 11, 28))
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE members_member CASCADE")
    with duckdb.connect() as session:
        draw_people(session, chain)
        if not members.count_joined_by(date(2100, 1, 1)):
            taking_in.take_shop_in(places_of(size))
        taking_in.take_people_in(session, places_of(size))
        truth: dict[str, list[str]] = {}
        for card, person in session.sql("SELECT card, person FROM people").fetchall():
            truth.setdefault(person, []).append(card)
    ids = members.ids_known("card")
    number = dict(zip(ids["value"].to_pylist(), ids["member_id"].to_pylist(), strict=True))
    twice = {
        tuple(sorted((number[one], number[other])))
        for cards in truth.values()
        for place, one in enumerate(cards)
        for other in cards[place + 1 :]
    }
    began, cpu = time.perf_counter(), time.process_time()
    seconds: dict[str, float] = {}

    def progress(step: str) -> None:
        seconds[step] = time.perf_counter() - began

    found = find_duplicates(progress)
    took = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("SELECT member_id, other_id FROM members_candidate WHERE state = 'open'")
        pairs: list[Any] = cursor.fetchall()
    right = sum(tuple(pair) in twice for pair in pairs)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        f"  {size:,} members, {len(twice):,} pairs are one person: {found.waiting:,} pairs for a person, "
        f"{_said(_scores(right, len(pairs), len(twice)))}; {found.shared_phones} shared phones; {took:.0f} s "
        f"({time.process_time() - cpu:.0f} s of CPU; asked at 800,000: {_ASKED_SECONDS} s), {memory:.1f} GB at most "
        f"(asked: {_ASKED_GB}); " + ", ".join(f"{step} from {at:.0f} s" for step, at in seconds.items())
    )


def _scores(right: int, found: int, there: int) -> dict[str, float]:
    precision, recall = right / max(found, 1), right / max(there, 1)
    return {"precision": precision, "recall": recall, "F1": 2 * precision * recall / max(precision + recall, 1e-9)}


def _said(scores: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.4f}" for name, value in scores.items())
