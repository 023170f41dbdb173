"""An import is undone: every count and balance comes back, and the same file can be taken again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.builders import (
    NOW,
    SMALL_CHAIN,
    contents,
    lake_lines,
    line,
    rows,
    take,
    take_file,
    take_into_lake,
    write_csv,
)
from tests.usecases.tills import Till

from huitou.members import service as members
from huitou.members.terms import MemberRef
from huitou.receipts.errors import ImportFollowed, ImportReturned, ImportUndone, ImportUnknown
from huitou.usecases.audit import audit
from huitou.usecases.load_lake import hear_facts
from huitou.usecases.refresh import refresh
from huitou.usecases.till_terms import SaleNamed
from huitou.usecases.undo_import import undo_import

KEPT_FOR_EVER = (
    # Postings and the identities that they name; the log of imports; what was said of it; what waits for its seal.
    "loyalty_transaction", "loyalty_entry", "loyalty_lot", "loyalty_account", "loyalty_debt", "loyalty_unsealed",
    "receipts_identity", "receipts_import", "receipts_refusal", "receipts_brought", "outbox_fact",
)  # fmt: skip


def undo(number: int, **more):
    report = undo_import(number, now=NOW, actor="anna", **more)
    hear_facts()
    return report


def broken() -> list[str]:
    return [f"{verdict.name}: {verdict.first_broken}" for verdict in audit() if not verdict.holds]


def balances() -> list[tuple]:
    """Points and debts of whoever has any, by card, and the programme's own accounts."""
    return rows(
        "SELECT coalesce(i.value, a.role), coalesce(a.balance, (SELECT sum(e.points) FROM loyalty_entry e "
        "WHERE e.account_id = a.id)), a.debt FROM loyalty_account a LEFT JOIN members_identity i USING (member_id) "
        "WHERE a.balance <> 0 OR a.debt <> 0 OR a.role IN ('issued', 'reversed', 'redeemed', 'expired') ORDER BY 1"
    )


def names() -> list[tuple]:
    """Cards, stores, products and categories, by their names in the shop."""
    return rows(
        "SELECT value FROM members_identity UNION ALL SELECT code FROM catalogue_store "
        "UNION ALL SELECT sku FROM catalogue_product UNION ALL SELECT path FROM catalogue_category ORDER BY 1"
    )


@pytest.mark.django_db
def test_an_undo_brings_every_count_and_balance_back(tmp_path):
    take_into_lake(tmp_path, [line("0", "2026-10-01 10:00", "bread", "1", "12.00", store="north", member="C0")])
    before, books, shop, lake = balances(), contents(without=KEPT_FOR_EVER), names(), lake_lines()
    report = take_into_lake(tmp_path, SMALL_CHAIN)
    assert (balances(), names()) != (before, shop)
    said = undo_import(report.import_id, now=NOW, actor="anna")
    assert broken() == [], "because the lake has not heard of it yet, and will"
    hear_facts()
    assert (said.receipts, said.rows, said.amount) == (report.receipts, report.rows_taken, report.amount)
    assert (said.members, said.stores, said.products, said.receipts_kept) == (2, 2, 3, 0)
    assert contents(without=KEPT_FOR_EVER) == books
    assert (names(), lake_lines()) == (shop, lake)
    assert {name: points for name, points, _ in balances() if points} == {
        name: points for name, points, _ in before if points
    }
    assert broken() == []


@pytest.mark.django_db
def test_the_same_file_again_gives_the_same_as_the_first_time(tmp_path):
    path, columns = write_csv(tmp_path, SMALL_CHAIN)
    first = take_file(path, columns)
    hear_facts()
    before, shop = balances(), names()
    lines = "number, business_date, sku, category, quantity_milli, net_fen, kind, source"
    lake = lake_lines(lines)
    undo(first.import_id)
    again = take_file(path, columns)
    hear_facts()
    for field in first.__dataclass_fields__:
        if field != "import_id":
            assert getattr(again, field) == getattr(first, field), field
    assert (balances(), names(), lake_lines(lines)) == (before, shop, lake)
    assert broken() == []


