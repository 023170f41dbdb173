"""kill -9 in the middle of laying the sample chain, and of clearing it: it is gone on with, or taken away whole."""

from __future__ import annotations

import signal
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from django.utils import translation

from huitou.access import service as access
from huitou.bulk import emptying
from huitou.catalogue import service as catalogue
from huitou.insight.service import goals as kpi_goals
from huitou.lake import service as lake
from huitou.usecases.audit import audit
from huitou.usecases.sample_chain import clearing
from huitou.usecases.sample_chain.clearing import clear_sample_chain
from huitou.usecases.sample_chain.errors import SampleChainMixed, SampleChainWhole
from huitou.usecases.sample_chain.laying import lay_sample_chain
from huitou.usecases.sample_chain.note import chain_in
from tests.builders import NOW, rows, run
from tests.faults.forked import forking

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

# In a process of its own, on the test's database and lake: it lays, or clears, and kills itself where it is told to.
ERRAND = """
import signal
from datetime import datetime
from huitou.bulk import emptying
from huitou.lake import service as lake_service
from huitou.usecases.sample_chain import clearing, laying

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def lay(folder, where, now):
    keep = laying.keep_note
    laying.keep_note = lambda folder, chain: die() if chain.laid and where == "note" else keep(folder, chain)
    laying.lay_sample_chain(folder, seed=20261, members=40, months=2, now=datetime.fromisoformat(now),
                            begin=lambda step, done, total: die() if f"{step} {done}" == where else None)

def clear(folder, where):
    places = {
        "lake": (lake_service, "forget_everything"), "books": (emptying, "empty"), "note": (clearing, "forget_note"),
    }
    if where in places:
        room, name = places[where]
        work = getattr(room, name)
        def work_and_die(*asked):
            work(*asked) if name != "forget_note" else None
            die()
        setattr(room, name, work_and_die)
    clearing.clear_sample_chain(folder, actor="admin")

def errand(lake, what, where, now):
    settings.LAKE_PATH = Path(lake)
    lay(Path(lake).parent, where, now) if what == "lay" else clear(Path(lake).parent, where)
"""
LAST_MONTH = "months 2"
"""The third. The first is in the lake for sure, the second is on its way."""
MIDWAY = ("people 0", LAST_MONTH, "refresh 3", "note")


@pytest.fixture(scope="module")
def forks(django_db_setup, tmp_path_factory):
    with forking(ERRAND, tmp_path_factory.mktemp("forks")) as run:
        yield run


@pytest.fixture
def child(forks):
    """Lay or clear in a process of its own, up to a place where it dies; returns how it ended."""

    def work(what: str, where: str) -> int:
        ended = forks(str(django_settings.LAKE_PATH), what, where, datetime(2026, 11, 22, 9, tzinfo=UTC).isoformat())
        assert ended in (0, -signal.SIGKILL)
        return ended

    return work


def folder():
    return django_settings.LAKE_PATH.parent


def lay(now=NOW):
    return lay_sample_chain(folder(), seed=20261, members=40, months=2, now=now, begin=lambda *told: None)


def clear():
    return clear_sample_chain(folder(), actor="admin")


def counted() -> dict[str, int]:
    """How many rows each table of the emptied rooms has, and the lake its lines."""
    found = {table: rows(f"SELECT count(*) FROM {table}")[0][0] for table in emptying.tables_of(clearing.ROOMS)}
    with lake.open_session() as session:
        return found | {"lake": session.sql("SELECT count(*) FROM lines").fetchall()[0][0]}


def chain_of(found: dict[str, int]) -> dict[str, int]:
    return {table: count for table, count in found.items() if table not in clearing.STAY}


def broken() -> list[str]:
    return [f"{verdict.name} {verdict.first_broken}" for verdict in audit() if verdict.first_broken]


