"""The room's part of a till's trip: names held, looked up, written once; returns find their sale whenever it comes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from huitou.bulk.trip import trip
from huitou.receipts import service as receipts
from huitou.receipts.errors import ConflictSettled, ConflictUnknown, NoteMissing
from huitou.receipts.terms import KnownReceipt, Match, NamedSale, ParkedReturn, ReturnedLine, SaleName, SoldGoods
from huitou.receipts.terms.conflicts import ConflictKind, NewConflict
from tests.builders import rows, run
from tests.receipts.selling import AT, DAY, accept, asked, ids, key, open_shop, returned, sold

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> dict[str, int]:
    return open_shop()


def test_ids_are_new_each_time():
    first, second = ids(3), ids(2)
    assert len({*first, *second}) == 5
    assert max(first) < min(second)


@pytest.mark.parametrize("count", [1, 50])
def test_what_is_accepted_is_found_with_its_answer(shop, count):
    pairs = [sold(shop, str(number), receipt) for number, receipt in enumerate(ids(count), start=1)]
    accept(pairs)
    found = asked(receipts.find, [head.key for head, _ in pairs])
    assert found == {head.key: KnownReceipt(head.receipt_id, head.digest, head.answer) for head, _ in pairs}
    assert rows("SELECT count(*), sum(net_fen) FROM receipts_receipt") == [(count, 3000 * count)]
    assert rows("SELECT count(*), sum(net_fen) FROM receipts_line") == [(count, 3000 * count)]
    assert rows("SELECT kind, (body->>'id')::bigint FROM outbox_fact ORDER BY id") == [
        ("receipt_recorded", head.receipt_id) for head, _ in pairs
    ]


@pytest.mark.parametrize("other", [{"source": "app"}, {"till": "02"}, {"business_date": date(2026, 11, 5)},
                                   {"number": "2"}, {"kind": "return"}])  # fmt: skip
def test_another_key_is_another_receipt(shop, other):
    accept([sold(shop, "1", ids(1)[0])])
    assert asked(receipts.find, [key(shop, "1"), replace(key(shop, "1"), **other)]).keys() == {key(shop, "1")}


def test_a_key_is_taken_once_and_the_second_writes_nothing(shop):
    accept([sold(shop, "1", ids(1)[0])])
    with pytest.raises(IntegrityError) as refused:
        accept([sold(shop, "2", ids(1)[0]), sold(shop, "1", ids(1)[0])])
    assert receipts.identity_taken(refused.value)
    assert not receipts.month_missing(refused.value)
    assert rows("SELECT (SELECT count(*) FROM receipts_receipt), (SELECT count(*) FROM receipts_identity)") == [(1, 1)]


@pytest.mark.parametrize(
    "statement", ["UPDATE receipts_identity SET answer = 'other'", "DELETE FROM receipts_identity"]
)
def test_an_identity_never_changes(shop, statement):
    accept([sold(shop, "1", ids(1)[0])])
    with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
        run(statement)


def test_a_month_that_is_not_there_is_made_and_the_receipt_accepted(shop):
    old = sold(shop, "1", ids(1)[0], business_date=date(2024, 12, 31))
    with pytest.raises(IntegrityError) as refused:
        accept([old])
    assert receipts.month_missing(refused.value)
    assert not receipts.identity_taken(refused.value)
    receipts.ensure_months([date(2024, 12, 31)])
    receipts.ensure_months([date(2024, 12, 1)])
    accept([old])
    assert rows("SELECT tableoid::regclass::text FROM receipts_line") == [("receipts_months.line_2024_12",)]


def test_another_constraint_is_not_mistaken_for_a_month(shop):
    with pytest.raises(IntegrityError) as refused:
        accept([sold(shop, "1", ids(1)[0], kind="gift")])
    assert not receipts.month_missing(refused.value)
    assert not receipts.identity_taken(refused.value)


@pytest.mark.parametrize(
    ("there", "found", "because"),
    [
        ([("pos", "sale")], ("pos", "sale"), "its own source's"),
        ([("app", "sale"), ("pos", "sale")], ("pos", "sale"), "its own source's, though another came first"),
        ([("file", "sale")], ("file", "sale"), "history came by file, under another name"),
        ([("pos", "return")], ("pos", "return"), "a return of that number, so that it can be refused"),
        ([("pos", "return"), ("file", "sale")], ("file", "sale"), "a sale before a return"),
        ([], None, "nothing: the return waits"),
    ],
)
def test_a_return_finds_the_sale_that_it_names(shop, there, found, because):
    new = ids(len(there))
    pairs = [
        sold(shop, "1", receipt, member=shop["anna"], source=source, kind=kind)
        for receipt, (source, kind) in zip(new, there, strict=True)
    ]
    if pairs:
        accept(pairs)
    name = key(shop, "1").name
    expected = {}
    if found:
        expected = {name: NamedSale(new[there.index(found)], DAY, found[1], shop["anna"])}
    assert asked(receipts.find_sales, [name]) == expected, because


def test_a_sale_knows_what_came_back_of_it(shop):
    sale, first, second = ids(3)
    accept([sold(shop, "1", sale, member=shop["anna"])])
    name = key(shop, "1").name
    for receipt, number, quantity in ((first, "8", 1000), (second, "9", 500)):
        accept(
            [returned(shop, number, receipt, quantity=quantity, product=shop["milk"])],
            returns={receipt: name},
            matches=[Match(receipt, 1, sale, 1, quantity)],
        )
    (found,) = asked(receipts.sold_sales, [sale]).values()
    assert (found.receipt_id, found.business_date, found.member_id, found.at) == (sale, DAY, shop["anna"], AT)
    assert found.lines == (SoldGoods(1, shop["milk"], 3000, 3000, returned_milli=1500, refunded_fen=1500),)
    assert found.back == (Match(first, 1, sale, 1, 1000), Match(second, 1, sale, 1, 500)), "oldest first"
    assert asked(receipts.parked_returns, [name]) == {}, "nothing waits"


def test_a_return_before_its_sale_waits_and_is_then_applied(shop):
    first, second, sale = ids(3)
    name = key(shop, "1").name
    for receipt, number in ((first, "8"), (second, "9")):
        accept([returned(shop, number, receipt)], returns={receipt: name}, parked=[receipt])
    assert rows("SELECT count(*) FROM outbox_fact") == [(0,)], "nobody can say yet which goods came back"
    waiting = asked(receipts.parked_returns, [replace(name, source="app")])[replace(name, source="app")]
    line = ReturnedLine(1, 1, 1000, 1000)
    assert waiting == [ParkedReturn(receipt, shop["store"], DAY, AT, name, (line,)) for receipt in (first, second)]

    accept([sold(shop, "1", sale, member=shop["anna"])])
    (found,) = asked(receipts.sold_sales, [sale]).values()
    with transaction.atomic(), trip() as writing:
        for back in waiting:
            receipts.apply_parked(writing, back, found, receipts.matches_of(back.receipt_id, back.lines, found), 0)
    assert asked(receipts.parked_returns, [name]) == {}
    assert rows("SELECT DISTINCT member_id FROM receipts_receipt") == [(shop["anna"],)]
    assert rows("SELECT DISTINCT product_id FROM receipts_line") == [(shop["milk"],)]
    (found,) = asked(receipts.sold_sales, [sale]).values()
    assert found.lines[0].returned_milli == 2000
    assert rows("SELECT (body->>'id')::bigint FROM outbox_fact ORDER BY id") == [(sale,), (first,), (second,)]


def test_a_return_waits_for_one_sale_though_two_sources_have_that_number(shop):
    (receipt,) = ids(1)
    name = key(shop, "1").name
    accept([returned(shop, "8", receipt)], returns={receipt: name}, parked=[receipt])
    found = asked(receipts.parked_returns, [name, replace(name, source="app")])
    assert [back.receipt_id for backs in found.values() for back in backs] == [receipt]


def test_a_receipt_is_claimed_once(shop):
    (receipt,) = ids(1)
    accept([sold(shop, "1", receipt)])
    assert asked(receipts.claim, receipt, DAY, shop["anna"]) is True
    assert asked(receipts.claim, receipt, DAY, shop["boris"]) is False, "it is Anna's"
    assert asked(receipts.claim, receipt, DAY, shop["anna"]) is False
    assert rows("SELECT member_id FROM receipts_receipt") == [(shop["anna"],)]


def test_what_came_back_of_a_claimed_receipt_is_the_members_too(shop):
    sale, back, other = ids(3)
    accept([sold(shop, "1", sale)])
    accept(
        [returned(shop, "8", back, product=shop["milk"])],
        returns={back: key(shop, "1").name},
        matches=[Match(back, 1, sale, 1, 1000)],
    )
    accept([sold(shop, "2", other)])
    assert asked(receipts.claim, sale, DAY, shop["anna"]) is True
    assert rows("SELECT id, member_id FROM receipts_receipt ORDER BY id") == [
        (sale, shop["anna"]),
        (back, shop["anna"]),
        (other, None),
    ]
    assert rows("SELECT body->'id', body->'member' FROM outbox_fact WHERE kind = 'receipt_claimed' ORDER BY id") == [
        (str(sale), str(shop["anna"])),
        (str(back), str(shop["anna"])),
    ]


@pytest.mark.parametrize("what", ["a return", "nothing"])
def test_only_a_sale_is_claimed(shop, what):
    (receipt,) = ids(1)
    if what == "a return":
        accept([returned(shop, "1", receipt)])
    assert asked(receipts.claim, receipt, DAY, shop["anna"]) is False


def test_a_conflict_is_listed_once_until_somebody_resolves_it(shop):
    (receipt,) = ids(1)
    accept([sold(shop, "1", receipt, member=shop["anna"])])
    twice = NewConflict(ConflictKind.NUMBER_USED_TWICE, shop["store"], "pos", "d", {"number": "1"}, receipt)
    owed = NewConflict(ConflictKind.POINTS_HONOURED, shop["store"], "pos", "d", {"points": 5}, receipt, shop["anna"])
    for _ in range(2):
        with transaction.atomic(), trip() as writing:
            receipts.note_conflicts(writing, [twice, owed])
    newest, oldest = receipts.conflicts()
    assert (newest.kind, newest.body, newest.member_id) == (ConflictKind.POINTS_HONOURED, {"points": 5}, shop["anna"])
    assert receipts.conflicts(before=newest.id) == [oldest]
    with pytest.raises(NoteMissing):
        receipts.settle_conflict(newest.id, actor="li", note=" ")
    receipts.settle_conflict(newest.id, actor="li", note="paid in cash ")
    with pytest.raises(ConflictSettled):
        receipts.settle_conflict(newest.id, actor="wang", note="me too")
    with pytest.raises(ConflictUnknown):
        receipts.settle_conflict(newest.id + 1, actor="li", note="which?")
    assert [conflict.id for conflict in receipts.conflicts()] == [oldest.id]
    assert [(one.resolved_by, one.resolved_note) for one in receipts.conflicts(settled=True)] == [
        ("li", "paid in cash")
    ]
    for change in ("UPDATE receipts_conflict SET resolved_note = 'x' WHERE id = %s", "DELETE FROM receipts_conflict"):
        with pytest.raises(IntegrityError), transaction.atomic():
            run(change.replace("%s", str(newest.id)))


def test_a_receipt_is_seen_by_its_id(shop):
    (receipt,) = ids(1)
    accept([sold(shop, "1", receipt)])
    seen = receipts.receipt_of(receipt)
    assert seen
    assert (seen.number, seen.business_date, seen.net_fen) == ("1", DAY, 3000)
    assert receipts.receipt_of(receipt + 1) is None


def test_names_are_held_until_the_transaction_ends(shop):
    names = [key(shop, str(number)).name for number in range(3)]
    held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
    ((before,),) = rows(held)
    with transaction.atomic():
        with trip() as first:
            receipts.hold_names(first, [*names, names[0], replace(names[0], source="app")])
        assert rows(held) == [(before + 3,)], "a name is one name, whichever source says it"


def test_a_text_that_postgresql_cannot_hold_is_refused_and_nothing_moves(shop):
    with pytest.raises((DatabaseError, ValueError)):
        accept([sold(shop, "1\0", ids(1)[0])])
    assert rows("SELECT count(*) FROM receipts_identity") == [(0,)]


def test_a_sale_name_is_what_the_key_says(shop):
    assert key(shop, "1").name == SaleName("pos", shop["store"], "01", DAY, "1")
