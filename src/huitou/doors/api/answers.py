"""What the calls answer, for whoever reads the OpenAPI document."""

from __future__ import annotations

from typing import Any, Literal

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
    calls: list[str] = Field(
        description="What it may ask: receipts, returns, events, members, identify, offline, households, consents, "
        "sensitive."
    )


class Candidate(BaseModel):
    member: str = Field(examples=["M00000042"])
    name: str
    phone: str = Field(description="Masked.", examples=["138****8000"])
    layer: str | None = Field(description="diamond, gold, silver, dormant; null until a refresh ran.")


class PromptTold(BaseModel):
    prompt: str = Field(
        description="coupon_ends, points_end, or the code of a cashier prompt: what its outcome is recorded under."
    )
    say: str
    translations: dict[str, str] = Field(description="By language: zh-hans and en.")


class Identified(Candidate):
    tier: str | None = Field(description="The programme's own word for their tier of today; null without one.")
    birthday_month: int | None
    balance: int
    may_spend: bool = Field(description="Whether the member's own code was shown.")
    prompts: list[PromptTold] = Field(
        description="What the cashier may say. What came of it is an event of the kind `prompt`."
    )


class WhoItIs(BaseModel):
    member: Identified | None
    candidates: list[Candidate] = Field(description="Where several may be meant.")
    more: bool = Field(description="There are more than those.")


class Registered(Candidate):
    state: Literal["made", "completed", "known"]


class EventKept(BaseModel):
    id: str
    status: Literal["recorded", "replayed"]


class HousemateTold(BaseModel):
    member: str = Field(examples=["M00000042"])
    name: str
    phone: str = Field(description="Masked.", examples=["138****8000"])
    since: str


class HouseholdTold(BaseModel):
    name: str = Field(description="Empty without one.")
    number: str | None = Field(description="In the chain's other system; null where it was made here.")
    people: list[HousemateTold] = Field(description="The member too; of a key for some stores, those at home there.")


class HouseholdOfMember(BaseModel):
    household: HouseholdTold | None = Field(description="null where nobody said with whom they live.")


class Household(HouseholdOfMember):
    status: Literal["joined", "left", "known"] = Field(description="`known`: it was so already, and nothing changed.")


class PlaceTold(BaseModel):
    status: Literal["told", "forgotten", "known"] = Field(
        description="`known`: it was so already, and nothing changed."
    )


class ConsentKept(BaseModel):
    id: str
    status: Literal["recorded", "replayed"]


class ConsentNow(BaseModel):
    purpose: str = Field(description="marketing, pregnancy, health, minors.")
    channel: str | None = Field(description="sms, email, wechat or phone; null where it is not about messages.")
    given: bool
    since: str


class ConsentWord(BaseModel):
    purpose: str
    channel: str | None
    given: bool
    at: str = Field(description="When it was said.")
    source: str = Field(description="The key that told it, or the person who noted it.")
    id: str | None = Field(description="What the source calls it.")
    how: str
    noted_at: str = Field(description="When it came here.")
    undone_at: str | None = Field(description="When it was taken back as noted by mistake; it counts no more.")


class Consents(BaseModel):
    consents: list[ConsentNow] = Field(description="What holds now: of each purpose and channel the newest word.")
    history: list[ConsentWord] = Field(description="The newest first; nothing is ever changed.")
    noted_elsewhere: dict[str, bool] = Field(description="By channel, what another system noted: no consent.")


class OfAccount(BaseModel):
    member: str | None = Field(description="null where the receipt is nobody's.")
    balance: int | None
    available: int | None = Field(description="What can be spent now: the balance without open holds.")


class QuotaOf(BaseModel):
    """What an offer may give to the member in this calendar month, as the staff discount does."""

    offer: str
    name: str
    quota: str
    left: str


class GivenBeside(BaseModel):
    offer: str
    name: str
    kind: str = Field(description="points_bonus, gift, free_delivery, next_coupon.")
    given: dict[str, Any] = Field(description="`points`, `gifts`, `delivery` or `coupons`.")


class CouponGiven(BaseModel):
    """A coupon that the sale brought: print it, or say that the member has it."""

    coupon: str
    kind: str
    title: str
    terms: str
    first_day: str | None = Field(description="null: at once.")
    last_day: str | None = Field(description="null: for ever.")
    personal: bool = Field(description="It is the member's, and stands in their wallet; else whose hand it is in.")
    offer: str


