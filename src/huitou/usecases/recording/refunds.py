"""What a return paid back beside what its sale says: kept, told and, where they differ, listed for a person.

As with sales, what happened stands as the till says it; more than was paid for a line never goes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from huitou.kernel.money import Money
from huitou.receipts.service import paying_back
from huitou.receipts.terms import ParkedReturn, RefundOff, ReturnedLine, SoldSale
from huitou.receipts.terms.conflicts import ConflictKind, NewConflict
from huitou.usecases.recording.placing import Placed, conflict_of


@dataclass(frozen=True, slots=True)
class Compared:
    """The lines of a return that do not fit its sale. Amounts of two lines may make up for each other: then nothing
    differs in sum, and a person is told all the same."""

    off: tuple[RefundOff, ...]

    @property
    def difference_fen(self) -> int:
        """Paid back less due."""
        return sum(line.paid_back_fen - line.due_fen for line in self.off)

    def told(self) -> dict[str, str]:
        return {"difference": str(Money(self.difference_fen))}

    def body(self) -> dict[str, object]:
        """What the list of conflicts keeps of it."""
        return {"difference_fen": self.difference_fen, "off": [line._asdict() for line in self.off]}


def compare(sale: SoldSale, lines: Sequence[ReturnedLine]) -> Compared:
    """`sale`: locked, as it stood before this return, whose lines were checked."""
    return Compared(tuple(paying_back.refunds_off(sale.lines, lines)))


def listed_of(compared: Compared, back: Placed, receipt_id: int, member: int | None) -> list[NewConflict]:
    """What a person must see of a return that found its sale at once."""
    if not compared.off:
        return []
    base = conflict_of(ConflictKind.REFUND_DIFFERS, back, receipt_id, member)
    return [replace(base, body={**base.body, **compared.body()})]


def listed_of_parked(compared: Compared, back: ParkedReturn, member: int | None) -> list[NewConflict]:
    """The same of a return that waited for its sale, whoever brought that."""
    if not compared.off:
        return []
    return [
        NewConflict(
            kind=ConflictKind.REFUND_DIFFERS,
            store_id=back.store_id,
            source=back.sale.source,
            digest=f"return {back.receipt_id}",
            body={"sale": back.sale.number, **compared.body()},
            receipt_id=back.receipt_id,
            member_id=member,
        )
    ]
