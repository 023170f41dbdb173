"""The restore drill (S3), step by step as docs/operations.md says it: a copy of the folder is the whole chain, and lake
and database of two different moments are brought together again. After each, every promise of `huitou audit` holds.

The operator's steps are the product's own commands and copies of folders, nothing else.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.builders import SMALL_CHAIN, line, write_csv

from .database_users import User, is_dark, soon
from .forms import LONG, either, told
from .served import Served, asked, huitou
from .tills_online import Line, body_of

pytestmark = [pytest.mark.database, pytest.mark.faults]

RECEIPTS = either(30, 5_000)
"""Of each of the two days."""
ONLY_LONG = pytest.mark.skipif(not LONG, reason="in the long form")
LATE = [line("70", "2026-11-07 10:00", store="west", member="C1"), line("71", "2026-11-08 10:00", store="west")]


@dataclass
class Backups:
    """A chain's folder on two evenings, and what its tills were told."""

    key: str
    monday: Path
    tuesday: Path
    told: dict[int, bytes] = field(default_factory=dict)
    """By receipt, word for word."""


@pytest.fixture(scope="module")
def backups(tmp_path_factory: pytest.TempPathFactory) -> Backups:
    base = tmp_path_factory.mktemp("drill")
    home = base / "home"
    made = Backups("", base / "monday", base / "tuesday")
    for evening, numbers, rows in (
        (made.monday, range(RECEIPTS), SMALL_CHAIN),
        (made.tuesday, range(RECEIPTS, 2 * RECEIPTS), LATE),
    ):
        with serving(home) as (site, port):
            if not made.key:
                site.rows("INSERT INTO catalogue_store (code, name) VALUES ('S1', 'S1')")
                made.key = asked(home, "apikey", "add", "pos")
            made.told |= sell(port, made.key, numbers)
            bring_back(port, made.key, numbers[0], json.loads(made.told[numbers[0]])["business_date"])
            path, _ = write_csv(base, rows, name=f"{evening.name}.csv")
            asked(home, "import", "receipts", str(path))
            asked(home, "refresh")
        shutil.copytree(home, evening)
    return made


@contextmanager
def serving(home: Path) -> Iterator[tuple[Served, int]]:
    site = Served(home)
    try:
        yield site, site.port()
    finally:
        site.stop()
    assert soon(lambda: is_dark(home)), "the prompt is back, so nothing runs any more"


@contextmanager
def commands_only(home: Path) -> Iterator[None]:
    """`huitou serve` is stopped. The database stays for a while, so that not every command starts it."""
    user = User.start(home)
    assert user.came_in() == "in", user.first_word
    try:
        yield
    finally:
        user.leave()


def sell(port: int, key: str, numbers: Iterable[int]) -> dict[int, bytes]:
    till = Line(port, key)
    return {number: till.insist("/api/v1/receipts", body_of(number))[0] for number in numbers}


def bring_back(port: int, key: str, number: int, day: str) -> None:
    """Its rice, for 20 yuan."""
    sale = json.loads(body_of(number))
    named = {"store": "S1", "till": sale["till"], "number": sale["number"], "business_date": day}
    line = {"line": 1, "sale_line": 2, "quantity": "1.000", "amount": "20.00"}
    said = {"store": "S1", "till": "9", "number": f"R{number}", "at": sale["at"], "sale": named, "lines": [line]}
    answer, _ = Line(port, key).insist("/api/v1/returns", json.dumps(said).encode())
    assert json.loads(answer)["points_taken_back"] == 20


def restored(base: Path, database: Path, lake: Path | None = None) -> Path:
    """A fresh installation: the folder as `database` holds it, with the lake of another evening where one is named."""
    home = base / "fresh"
    shutil.copytree(database, home)
    if lake is not None:
        put_back_lake(home, lake)
    return home


def put_back_lake(home: Path, copy: Path) -> None:
    shutil.rmtree(home / "lake")
    shutil.copytree(copy / "lake", home / "lake")


def broken(home: Path) -> list[str]:
    """The promises that `huitou audit` finds broken; its exit code says the same."""
    process = huitou(home, "audit", "--json")
    answer, said = process.communicate(timeout=600)
    verdicts = json.loads(answer or said)
    names = [verdict["name"] for verdict in verdicts if not verdict["holds"]]
    told(f"audit: {len(verdicts)} promises, broken: {names or 'none'}")
    assert process.returncode == (1 if names else 0)
    return names


@ONLY_LONG
def test_a_copy_of_the_folder_is_the_whole_chain(backups: Backups, tmp_path: Path) -> None:
    home = restored(tmp_path, backups.monday)
    before = {number: answer for number, answer in backups.told.items() if number < RECEIPTS}
    lost = range(RECEIPTS, 2 * RECEIPTS)
    with serving(home) as (site, port):
        assert broken(home) == []
        assert sell(port, backups.key, before) == before, "what was told on Monday is told again, word for word"
        sell(port, backups.key, lost)  # what the tills kept of Tuesday
        sell(port, backups.key, lost)
        (counted,) = site.rows("SELECT count(*) FROM receipts_identity WHERE kind = 'sale' AND source = 'pos'")
        assert counted == (2 * RECEIPTS,), "and what came after the copy is taken again, once"
        asked(home, "refresh")
        assert broken(home) == []


@pytest.mark.parametrize(
    "older_lake",
    [pytest.param(True, id="an older lake"), pytest.param(False, id="no lake", marks=ONLY_LONG)],
)
def test_a_lake_that_is_newer_than_the_database_is_named_and_mended(
    backups: Backups, tmp_path: Path, older_lake: bool
) -> None:
    home = restored(tmp_path, backups.monday, backups.tuesday)
    with commands_only(home):
        assert broken(home) == ["S5"], "because the lake holds what the books no longer know"
        if older_lake:
            put_back_lake(home, backups.monday)
        else:
            shutil.move(home / "lake", tmp_path / "away")
        asked(home, "refresh")
        assert broken(home) == []


@ONLY_LONG
def test_a_lake_that_is_older_than_the_database_is_brought_up_to_it(backups: Backups, tmp_path: Path) -> None:
    home = restored(tmp_path, backups.tuesday, backups.monday)
    with commands_only(home):
        assert broken(home) == ["S5"], "because the books hold what the lake never heard"
        asked(home, "refresh")
        assert broken(home) == []