class NotGivenBeside(BaseModel):
    offer: str
    name: str
    kind: str


class BeyondLimit(BaseModel):
    """What an offer gave beyond its limits or its budget: the sale stands, and a person of the chain sees it."""

    offer: str
    name: str
    uses: int = Field(description="Of its uses on this sale those beyond a limit; 0 where only the amount was.")
    amount: str = Field(description="What was taken off beyond its budget; 0.00 where only the uses were.")


class Recorded(OfAccount):
    receipt: int
    kind: Literal["sale"]
    business_date: str
    points_earned: int = Field(description="All of them, with what offers brought.")
    points_used: int
    points_honoured: int = Field(description="Of those used, what was not there any more: an offline sale.")
    claim_code: str | None = Field(description="For the QR of a receipt without a member.")
    programme: int | None = Field(None, description="Which reckoned it; only of a sale with its quote or coupons.")
    coupons_used: list[str] | None = Field(None, description="The same.")
    difference: str | None = Field(None, description="What was paid less what the programme reckons.")
    benefits: list[GivenBeside] | None = Field(
        None, description="What offers gave beside the price; only of a sale with its quote or coupons."
    )
    coupons_given: list[CouponGiven] | None = Field(None, description="Left out where there are none.")
    benefits_not_given: list[NotGivenBeside] | None = Field(
        None, description="What the quote promised, and for which no room was left in the offer's limits since."
    )
    quotas: list[QuotaOf] | None = Field(None, description="What is left of the quotas that it took something of.")
    beyond_limits: list[BeyondLimit] | None = Field(
        None,
        description="What other sales had used up since the quote, and this one was given all the same. Left out where "
        "nothing was.",
    )
    clock_off_seconds: int | None = Field(
        None, description="How far `at` was from the server's time when it came: left out within five minutes."
    )


class Returned(OfAccount):
    receipt: int
    kind: Literal["return"]
    state: Literal["applied", "parked"]
    sale: int | None
    points_taken_back: int
    points_restored: int
    debt: int
    coupons_given_back: list[str] | None = Field(None, description="Left out where there are none.")
    coupons_void: list[str] | None = Field(
        None, description="Coupons that the sale brought, and what is left of it would not: they are void."
    )
    benefits_gone: list[GivenBeside] | None = Field(
        None, description="What offers gave beside the price for what is back: a gift that may be asked back."
    )
    difference: str | None = Field(
        None,
        description="What was paid back less what the sale says for these pieces; left out while the return waits.",
    )
    clock_off_seconds: int | None = Field(
        None, description="How far `at` was from the server's time when it came: left out within five minutes."
    )


class PaidWay(BaseModel):
    kind: str
    amount: str
    refunded: str = Field(description="How much of it went back by returns.")


class WayBack(BaseModel):
    kind: str
    amount: str


class SoldLine(BaseModel):
    line: int
    sku: str
    name: str
    quantity: str
    amount: str
    returned: str = Field(description="How much of it came back before.")
    refunded: str


class WhoseSale(BaseModel):
    member: str
    name: str
    phone: str = Field(description="Masked.")


class SoldBefore(BaseModel):
    store: str
    till: str
    business_date: str
    number: str
    at: str | None
    member: WhoseSale | None
    total: str
    lines: list[SoldLine]
    tenders: list[PaidWay]


class SalesFound(BaseModel):
    sales: list[SoldBefore] = Field(description="Newest first; none where nobody knows it.")


class LineBack(BaseModel):
    line: int
    sale_line: int
    quantity: str
    amount: str


class ReturnQuoted(BaseModel):
    lines: list[LineBack]
    total: str
    tenders: list[WayBack] = Field(
        description="In this order: what goes back as points, then the last way of paying first, cash last."
    )
    points_taken_back: int
    points_restored: int
    debt: int = Field(description="Points that were earned, are spent, and stay owed.")
    coupons_given_back: list[str]
    coupons_void: list[str]
    benefits_gone: list[GivenBeside]


class TakenOff(BaseModel):
    offer: str
    coupon: str | None
    off: str


class PricedLine(BaseModel):
    line: int
    before: str
    discount: str
    amount: str = Field(description="What the line costs now: what the sale sends as its `amount`.")
    takings: list[TakenOff]


