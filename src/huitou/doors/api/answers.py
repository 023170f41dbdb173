"""What the calls answer, for whoever reads the OpenAPI document."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class Wrong(BaseModel):
    where: str
    what: str


class InALanguage(BaseModel):
    message: str
    next_step: str
    errors: list[Wrong] | None = None


class Problem(BaseModel):
    """A refusal, as application/problem+json (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str = Field(description="Stable; docs/errors.md lists every code.")
    message: str
    next_step: str
    errors: list[Wrong] | None = Field(None, description="Each place that is wrong, where the body is.")
    translations: dict[str, InALanguage] = Field(description="By language: zh-hans and en.")


class KeyTold(BaseModel):
    name: str = Field(description="Also the source of everything that the key records.")
    stores: list[str] = Field(description="The codes of the stores that it speaks for.")
    calls: list[str] = Field(description="What it may ask: receipts, returns, events, members, identify.")


class Candidate(BaseModel):
    member: str = Field(examples=["M00000042"])
    name: str
    phone: str = Field(description="Masked.", examples=["138****8000"])
    layer: str | None = Field(description="diamond, gold, silver, dormant; null until a refresh ran.")


class Identified(Candidate):
    tier: str | None = Field(description="The programme's own word for their tier of today; null without one.")
    birthday_month: int | None
    balance: int
    may_spend: bool = Field(description="Whether the member's own code was shown.")
    prompts: list[str] = Field(description="What the cashier may say; nothing makes one yet.")


class WhoItIs(BaseModel):
    member: Identified | None
    candidates: list[Candidate] = Field(description="Where several may be meant.")
    more: bool = Field(description="There are more than those.")


class Registered(Candidate):
    state: Literal["made", "completed", "known"]


class EventKept(BaseModel):
    id: str
    status: Literal["recorded", "replayed"]


class OfAccount(BaseModel):
    member: str | None = Field(description="null where the receipt is nobody's.")
    balance: int | None
    available: int | None = Field(description="What can be spent now: the balance without open holds.")


class Recorded(OfAccount):
    receipt: int
    kind: Literal["sale"]
    business_date: str
    points_earned: int
    points_used: int
    points_honoured: int = Field(description="Of those used, what was not there any more: an offline sale.")
    claim_code: str | None = Field(description="For the QR of a receipt without a member.")


class Returned(OfAccount):
    receipt: int
    kind: Literal["return"]
    state: Literal["applied", "parked"]
    sale: int | None
    points_taken_back: int
    points_restored: int
    debt: int


class Claimed(OfAccount):
    receipt: int
    points_earned: int


class Held(OfAccount):
    basket: str
    state: Literal["open", "released", "posted", "timed_out"]
    points: int
    ends_at: str
