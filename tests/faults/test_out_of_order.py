"""Whatever order a store's receipts arrive in, they end as if they had come in order (F5, F6).

Without burns: whether points can be spent is decided at the till, at that moment. `make faults` runs 1,000 histories.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import pytest

from huitou.loyalty import service as loyalty
from huitou.members.terms import MemberRef
from huitou.receipts import service as receipts
from huitou.usecases.till_terms import Return, Sale
from tests.builders import rows
from tests.faults.forms import Progress, either
from tests.usecases.tills import Till, card, open_store

pytestmark = [pytest.mark.django_db, pytest.mark.faults]

HISTORIES = either(25, 1_000)
SALES, LINES, RETURNS = 3, 4, 4
Receipt = Sale | Return


@dataclass
class Shopper:
    """A member who buys and brings back at a till of their own, so that two of them do the same under equal numbers."""

    name: str

    def __post_init__(self) -> None:
        self.till = Till(number=self.name)
        self.card: MemberRef = card(self.name)

    def history(self, seed: int) -> list[Receipt]:
        """Sales, each followed by some of its returns: parts of lines, never more than is left of one."""
        dice = random.Random(seed)
        told: list[Receipt] = []
        for _ in range(dice.randint(1, SALES)):
            amounts = [dice.randint(1, 9_999) for _ in range(dice.randint(1, LINES))]
            sale = self.till.sale(*amounts, member=self.card)
            told.append(sale)
            left = dict.fromkeys(range(1, len(amounts) + 1), 1000)
            for _ in range(dice.randint(0, RETURNS)):
                if part := _part(dice, left, amounts):
                    told.append(self.till.back(sale, *part))
        return told

    def state(self) -> tuple:
        """All that is left of it: points, lots, what was posted by kind, what came back of which line, what waits."""
        whose = "a.member_id = (SELECT member_id FROM members_identity WHERE value = %s)"
        return (
            rows(f"SELECT balance, debt, held FROM loyalty_account a WHERE {whose}", self.name),
            rows("SELECT i.number, l.original, l.remaining FROM loyalty_lot l "
                 "JOIN loyalty_account a ON a.id = l.account_id JOIN loyalty_transaction t ON t.id = l.transaction_id "
                 f"JOIN receipts_identity i ON i.id = t.receipt_id WHERE {whose} ORDER BY 1", self.name),
            rows("SELECT t.kind, sum(e.points) FROM loyalty_entry e JOIN loyalty_account a ON a.id = e.account_id "
                 f"JOIN loyalty_transaction t ON t.id = e.transaction_id WHERE {whose} GROUP BY 1 ORDER BY 1",
                 self.name),
            rows("SELECT s.number, b.number, m.sale_line, m.quantity_milli FROM receipts_returnmatch m "
                 "JOIN receipts_identity s ON s.id = m.sale_receipt_id "
                 "JOIN receipts_identity b ON b.id = m.return_receipt_id "
                 "WHERE s.till = %s ORDER BY 1, 2, 3", self.name),
            rows("SELECT number, kind, net_fen, member_id IS NULL FROM receipts_receipt WHERE till = %s ORDER BY 1",
                 self.name),
            rows("SELECT l.line, p.sku, l.quantity_milli, l.net_fen FROM receipts_line l "
                 "JOIN receipts_identity i ON i.id = l.receipt_id LEFT JOIN catalogue_product p ON p.id = l.product_id "
                 "WHERE i.till = %s ORDER BY i.number, 1", self.name),
            rows("SELECT count(*) FROM receipts_returnof o JOIN receipts_identity i ON i.id = o.return_receipt_id "
                 "WHERE applied_at IS NULL AND i.till = %s", self.name),
        )  # fmt: skip


def _part(dice: random.Random, left: dict[int, int], amounts: list[int]) -> list[tuple[int, int, int]]:
    """(line, quantity in thousandths, amount) of what comes back now, at the price that was paid."""
    part = []
    for line, most in left.items():
        if most and dice.random() < 0.6:
            quantity = most if dice.random() < 0.3 else dice.randint(1, most)
            left[line] -= quantity
            part.append((line, quantity, amounts[line - 1] * quantity // 1000))
    return part


def any_order(told: list[Receipt], seed: int) -> list[Receipt]:
    """Shuffled, and some of it twice: a till that heard nothing sends again."""
    dice = random.Random(seed)
    again = [receipt for receipt in told if dice.random() < 0.2]
    shuffled = [*told, *again]
    dice.shuffle(shuffled)
    return shuffled


def test_returns_before_their_sale_end_as_if_they_came_after() -> None:
    open_store("S1")
    progress = Progress("histories out of order", HISTORIES)
    parked = 0
    for seed in range(HISTORIES):
        orderly, late = Shopper(f"orderly {seed}"), Shopper(f"late {seed}")
        for receipt in orderly.history(seed):
            orderly.till.record(receipt)
        told = any_order(late.history(seed), seed)
        if seed % 3 == 0:
            assert all(isinstance(word, dict) and word["status"] != "quarantined" for word in late.till.upload(*told))
        else:
            parked += sum(late.till.record(receipt).get("state") == "parked" for receipt in told)
        assert late.state() == orderly.state(), f"history {seed}"
        assert late.state()[-1] == [(0,)], "nothing waits any more"
        progress.at(seed + 1, f"{parked:,} returns before their sale, 0 ended otherwise")
    assert parked > HISTORIES / 4, "the control: many of them did come before their sale"
    odd = "kind <> 'refund_differs' OR abs((body ->> 'difference_fen')::int) > %s"
    assert rows(f"SELECT * FROM receipts_conflict WHERE {odd}", LINES) == [], (
        "a till that rounds down is a fen a line off"
    )
    assert [verdict for verdict in (*loyalty.verdicts(), *receipts.verdicts()) if not verdict.holds] == []


def test_the_comparison_sees_a_return_that_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same histories with sales that ask for no waiting returns."""
    open_store("S1")
    monkeypatch.setattr(receipts, "parked_returns", lambda trip, names: NothingWaits())
    otherwise = 0
    for seed in range(10):
        orderly, late = Shopper(f"orderly {seed}"), Shopper(f"late {seed}")
        for receipt in orderly.history(seed):
            orderly.till.record(receipt)
        for receipt in any_order(late.history(seed), seed):
            late.till.record(receipt)
        otherwise += late.state() != orderly.state()
    assert otherwise > 3


class NothingWaits:
    def read(self) -> dict:
        return {}
