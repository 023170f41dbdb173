"""Acknowledged is stored, once, whatever is killed: web processes and PostgreSQL, by kill -9, under tills that post.

Two harnesses. The first sends every receipt ten times from four processes, so it finds what is doubled and answers that
differ; but who sends again also repairs what was lost. So the second sends every receipt once, and with
`synchronous_commit=off` it has to find loss. `make faults` runs both in their long form.
"""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

import pytest

from .database_users import is_dark, running, soon
from .forms import LONG, Progress, either, told
from .served import Served, asked, huitou
from .tills_online import MEMBERS, POINTS, Heard, Tills, insisting, once, same_again

pytestmark = [pytest.mark.database, pytest.mark.faults]

TILLS = 4
COPIES = 10
RECEIPTS = either(60, 10_000)
KILLS_OF_EACH = either(1, 40)
ONCE = either(240, 60_000)
SERVER_KILLS = either(1, 12)
ENOUGH = 20
"""Runs after which the control that finds loss gives up: a kill right after a flush loses nothing."""
FORGETFUL = ("synchronous_commit = off", "wal_writer_delay = 10s", "wal_writer_flush_after = 1GB")


@dataclass
class Chain:
    """A served chain with one store, and a key for its tills."""

    served: Served
    port: int
    key: str


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    home = tmp_path_factory.mktemp("chain") / "home"
    # As durable as in a shop; the other tests trade that for speed.
    served = Served(home, workers=2, HUITOU_POSTGRES_DURABLE="1")
    try:
        port = served.port()
        served.rows("INSERT INTO catalogue_store (code, name) VALUES ('S1', 'S1')")
        yield Chain(served, port, asked(home, "apikey", "add", "pos"))
    finally:
        served.stop()
    assert soon(lambda: is_dark(home)), f"still running: {running(home)}"


