"""Files of receipts and files that describe come and are undone in any order; nothing of them is left behind."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone
from tests.builders import NOW, contents, line, rows, run, take
from tests.usecases.describing import take_described
from tests.usecases.test_cut_over import bring, broken
from tests.usecases.test_undo_import import KEPT_FOR_EVER

from huitou.usecases import left_by_undos
from huitou.usecases.cut_over.balances import open_balances
from huitou.usecases.cut_over.tiers import take_tiers
from huitou.usecases.take_back import take_back
from huitou.usecases.undo_described import Stays

pytestmark = pytest.mark.django_db

KEPT = {*KEPT_FOR_EVER, "members_told", "catalogue_told"}
RECEIPTS = {
    "R": [line("1", "2026-11-01 10:00", "P1", store="A1", member="C1"),
          line("2", "2026-11-01 11:00", "P2", store="A2", member="C2")],
    "R again": [line("1", "2026-11-01 10:00", "P1", store="A1", member="C1"),
                line("3", "2026-11-02 11:00", "P3", store="A1", member="C3")],
}  # fmt: skip
DESCRIBING = {
    "M": ("members", [{"card": "C1", "name": "王小明", "phone": "13800138000"}, {"card": "C3", "name": "李强"}]),
    "M again": (
        "members",
        [{"card": "C1", "name": "王明", "sex": "男", "store": "A1"}, {"card": "C3", "name": "李强"}],
    ),
    "P": ("products", [{"sku": "P1", "name": "牛奶", "barcode": "6901234567892", "category": "生鲜/乳品"}]),
    "P again": ("products", [{"sku": "P1", "name": "鲜牛奶", "price": "9.90"}, {"sku": "P3", "name": "米"}]),
    "S": ("stores", [{"code": "A1", "name": "一店"}]),
    "S again": ("stores", [{"code": "A1", "name": "西湖店", "district": "西湖"}, {"code": "A3", "name": "三店"}]),
}
FOUND_BY_HAND = [
    (["R", "M"], ["M", "R"]),
    (["R", "M", "P", "S"], ["R", "M", "P", "S"]),
    (["P", "R"], ["P", "R"]),
    (["R", "M", "M again"], ["R", "M", "M again"]),
]
"""(files in the order in which they came, and were undone): each of these left somebody or something behind once."""


def _orders(count: int) -> list[tuple[list[str], list[str]]]:
    dice = random.Random(20261129)
    files = [*RECEIPTS, *DESCRIBING]
    came = [dice.sample(files, dice.randint(4, len(files))) for _ in range(count)]
    return [(names, dice.sample(names, len(names))) for names in came]


def imported(folder: Path, name: str) -> int:
    if name in RECEIPTS:
        return take(folder, RECEIPTS[name], source="t").import_id
    kind, said = DESCRIBING[name]
    return take_described(folder, kind, said, source="t").import_id


def undo(number: int):
    return take_back(number, now=timezone.now(), actor="anna")


def _left_over(folder: Path, came: list[str], undone: list[str]) -> list[str]:
    """The tables that are otherwise than before, after all was undone; then everything is taken back."""
    with transaction.atomic():
        before = contents(without=KEPT)
        numbers = {name: imported(folder, name) for name in came}
        for name in undone:
            undo(numbers[name])
            assert left_by_undos.left_behind() is None, (came, undone, name)
        after = contents(without=KEPT)
        transaction.set_rollback(True)
    return [table for table in before if before[table] != after[table]]


def test_undone_in_any_order_nothing_is_left(tmp_path):
    for came, undone in [*FOUND_BY_HAND, *_orders(6)]:
        assert _left_over(tmp_path, came, undone) == [], f"{came} came, undone as {undone}"


@pytest.mark.parametrize(
    "forgotten",
    [
        lambda patch: patch.setattr(left_by_undos.members, "made_by_files", lambda batches: ([], [])),
        lambda patch: patch.setattr(left_by_undos.import_life, "brought", lambda batches, what: []),
    ],
    ids=["what files of members made", "what receipts made"],
)
def test_whoever_forgets_one_kind_of_import_is_caught(tmp_path, monkeypatch, forgotten: Callable):
    forgotten(monkeypatch)
    assert _left_over(tmp_path, ["M", "R"], ["M", "R"]) + _left_over(tmp_path, ["R", "M"], ["R", "M"]) != []


@pytest.mark.parametrize("order", [(3, 2, 1, 0), (0, 1, 2, 3)], ids=["newest first", "oldest first"])
def test_points_of_an_old_programme_that_were_taken_back_keep_nobody_here(tmp_path, order):
    points = [{"card": "C1", "points": "120"}, {"card": "C2", "points": "0"}]
    numbers = [
        imported(tmp_path, "R"),
        imported(tmp_path, "M"),
        bring(open_balances, tmp_path, points, now=NOW, expires="never").import_id,
        bring(take_tiers, tmp_path, [{"card": "C1", "tier": "金卡", "since": "2026-01-01"}], now=NOW).import_id,
    ]
    for place in order:
        undo(numbers[place])
        assert left_by_undos.left_behind() is None
    assert rows("SELECT value FROM members_identity") == [("C1",)], "entries of tiers never change, struck ones too"
    assert rows("SELECT sku FROM catalogue_product") == []
    assert broken() == []


def test_who_has_something_that_stands_stays(tmp_path):
    """Told by two files, edited by hand, named by receipts that stand: each leaves with the last of them, or never."""
    stores, first, again = (imported(tmp_path, name) for name in ("S", "M", "M again"))
    said = undo(first)
    ((code,),) = rows("SELECT 'M' || lpad(member_id::text, 8, '0') FROM members_identity WHERE value = 'C3'")
    assert Stays(code, "told_by_another") in said.stays
    assert rows("SELECT value, name FROM members_identity JOIN members_member m ON m.id = member_id "
                "WHERE kind = 'card' ORDER BY 1") == [("C1", "王明"), ("C3", "李强")]  # fmt: skip
    undo(again)
    assert rows("SELECT count(*) FROM members_member") == [(0,)]
    undo(stores)

    receipts, goods = imported(tmp_path, "R"), imported(tmp_path, "P")
    kept, people = imported(tmp_path, "R again"), imported(tmp_path, "M")
    run("UPDATE catalogue_product SET price_fen = 777 WHERE sku = 'P2'")
    for number in (goods, receipts, people):
        undo(number)
    assert rows("SELECT sku, name FROM catalogue_product ORDER BY 1") == [("P1", "P1"), ("P2", "P2"), ("P3", "P3")]
    assert rows("SELECT value FROM members_identity ORDER BY 1") == [("C1",), ("C3",)], "a receipt names them"
    assert left_by_undos.left_behind() is None
    undo(kept)
    assert rows("SELECT sku FROM catalogue_product") == [("P2",)], "somebody priced it by hand"
    assert rows("SELECT (SELECT count(*) FROM members_member), (SELECT string_agg(code, '') FROM catalogue_store)") == [
        (0, None)
    ]
