"""A receipt that was nobody's becomes somebody's, once, by the code that is printed on it."""

from __future__ import annotations

from datetime import datetime

from huitou.access.terms import KeySeen
from huitou.bulk.trip import trip
from huitou.loyalty import service as loyalty
from huitou.loyalty.terms import Earning, GivenBack, Returning, SoldQuantity
from huitou.members import service as members
from huitou.members.terms import MemberRef
from huitou.privacy import service as privacy
from huitou.receipts import service as receipts
from huitou.receipts.errors import ReceiptClaimed
from huitou.receipts.service import naming
from huitou.receipts.terms import ReceiptSeen, SaleName
from huitou.usecases.end_overdue_points import chain_moment
from huitou.usecases.recording import answers
from huitou.usecases.recording.errors import ClaimCodeUnknown, MemberUnknown
from huitou.usecases.recording.placing import MeanwhileChanged, settled


def claim_receipt(caller: KeySeen, code: str, ref: MemberRef, *, now: datetime) -> str:
    """Give the receipt and its points to the member; what came back of it meanwhile earns nothing. The answer is JSON.

    The same again, also long after, is told the same. Raises ClaimCodeUnknown, MemberUnknown or ReceiptClaimed.
    """
    receipt_id = answers.claimed_receipt(code)
    if receipt_id is None:
        raise ClaimCodeUnknown()
    said = privacy.keyed_digest(repr((str(ref.kind), ref.value)), purpose="claim")
    return settled(lambda: _claim(caller, receipt_id, ref, said, now))


def _claim(caller: KeySeen, receipt_id: int, ref: MemberRef, said: str, now: datetime) -> str:
    receipt = receipts.receipt_of(receipt_id)
    with trip() as first:
        if receipt is not None:
            # A return of this sale passes before the claim or after it: it has to know whose the sale is.
            name = SaleName(caller.name, receipt.store_id, receipt.till, receipt.business_date, receipt.number)
            receipts.hold_names(first, [name])
        before = receipts.claimed_before(first, receipt_id).row()
    if before is not None and before[1] == said:
        return before[2]
    if receipt is None:
        raise ClaimCodeUnknown()
    with trip() as second:
        looked = members.find(second, [ref], at=now)
        (member,), (origin,) = looked.ids(), looked.origins()
    if member is None:
        raise MemberUnknown()
    if before is not None:
        if before[0] == member:
            return before[2]
        raise ReceiptClaimed(number=receipt.number)
    return _give(caller, receipt, member, origin, said, now)


def _give(caller: KeySeen, receipt: ReceiptSeen, member: int, origin: int | None, said: str, now: datetime) -> str:
    with trip(last=True) as third:
        accounts = loyalty.lock_accounts(third, [member], chain_moment(now)).read()
        sale = receipts.sold_sales(third, [receipt.id]).read()[receipt.id]
        if not receipts.claim(third, receipt.id, receipt.business_date, member).read():
            if receipts.claimed_before(third, receipt.id).row() is not None:
                raise MeanwhileChanged()
            raise ReceiptClaimed(number=receipt.number)
        earning = Earning(
            receipt_id=receipt.id,
            member=member,
            points=loyalty.points_for(receipt.net_fen, accounts[member], receipt.business_date),
            earned_at=receipt.at,
            business_date=receipt.business_date,
            store_id=receipt.store_id,
            source=caller.name,
        )
        account = (accounts | loyalty.earn(third, accounts, [earning], actor=caller.name))[member]
        sold = [SoldQuantity(line.line, line.quantity_milli, line.net_fen) for line in sale.lines]
        given = [GivenBack(part.sale_line, part.return_receipt, part.quantity_milli) for part in sale.back]
        taken = 0
        for back in dict.fromkeys(part.return_receipt for part in given):
            so_far = [part for part in given if part.return_receipt <= back]
            returning = Returning(back, receipt.id, receipt.business_date, receipt.store_id, caller.name)
            moved = loyalty.apply_return(third, account, returning, sold, so_far, actor=caller.name)
            account, taken = moved.account, taken + moved.taken_back
        told = {"receipt": receipt.id, "points_earned": earning.points - taken, **answers.of_account(account)}
        naming.note(third, {} if origin is None else {receipt.id: origin})
        receipts.note_claim(third, receipt.id, member, caller.name, said, answer := answers.written(told))
    return answer
