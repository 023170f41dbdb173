"""A receipt that was nobody's becomes somebody's, once, by the code that is printed on it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from huitou.access.terms import KeySeen
from huitou.bulk.trip import trip
from huitou.loyalty import service as loyalty
from huitou.loyalty.terms import Earning, GivenBack, Returning, SoldQuantity
from huitou.members import service as members
from huitou.members.terms import MemberRef
from huitou.receipts import service as receipts
from huitou.receipts.errors import ReceiptClaimed
from huitou.receipts.terms import SaleName
from huitou.usecases.end_overdue_points import chain_moment
from huitou.usecases.recording import answers
from huitou.usecases.recording.errors import ClaimCodeUnknown, MemberUnknown


def claim_receipt(caller: KeySeen, code: str, ref: MemberRef, *, now: datetime) -> dict[str, Any]:
    """Give the receipt and its points to the member; what came back of it meanwhile earns nothing.

    Raises ClaimCodeUnknown, MemberUnknown or ReceiptClaimed.
    """
    receipt_id = answers.claimed_receipt(code)
    receipt = None if receipt_id is None else receipts.receipt_of(receipt_id)
    if receipt is None:
        raise ClaimCodeUnknown()
    # A return of this sale passes before the claim or after it, and never between: it has to know whose the sale is.
    name = SaleName(caller.name, receipt.store_id, receipt.till, receipt.business_date, receipt.number)
    with transaction.atomic():
        with trip() as first:
            receipts.hold_names(first, [name])
            (member,) = members.find(first, [ref], at=now).ids()
        if member is None:
            raise MemberUnknown()
        with trip() as second:
            accounts = loyalty.lock_accounts(second, [member], chain_moment(now)).read()
            sale = receipts.sold_sales(second, [receipt.id]).read()[receipt.id]
            if not receipts.claim(second, receipt.id, receipt.business_date, member).read():
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
            account = (accounts | loyalty.earn(second, accounts, [earning], actor=caller.name))[member]
            sold = [SoldQuantity(line.line, line.quantity_milli, line.net_fen) for line in sale.lines]
            given = [GivenBack(part.sale_line, part.return_receipt, part.quantity_milli) for part in sale.back]
            taken = 0
            for back in dict.fromkeys(part.return_receipt for part in given):
                so_far = [part for part in given if part.return_receipt <= back]
                returning = Returning(back, receipt.id, receipt.business_date, receipt.store_id, caller.name)
                moved = loyalty.apply_return(second, account, returning, sold, so_far, actor=caller.name)
                account, taken = moved.account, taken + moved.taken_back
    return {"receipt": receipt.id, "points_earned": earning.points - taken, **answers.of_account(account)}