@pytest.mark.django_db
def test_a_row_that_two_imports_brought_leaves_with_the_last(tmp_path):
    """Undone in either order; only what a till told us of stays for ever."""
    monday = take_into_lake(tmp_path, SMALL_CHAIN)
    again = take_into_lake(tmp_path, [*SMALL_CHAIN, line("9", "2026-11-06 10:00", "tea", "1", "35.50", member="C3")])
    before, lake = contents(without=KEPT_FOR_EVER), lake_lines()
    said = undo(monday.import_id)
    assert (said.receipts, said.receipts_kept) == (0, 6), "because the second file holds each of them"
    assert (contents(without=KEPT_FOR_EVER), lake_lines()) == (before, lake)
    assert broken() == []
    last = undo(again.import_id)
    assert (last.receipts, last.of_others, last.members) == (7, 6, 3), "C1 and C2 came with the first, and leave now"
    assert (rows("SELECT count(*) FROM receipts_receipt"), names(), lake_lines()) == ([(0,)], [], [])
    assert broken() == []


@pytest.mark.django_db
def test_a_repetition_is_undone_alone_and_takes_only_its_own(tmp_path):
    take_into_lake(tmp_path, SMALL_CHAIN)
    lines = lake_lines()
    again = take_into_lake(tmp_path, [*SMALL_CHAIN, line("9", "2026-11-06 10:00", "tea", "1", "35.50", member="C3")])
    said = undo(again.import_id)
    assert (said.receipts, said.members, said.points_taken_back) == (1, 1, 35)
    assert lake_lines() == lines
    assert broken() == []


@pytest.mark.django_db
def test_points_that_were_spent_become_a_named_debt(tmp_path):
    take_into_lake(tmp_path, [line("0", "2026-10-01 10:00", member="C1")])
    report = take_into_lake(tmp_path, [line("1", "2026-11-01 10:00", "milk", "1", "100.00", member="C1")])
    spend("C1", 60)
    said = undo(report.import_id)
    assert (said.points_taken_back, said.points_owed, said.members_owing, said.members) == (100, 50, 1, 0)
    assert [row for row in balances() if row[0] == "C1"] == [("C1", -50, 50)]
    assert broken() == []
    take_into_lake(tmp_path, [line("1", "2026-11-01 10:00", "milk", "1", "100.00", member="C1")])
    assert [row for row in balances() if row[0] == "C1"] == [("C1", 50, 0)], "because the debt is repaid first"
    assert broken() == []


def spend(number: str, points: int) -> None:
    """At a till, by the code of the only member."""
    till = Till(store="main")
    ((member,),) = rows("SELECT member_id FROM members_identity WHERE value = %s", number)
    code = MemberRef("code", members.dynamic_code(member, at=till.now))
    till.record(till.sale(99, member=code, points_used=points))


@pytest.mark.django_db
def test_what_came_back_at_a_till_since_is_not_undone(tmp_path):
    report = take_into_lake(tmp_path, [line("1", "2026-11-01 10:00", "milk", "2", "20.00", member="C1")])
    till = Till(store="main", number="")
    back = till.back(till.sale(2000), (1, 1000, 1000))
    till.record(replace(back, sale=SaleNamed("main", "", date(2026, 11, 1), "1")))
    before = contents()
    with pytest.raises(ImportReturned):
        undo_import(report.import_id, now=NOW, actor="anna")
    assert contents() == before


@pytest.mark.django_db
def test_a_return_in_a_later_file_waits_for_its_sale_again(tmp_path):
    sales = [line("1", "2026-11-01 10:00", "milk", "2", "20.00", member="C1")]
    first = take_into_lake(tmp_path, sales)
    take_into_lake(tmp_path, [line("2", "2026-11-03 10:00", "milk", "-1", "-10.00", member="C1")])
    before, lake = balances(), lake_lines("number, net_fen")
    said = undo(first.import_id)
    assert (said.points_taken_back, said.points_given_back, said.members) == (20, 10, 0)
    assert rows("SELECT count(*) FROM receipts_returnmatch") == [(0,)]
    assert broken() == []
    take_into_lake(tmp_path, sales)
    assert (balances(), lake_lines("number, net_fen")) == (before, lake)
    assert rows("SELECT count(*) FROM receipts_returnmatch") == [(1,)]
    assert broken() == []


