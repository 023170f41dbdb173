"""What a till is told. The text is kept with the receipt's name: the same question has the same answer for ever."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.crypto import constant_time_compare, salted_hmac

from huitou.kernel.clock import seconds_off
from huitou.kernel.ids import member_code
from huitou.loyalty.terms import Account

_CLAIM_BYTES = 8


@dataclass(frozen=True, slots=True)
class Outcome:
    """`answer` is JSON. `status` is recorded, replayed or quarantined."""

    status: str
    answer: str

    def read(self) -> dict[str, Any]:
        return json.loads(self.answer)


def of_clock(at: datetime, really: datetime | None) -> dict[str, int]:
    """By how much `at` is off what we know of the moment; nothing where it fits, or nobody knows better than the till.
    It stays with the receipt: the sensible time beside the till's own."""
    off = seconds_off(at, really) if really is not None else 0
    return {"clock_off_seconds": off} if off else {}


def written(answer: dict[str, Any]) -> str:
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


def of_account(account: Account | None) -> dict[str, Any]:
    """The member and what is theirs; nulls of a receipt that is nobody's."""
    return {
        "member": None if account is None else member_code(account.member),
        "balance": None if account is None else account.balance,
        "available": None if account is None else account.available,
    }


def claim_code(receipt_id: int) -> str:
    """What stands in the QR of a receipt without a member: its id, and a proof that we printed it."""
    proof = salted_hmac("huitou.claim", str(receipt_id), algorithm="sha256").digest()[:_CLAIM_BYTES]
    return f"{receipt_id}-{base64.b32encode(proof).decode().rstrip('=')}"


def claimed_receipt(code: str) -> int | None:
    """The receipt that this code claims; None where we never made it."""
    number = code.partition("-")[0]
    # 18 digits: what a bigint surely holds.
    if not (number.isascii() and number.isdigit() and len(number) <= 18):
        return None
    return int(number) if constant_time_compare(claim_code(int(number)), code.strip().upper()) else None