class PricedOffer(BaseModel):
    offer: str
    name: str
    stage: str
    applications: int
    off: str
    coupons: list[str]
    funding: list[dict[str, str]]


class WhyNot(BaseModel):
    offer: str
    name: str
    reason: str
    missing_amount: str | None = Field(description="So much more, and it applies.")
    missing_pieces: int | None


class PricedCoupon(BaseModel):
    coupon: str
    kind: str
    title: str = Field(description="The kind's, for people.")
    used: bool = Field(description="One that saves nothing is not used.")


class RefusedCoupon(BaseModel):
    coupon: str
    code: str
    message: str
    next_step: str
    translations: dict[str, InALanguage]


class Suggested(BaseModel):
    offer: str
    name: str = Field(description="The offer's, for people; empty where it has none.")
    coupon: str | None = Field(
        description="None of goods, and of a coupon that is good in any hand while its holder was only named."
    )
    needs_code: bool = Field(description="A coupon of a member who was only named: their own code lets it be used.")
    saves: str | None
    goods: dict[str, Any] | None
    at_price: str | None


class PointsPayment(BaseModel):
    """What points may pay for this basket: a tender of the kind `points`."""

    most_points: int = Field(description="So many of this member's at most, in whole steps; 0 where none may pay.")
    most_amount: str = Field(description="What those are worth.")
    points: int = Field(description="The rate: so many points ...")
    worth: str = Field(description="... are worth this.")
    least: int = Field(description="Fewer points do not pay.")
    step: int = Field(description="They pay in multiples of it.")
    share_percent: int = Field(description="The largest part of a basket that points may pay.")


class Priced(BaseModel):
    """A quote: good for 15 minutes. The sale sends `programme`, `at` and `proof` back as its `quote`."""

    programme: int
    at: str
    proof: str | None = Field(
        None, description="What was reckoned, signed: sent back, its sale is not priced again. Null of a very long one."
    )
    expires_at: str
    member: str | None
    tier: str | None
    available: int | None = Field(description="Points that the member can spend.")
    currency: str
    total_before: str
    discount: str
    total: str
    points: int = Field(description="What the sale will earn, before points that pay for it.")
    points_payment: PointsPayment | None = Field(
        description="How many points may pay, and what they are worth; null of nobody, and where points do not pay."
    )
    quotas: list[QuotaOf] = Field(description="Of offers with a quota what was left for the member before this basket.")
    lines: list[PricedLine]
    applied: list[PricedOffer]
    benefits: list[GivenBeside]
    not_applied: list[WhyNot] = Field(description="Offers that touch the basket and gave nothing, each with why.")
    coupons: list[PricedCoupon]
    suggestions: list[Suggested] = Field(description="Coupons of the member that would help, and add-ons.")
    optimal: bool = Field(description="Proven: nothing cheaper is legal.")
    at_most_better: str
    cut: bool = Field(
        description="The time for a price ended before all was compared, or before all coupons of the member were "
        "looked at. What it says can be sold."
    )
    wallet_cut: bool = Field(
        description="Of some coupon of the member nobody knows yet whether it would help: ask once more, and one may "
        "be suggested. `cut` without it needs no second question."
    )
    coupons_refused: list[RefusedCoupon]
    prompts: list[PromptTold] = Field(
        description="What the cashier may say because of goods in the basket, two at most. What came of it is an event "
        "of the kind `prompt`; a member who answered is left alone with it for a while. Empty without the server."
    )


class Printed(BaseModel):
    code: str
    pieces: int = Field(description="How many pieces the pack holds that bears it.")


class Listed(BaseModel):
    sku: str
    name: str
    category: str
    weighed: bool
    price: str | None = Field(description="Of a piece, or of a kilogram of weighed goods.")
    promotable: bool
    codes: list[Printed] = Field(description="Its barcodes and its PLU.")


class PriceList(BaseModel):
    goods: list[Listed]
    scale_codes: list[str] = Field(
        description="Digits stand for themselves, I is the PLU, W grams, P fen, V the scale's own check, C a check."
    )


class Claimed(OfAccount):
    receipt: int
    points_earned: int


class Held(OfAccount):
    basket: str
    state: Literal["open", "released", "posted", "timed_out"]
    points: int
    coupons: list[str]
    ends_at: str | None
    """Null of coupons that were given free, and of a basket that held nothing."""