@pytest.mark.django_db
def test_returns_are_undone_before_those_that_came_before_them(tmp_path):
    take_into_lake(tmp_path, [line("1", "2026-11-01 10:00", "milk", "3", "10.00", member="C1")])
    back = [line(str(n), f"2026-11-0{n} 10:00", "milk", "-1", "-3.33", member="C1") for n in (2, 3)]
    second, third = (take_into_lake(tmp_path, [row]).import_id for row in back)
    before = contents()
    with pytest.raises(ImportFollowed) as refused:
        undo_import(second, now=NOW, actor="anna")
    assert (refused.value.facts["later"], contents()) == (third, before)
    undo(third)
    undo(second)
    assert [row for row in balances() if row[0] == "C1"] == [("C1", 10, 0)]
    assert broken() == []


@pytest.mark.django_db
@pytest.mark.parametrize(("number", "refusal"), [(0, ImportUnknown), (7_000, ImportUnknown), (10**30, ImportUnknown)])
def test_an_import_that_is_none_is_said_to_be_none(number, refusal):
    with pytest.raises(refusal):
        undo_import(number, now=NOW, actor="anna")


@pytest.mark.django_db
def test_undone_twice_is_refused_and_a_dry_run_changes_nothing(tmp_path):
    report = take_into_lake(tmp_path, SMALL_CHAIN)
    before = contents()
    would = undo_import(report.import_id, now=NOW, actor="anna", dry_run=True)
    assert contents() == before
    did = undo(report.import_id)
    assert would.dry_run
    assert (would.receipts, would.members, would.points_taken_back) == (
        did.receipts,
        did.members,
        did.points_taken_back,
    )
    before = contents()
    with pytest.raises(ImportUndone):
        undo_import(report.import_id, now=NOW, actor="anna")
    assert contents() == before


@pytest.mark.django_db
def test_what_the_lake_has_not_taken_yet_never_gets_there(tmp_path):
    report = take(tmp_path, SMALL_CHAIN)
    undo_import(report.import_id, now=NOW, actor="anna")
    assert broken() == []
    hear_facts()
    assert lake_lines() == []
    assert broken() == []


SHARED = (
    [line("1", "2026-10-01 10:00", "milk", "1", "10.00", store="S1", member="C1")],
    [line("2", "2026-10-02 10:00", "milk", "1", "10.00", store="S1", member="C1")],
)
"""Two files of one member, one product, one store: who comes first makes them."""


@pytest.mark.django_db
@pytest.mark.parametrize("heard", [True, False], ids=["the lake hears between", "the lake has heard of none"])
@pytest.mark.parametrize("first", [0, 1], ids=["the older first", "the newer first"])
def test_two_undos_leave_nothing_whatever_comes_first(tmp_path, first, heard):
    imports = [take_into_lake(tmp_path, file).import_id for file in SHARED]
    one = undo_import(imports[first], now=NOW, actor="anna")
    assert (one.members, one.stores, one.products) == (0, 0, 0), "the other file names them all"
    if heard:
        hear_facts()
    two = undo_import(imports[1 - first], now=NOW, actor="anna")
    assert (two.members, two.stores, two.products) == (1, 1, 1), "what either made, and nobody names any more"
    assert names() == []
    hear_facts()
    assert (lake_lines(), broken()) == ([], [])


@pytest.mark.django_db
def test_what_a_refresh_derived_leaves_with_whom_it_was_derived_of(tmp_path):
    report = take_into_lake(tmp_path, SMALL_CHAIN)
    refresh()
    said = undo(report.import_id)
    assert (said.members, said.stores) == (2, 2)
    assert names() == []
    assert broken() == []