@pytest.mark.parametrize("where", MIDWAY)
def test_a_killed_laying_is_taken_away_or_gone_on_with(child, where):
    before = chain_of(counted())
    assert child("lay", where) == -signal.SIGKILL
    assert not chain_in(folder()).laid, "what is half says so"
    clear()
    assert chain_of(counted()) == before, "as if it had never begun"
    assert kpi_goals.standing().version == 0, "its goals were its own"
    assert chain_in(folder()) is None
    assert not (folder() / "truth").exists()
    assert broken() == []
    assert child("lay", where) == -signal.SIGKILL
    assert child("lay", "nowhere") == 0
    whole = counted()
    assert chain_in(folder()).laid
    assert (whole["members_member"], whole["lake"]) == (40, whole["receipts_line"])
    assert broken() == []
    with pytest.raises(SampleChainWhole):
        clear()
    assert counted() == whole, "a whole one is not cleared in passing"


@pytest.mark.parametrize(
    ("where", "ends", "because"),
    [
        ("lake", "lay", "the lake is gone, the books are not"),
        ("books", "clear", "the books were emptied in a transaction that never ended"),
        ("note", "lay", "all is gone but the note"),
    ],
)
def test_a_killed_clearing_is_ended_by_the_next_laying_or_clearing(child, where, ends, because):
    empty = chain_of(counted())
    assert child("lay", LAST_MONTH) == -signal.SIGKILL
    assert child("clear", where) == -signal.SIGKILL
    assert chain_in(folder()).clearing, because
    if ends == "clear":
        clear()
        assert chain_of(counted()) == empty, because
        return
    # Nobody goes on with what is half gone: it is cleared first, and another day's chain is laid whole.
    chain = lay(NOW + timedelta(days=2))
    assert (chain.today, chain.laid) == ((NOW + timedelta(days=2)).date(), True)
    assert counted()["lake"] == counted()["receipts_line"] > 0, because
    assert broken() == []


THEIRS = (
    ("INSERT INTO catalogue_store (code, name) VALUES ('S1', '新城店')", "新城店"),
    ("INSERT INTO catalogue_product (sku, name) VALUES ('OWN-1', '自有')", "OWN-1"),
    ("INSERT INTO members_member (joined_on) VALUES ('2026-01-01')", "会员"),
    (
        "INSERT INTO receipts_import (source, file_name, file_digest, mapping, actor, report) "
        "VALUES ('till', 'a.csv', 'd', '{}', 'admin', '{}')",
        "小票",
    ),
    ("INSERT INTO offers_approvalrule (above_fen, made_by, note) VALUES (1, 'admin', '')", "优惠或优惠券"),
    ("UPDATE access_user SET store_ids = ARRAY[(SELECT min(id) FROM catalogue_store)]", "这些门店的登录账号"),
)


def test_what_is_not_the_sample_chains_own_is_never_touched(child):
    access.ensure_user(username="shen", name="沈静", role="administrator", password="x" * 12, store_ids=[])
    assert child("lay", LAST_MONTH) == -signal.SIGKILL
    before = counted()
    for theirs, named in THEIRS:
        with transaction.atomic(), translation.override("zh-hans"):
            run(theirs)
            with pytest.raises(SampleChainMixed) as refusal:
                clear()
            said = str(refusal.value)
            transaction.set_rollback(True)
        assert named in said, theirs
        assert counted() == before, theirs
        assert not chain_in(folder()).clearing, "it may be gone on with"


def test_what_people_set_before_stays(child):
    catalogue.tell_chain("禾邻生活", "zh-hans", "CNY", "Asia/Shanghai")
    run("INSERT INTO insight_goals (body, note, made_by) VALUES ('{}', '', 'admin')")
    assert child("lay", "note") == -signal.SIGKILL
    clear()
    assert catalogue.chain().name == "禾邻生活"
    assert rows("SELECT made_by FROM insight_goals") == [("admin",)], "nobody else's targets are the sample chain's"