def post_under_kills(what: str, tills: Tills, whole: int, kills: list[Callable[[], None]]) -> list[Heard]:
    """Kill at even distances while the tills post; what each till heard."""
    progress = Progress(what, whole)
    due = [whole * (place + 1) // (len(kills) + 1) for place in range(len(kills))]
    done = 0
    try:
        while tills.running():
            if done < len(kills) and tills.posted() >= due[done]:
                kills[done]()
                done += 1
            progress.at(tills.posted(), f"{done} kills")
            time.sleep(0.01)
        heard = tills.heard()
    finally:
        tills.end()
    assert done == len(kills), f"only {done} of {len(kills)} kills"
    return heard


def test_each_receipt_counts_once_however_often_it_is_sent(chain: Chain) -> None:
    served = chain.served
    killed: list[float] = []
    kills = [served.kill_web, lambda: kill_database(served, killed)] * KILLS_OF_EACH
    tills = Tills(chain.port, chain.key, insisting, same_again(RECEIPTS, COPIES, TILLS))
    heard = post_under_kills("same receipts", tills, RECEIPTS * COPIES, kills)

    answers: dict[int, set[str]] = {}
    for till in heard:
        for number, said in till.answers.items():
            answers.setdefault(number, set()).update(said)
    retries, longest = sum(till.retries for till in heard), max(till.longest_seconds for till in heard)
    differing = [number for number, said in answers.items() if len(said) > 1]
    stored = kept(served)
    lost = [number for number in answers if number not in stored]
    told(f"{len(answers):,} receipts x {COPIES}, {len(kills)} kills, {retries:,} posts sent again, longest wait "
         f"{longest:.1f} s: {len(lost)} lost, {len(differing)} answered differently")  # fmt: skip
    assert sum(till.count for till in heard) == RECEIPTS * COPIES
    assert (lost, differing) == ([], [])
    assert all(answers[number] == {said} for number, said in stored.items()), "what was told is what is kept"
    assert counted(served) == (RECEIPTS, RECEIPTS, RECEIPTS * 3, RECEIPTS, RECEIPTS * POINTS, min(RECEIPTS, MEMBERS))
    assert not LONG or longest < 30, "because whoever stands at the till waits; beside other work nobody can tell"
    assert_books_hold(served)


def kill_database(served: Served, killed: list[float]) -> None:
    """Kill it once it is up again. A server that does not live for five seconds counts as one that does not start."""
    if killed:
        time.sleep(max(0.0, killed[-1] + either(1.0, 5.5) - time.monotonic()))
    assert soon(served.is_there)
    served.kill_database()
    killed.append(time.monotonic())


def kept(served: Served) -> dict[int, str]:
    """By receipt, the digest of the answer that is kept."""
    query = "SELECT number::bigint, encode(sha256(convert_to(answer, 'UTF8')), 'hex') FROM receipts_identity"
    return dict(served.rows(query))


def counted(served: Served) -> tuple:
    (row,) = served.rows(
        "SELECT (SELECT count(*) FROM receipts_identity), (SELECT count(*) FROM receipts_receipt), "
        "(SELECT count(*) FROM receipts_line), (SELECT count(*) FROM loyalty_transaction WHERE kind = 'earn'), "
        "(SELECT sum(balance)::bigint FROM loyalty_account), (SELECT count(*) FROM members_member)"
    )
    return row


def assert_books_hold(served: Served, *, without: Collection[str] = ()) -> None:
    """Every promise of `huitou audit` but those named `without`."""
    verdicts = [verdict for verdict in json.loads(audited(served)) if verdict["name"] not in without]
    assert [verdict for verdict in verdicts if not verdict["holds"]] == []
    told(f"audit: {len(verdicts)} promises, all kept")


def audited(served: Served) -> str:
    """A broken promise is an exit code too; here the verdicts speak."""
    process = huitou(served.home, "audit", "--json")
    answer, said = process.communicate(timeout=600)
    assert answer, said
    return answer


_FIRST = itertools.count(1_000_000, 1_000_000)


def lost_of_once(chain: Chain, what: str, kills: int) -> int:
    """Post receipts once each under kills of the server; how many were acknowledged and are not there."""
    served = chain.served
    first = next(_FIRST)
    numbers = range(first, first + ONCE)
    killed: list[float] = []
    tills = Tills(chain.port, chain.key, once, [numbers[place::TILLS] for place in range(TILLS)])
    heard = post_under_kills(what, tills, ONCE, [lambda: kill_database(served, killed)] * kills)
    acknowledged = {number: said for till in heard for number, said in till.answers.items()}
    assert soon(served.is_there)
    stored = kept(served)
    lost = [number for number, said in acknowledged.items() if said != {stored.get(number)}]
    unknown = sum(till.unknown for till in heard)
    told(f"{what}: {len(acknowledged):,} acknowledged, {unknown} without an answer, {kills} kills: {len(lost)} lost")
    assert len(acknowledged) > ONCE / either(12, 3), "most of them must have come through"
    return len(lost)


def test_what_is_acknowledged_survives_kill_9_of_the_server(chain: Chain) -> None:
    assert lost_of_once(chain, "receipts sent once", SERVER_KILLS) == 0


def test_the_same_harness_finds_what_synchronous_commit_off_loses(chain: Chain) -> None:
    """The control: a harness that has never found loss proves nothing. The books hold all the same: what is lost is
    the end, and nothing in the middle. The lake does not forget with the database, and the audit may see that (S5); it
    does see that nothing was durable (S1)."""
    served = chain.served
    try:
        served.configure(*FORGETFUL)
        served.restart_database()
        assert served.rows("SHOW synchronous_commit") == [("off",)]
        what = "sent once, synchronous_commit=off"
        assert any(lost_of_once(chain, what, SERVER_KILLS) for _ in range(either(ENOUGH, 1)))
        assert_books_hold(served, without=("S1", "S5"))
    finally:
        served.configure()
        served.restart_database()
    assert served.rows("SHOW synchronous_commit") == [("on",)]
