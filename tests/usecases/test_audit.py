"""Each promise is broken once behind everybody's back; the audit names that promise and the row."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from deltalake import DeltaTable
from tests.builders import SMALL_CHAIN, copy_lake, lasting, line, member_ids, rows, run, take, take_into_lake
from tests.usecases import cutover_breaks, ledger_breaks, receipt_breaks
from tests.usecases.breaking import Break, sql
from tests.usecases.receipt_breaks import LAKE, OWN_IDENTITY, WHOLE
from tests.usecases.test_coupons_at_the_till import BREAKS as BREAKS_OF_COUPONS

from huitou.loyalty.store.promises import PROMISES as OF_LOYALTY
from huitou.members.store.promises import PROMISES as OF_MEMBERS
from huitou.offers.store.promises import PROMISES as OF_OFFERS
from huitou.receipts.store.promises import PROMISES as OF_RECEIPTS
from huitou.usecases.audit import audit

pytestmark = pytest.mark.django_db

PHONE = "A verified phone belongs to one member."
MERGED = "Who became one with another is found under the one, whole, until the two are parted."
GUARDED = "Every table that names a store or a member is seen through the store scope."
SEALED = "What was posted is sealed within seconds, block upon block, and reads as it did when it was sealed."
DURABLE = "What is acknowledged is in the database's log: a commit waits for it."
LEFT_BEHIND = "No member, product or store stands here whom only undone imports brought."
BROUGHT = "What offers brought is a part of what the sale earned."
HEARD = "Each fact leaves the outbox at least once and acts once."


def _same_phone_twice(lake: Path) -> None:
    one, other = member_ids()["C1"], member_ids()["C2"]
    run(
        "DROP INDEX members_identity_verified_phone_once",
        *(
            "INSERT INTO members_identity (member_id, kind, sealed, blind_index, tail, verified) "
            f"VALUES ({member}, 'phone', 'x', 'same', '8000', true)"
            for member in (one, other)
        ),
    )


def _lose_the_lake(lake: Path) -> None:
    shutil.rmtree(lake)


def _lose_a_line_of_the_lake(lake: Path) -> None:
    DeltaTable(str(lake / "receipt_lines")).delete("number = '3'")


def _strange_import_in_the_lake(lake: Path) -> None:
    tables = ("returnmatch", "line", "receipt", "refusal", "brought", "import")
    run(*(f"DELETE FROM receipts_{table}" for table in tables))


BREAKS = [
    *ledger_breaks.BREAKS,
    *receipt_breaks.BREAKS,
    *cutover_breaks.BREAKS,
    Break(PHONE, "two members have one verified phone", _same_phone_twice, "a phone that ends in 8000 belongs to"),
    Break(
        MERGED,
        "a card of one lies with another, and nobody merged them",
        sql(
            "UPDATE members_identity SET origin_id = (SELECT min(member_id) FROM members_identity WHERE value = 'C2') "
            "WHERE value = 'C1'"
        ),
        "lies with",
    ),
    Break(
        GUARDED,
        "a table's policies are switched off",
        sql("ALTER TABLE receipts_receipt DISABLE ROW LEVEL SECURITY"),
        "table receipts_receipt has no row level security",
    ),
    Break(
        GUARDED,
        "a new table comes without a policy",
        sql("CREATE TABLE new_room (id int, member_id int)"),
        "table new_room has no row level security",
    ),
    Break(
        GUARDED,
        "a new table hangs on a receipt by a key of another name",
        sql("CREATE TABLE new_room (id int, belongs_to bigint REFERENCES members_identity)"),
        "table new_room has no row level security",
    ),
    Break(
        GUARDED,
        "a policy lets everything through",
        sql("CREATE POLICY wide ON receipts_line FOR SELECT USING (true)"),
        "policy wide of receipts_line lets everything through",
    ),
    Break(
        GUARDED,
        "a partition can be read past its table",
        sql(
            "CREATE TABLE new_room (member_id int) PARTITION BY RANGE (member_id)",
            "ALTER TABLE new_room ENABLE ROW LEVEL SECURITY",
            "CREATE TABLE new_room_1 PARTITION OF new_room FOR VALUES FROM (1) TO (2)",
            "GRANT SELECT ON new_room_1 TO huitou_scoped",
        ),
        "table new_room_1 has no row level security",
    ),
    Break(
        GUARDED,
        "a view reads past the policies",
        sql("CREATE VIEW new_room AS SELECT * FROM members_member", "GRANT SELECT ON new_room TO huitou_scoped"),
        "view new_room is read with the rights of its owner",
    ),
    Break(
        GUARDED,
        "the role of the pages has the rights of another role",
        sql("CREATE ROLE huitou_other NOLOGIN", "GRANT huitou_other TO huitou_scoped"),
        "role huitou_scoped passes by the policies",
    ),
    Break(
        SEALED,
        "a posting never comes to the sealer",
        sql("DELETE FROM loyalty_unsealed"),
        "is neither sealed nor waits to be",
    ),
    Break(
        DURABLE,
        "commits do not wait for the log",
        sql("SET LOCAL synchronous_commit = off"),
        "synchronous_commit is off",
    ),
    Break(
        HEARD,
        "a fact fails again and again",
        sql("UPDATE outbox_fact SET done_at = NULL, attempts = 5, last_error = 'disk full'"),
        "(receipts_taken) failed 5 times: disk full",
    ),
    Break(
        LEFT_BEHIND,
        "a store stays that only an undone import brought",
        sql(
            "INSERT INTO catalogue_store (code, name) VALUES ('ghost', 'ghost')",
            "INSERT INTO receipts_import (kind, source, file_name, file_digest, mapping, actor, report, undone_at, "
            "undone_by, undo) VALUES ('stores', 't', 's.csv', '', '{}', 'cli', '{}', now(), 'cli', '{}')",
            "INSERT INTO receipts_brought (batch_id, what, firsts, lasts) SELECT i.id, 'store', ARRAY[s.id], "
            "ARRAY[s.id] FROM receipts_import i, catalogue_store s WHERE i.file_name = 's.csv' AND s.code = 'ghost'",
        ),
        "only undone imports brought it",
    ),
    Break(LAKE, "the lake is lost", _lose_the_lake, "books 7 lines of 13360 fen, lake nothing"),
    Break(LAKE, "the lake loses a line", _lose_a_line_of_the_lake, "books 7 lines of 13360 fen, lake 6 lines of 12100"),
    Break(
        LAKE,
        "the books forget an import",
        _strange_import_in_the_lake,
        "in the lake and not in the books",
        frozenset({OWN_IDENTITY}),
    ),
    Break(
        LAKE,
        "a line changes in the books only",
        sql("UPDATE receipts_line SET net_fen = 1261 WHERE net_fen = 1260"),
        "books 7 lines of 13361 fen, lake 7 lines of 13360",
        frozenset({WHOLE}),
    ),
]


@pytest.fixture(scope="module")
def laid(django_db_setup, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("chain")
    with lasting(django_db_blocker, folder, lambda folder: take_into_lake(folder, SMALL_CHAIN)) as lake:
        yield lake


@pytest.fixture
def chain(laid, db, settings) -> Path:
    copy_lake(laid, settings)
    return settings.LAKE_PATH


def _broken() -> dict[str, str]:
    return {verdict.says: verdict.first_broken for verdict in audit() if not verdict.holds}


def test_an_empty_house_is_green(db):
    assert [verdict for verdict in audit() if not verdict.holds] == []


def test_a_true_chain_is_green(chain):
    verdicts = audit()
    assert [verdict for verdict in verdicts if not verdict.holds] == []
    assert rows("SELECT member_id, balance FROM loyalty_account WHERE role = 'member' ORDER BY 1") == [
        (member_ids()["C1"], 75),
        (member_ids()["C2"], 22),
    ], "55 + 30, less the 10 of the pack that came back; 12 + 10"


@pytest.mark.parametrize("broken", BREAKS, ids=lambda case: case.how)
def test_a_broken_promise_is_named(chain, broken):
    broken.do(chain)
    found = _broken()
    assert broken.says in found, f"nothing was said when {broken.how}"
    assert broken.names in found[broken.says]
    assert set(found) == {broken.says} | broken.falls_too, "and nothing else is accused"


def test_every_promise_is_broken_by_some_test(db):
    promised = {verdict.says for verdict in audit()}
    assert {kept.says for kept in (*OF_LOYALTY, *OF_RECEIPTS, *OF_MEMBERS)} < promised, "no room is left out"
    at_the_till = {name for name, _, _ in BREAKS_OF_COUPONS}
    of_coupons = {kept.says for kept in OF_OFFERS if kept.name in at_the_till}
    # Broken where they are given: test_brought_coupons and test_bonus_points.
    of_benefits = {kept.says for kept in OF_OFFERS if kept.name == "C17"} | {BROUGHT}
    assert promised == {case.says for case in BREAKS} | of_coupons | of_benefits


def test_the_audit_waits_for_what_the_outbox_still_has_to_say(chain, tmp_path):
    take(tmp_path, [line("9", "2026-11-06 10:00")])
    assert _broken() == {}, "the lake is behind, and somebody will still tell it"
    run("UPDATE outbox_fact SET done_at = now()")
    assert "lake nothing" in _broken()[LAKE], "now nobody will"


def test_verdicts_come_in_the_order_of_the_list(chain):
    names = [verdict.name for verdict in audit()]
    assert names == sorted(names, key=lambda name: (name[0], int(name[1:])))
    ledger = {f"L{number}" for number in range(1, 18)}
    assert ledger | {"C1", "C2", "C3", "C4", "C7", "C8", "C17", "M1", "M2", "M6", "S1", "S2", "S4", "S5"} == set(names)
