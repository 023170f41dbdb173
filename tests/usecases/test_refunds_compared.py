"""What a return pays back is compared with its sale: kept, told, and listed where it differs."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.builders import line, rows, take
from tests.usecases.tills import Till, card, open_store

from huitou.receipts import service as receipts
from huitou.usecases.audit import audit
from huitou.usecases.bring_back import quote_return
from huitou.usecases.conflicts import list_conflicts
from huitou.usecases.till_terms import Return, Sale, SaleLine

pytestmark = pytest.mark.django_db

KEPT = "SELECT difference_fen FROM receipts_returnof ORDER BY return_receipt_id"
PAID = "SELECT sum(net_fen)::bigint FROM receipts_line"


@pytest.fixture
def till() -> Till:
    open_store("S1")
    return Till()


def broken() -> list[str]:
    return [f"{verdict.name}: {verdict.first_broken}" for verdict in audit() if not verdict.holds]


def listed() -> list[tuple[str, int, list[tuple[int, int, int]]]]:
    """Of each conflict the kind, by how much it differs, and of each line that does what was paid back and was due."""
    return [
        (one["kind"], one["said"]["difference_fen"],
         [(off["sale_line"], off["paid_back_fen"], off["due_fen"]) for off in one["said"]["off"]])
        for one in list_conflicts()
    ]  # fmt: skip


def six_at_five() -> tuple[Till, Sale]:
    till = Till()
    sale = till.sale(3000, member=card("C1"))
    return till, replace(sale, lines=(sale.lines[0]._replace(quantity_milli=6000),))


@pytest.mark.parametrize(
    ("backs", "told", "because"),
    [
        ([[(1, 6000, 3000)]], ["0.00"], "all of it for all that was paid"),
        ([[(1, 1000, 500)], [(1, 5000, 2500)]], ["0.00", "0.00"], "each piece for its part"),
        ([[(1, 6000, 100)]], ["-29.00"], "all six for 1.00 leave 29.00 paid"),
        ([[(1, 1000, 2500)], [(1, 5000, 500)]], ["20.00", "0.00"], "once wrong, the rest is due what is left"),
        ([[(1, 1000, 2500), (1, 5000, 500)]], ["0.00"], "two lines of one return make up for each other"),
        ([[(1, 1000, 0)], [(1, 5000, 3000)]], ["-5.00", "0.00"], "paid back later"),
    ],
)
def test_a_return_is_told_what_it_paid_back_too_much(backs, told, because):
    open_store("S1")
    till, sale = six_at_five()
    till.record(sale)
    answers = [till.record(till.back(sale, *back)) for back in backs]
    assert [one["difference"] for one in answers] == told, because
    fen = [int(one.replace(".", "")) for one in told]
    assert rows(KEPT) == [(one,) for one in fen]
    assert broken() == []


def test_lines_that_make_up_for_each_other_are_listed_all_the_same(till):
    sale = till.sale(3000, 2000)
    till.record(sale)
    assert till.record(till.back(sale, (1, 1000, 2500), (2, 1000, 2000)))["difference"] == "-5.00"
    other = till.sale(3000, 3000)
    till.record(other)
    assert till.record(till.back(other, (1, 500, 2500), (2, 500, 500)))["difference"] == "0.00"
    assert listed() == [
        ("refund_differs", 0, [(1, 2500, 1500), (2, 500, 1500)]),
        ("refund_differs", -500, [(1, 2500, 3000)]),
    ]
    assert broken() == []


def waiting(till: Till, sale: Sale, back: Return) -> None:
    assert "difference" not in till.record(back), "nobody can say yet"
    assert rows(KEPT) == [(None,)]
    till.record(sale)


def by_file(till: Till, sale: Sale, back: Return, tmp_path) -> None:
    till.record(back)
    take(tmp_path, [line(sale.number, "2026-11-20 20:00", "milk", "1", "20.00", store="S1", till="1", member="C1")])


WAYS = {
    "one call": lambda till, sale, back, _: (till.record(sale), till.record(back)),
    "a batch": lambda till, sale, back, _: till.upload(sale, back),
    "a batch in which it came first": lambda till, sale, back, _: till.upload(back, sale),
    "waiting for its sale": lambda till, sale, back, _: waiting(till, sale, back),
    "waiting for its sale of a file": by_file,
}


@pytest.mark.parametrize("off", [0, -1])
@pytest.mark.parametrize("way", WAYS)
def test_a_planted_fen_is_kept_told_and_listed(till, tmp_path, way, off):
    """Of a sale that was never quoted; without the fen nothing differs."""
    sale = till.sale(2000, member=card("C1"))
    back = till.back(sale, (1, 500, 1000 + off))
    WAYS[way](till, sale, back, tmp_path)
    assert rows(KEPT) == [(off,)]
    assert listed() == ([("refund_differs", off, [(1, 1000 + off, 1000)])] if off else [])
    WAYS[way](till, sale, back, tmp_path) if "file" not in way and "waiting" not in way else till.record(back)
    assert len(listed()) == (1 if off else 0), "sent again it is listed once"
    assert broken() == []


def test_it_is_listed_where_the_goods_came_back(till):
    west = open_store("S2")
    sale = till.sale(2000, member=card("C1"))
    other = replace(till.back(sale, (1, 500, 999)), store="S2")
    till.record(other)
    till.record(sale)
    (conflict,) = receipts.conflicts()
    assert conflict.store_id == west, "who paid the money is asked"
    assert conflict.member_id is not None


def test_more_than_was_paid_never_goes_back(till):
    sale = till.sale(2000)
    till.record(sale)
    (told,) = till.upload(till.back(sale, (1, 500, 2001)))
    assert (told["status"], told["code"]) == ("quarantined", "returned_more_than_paid")
    assert [one["kind"] for one in list_conflicts()] == ["returned_more_than_sold"]


def drawn(dice: random.Random, till: Till) -> Sale:
    """Pieces and weighed goods, with discounts that leave odd fen."""
    lines = []
    for place in range(1, dice.randrange(2, 6)):
        milli = dice.choice((1000 * dice.randrange(1, 7), dice.randrange(1, 3000)))
        full = dice.randrange(0, 10_000)
        off = dice.choice((0, 0, dice.randrange(0, full + 1)))
        lines.append(SaleLine(place, f"sku-{place}", f"Goods {place}", "", milli, None, off, full - off))
    return replace(till.sale(1, member=dice.choice((None, card("C1")))), lines=tuple(lines))


def pieces(dice: random.Random, sale: Sale) -> Iterator[list[tuple[int, int]]]:
    """All of it, in random parts, in any order."""
    left = {one.line: one.quantity_milli for one in sale.lines}
    while any(left.values()):
        some = [number for number, milli in left.items() if milli]
        part = []
        for number in dice.sample(some, dice.randrange(1, len(some) + 1)):
            whole = left[number] % 1000 == 0
            milli = 1000 * dice.randrange(1, left[number] // 1000 + 1) if whole else dice.randrange(1, left[number] + 1)
            left[number] -= milli
            part.append((number, milli))
        yield part


def quoted(till: Till, back: Return) -> Return:
    said = quote_return(till.caller, back, now=till.now)
    amounts = [int(one["amount"].replace(".", "")) for one in said["lines"]]
    lines = [replace(one, amount_fen=fen) for one, fen in zip(back.lines, amounts, strict=True)]
    return replace(back, lines=tuple(lines))


def test_random_returns_by_their_quotes_never_differ_and_leave_nothing(till):
    dice = random.Random(20261129)
    for _ in range(12):
        sale = drawn(dice, till)
        till.record(sale)
        for part in pieces(dice, sale):
            back = quoted(till, till.back(sale, *((number, milli, 0) for number, milli in part)))
            assert till.record(back)["difference"] == "0.00"
        assert rows(PAID) == [(0,)], "everything is back"
    assert listed() == []
    assert broken() == []
