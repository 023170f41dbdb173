"""What the pricing of a basket refuses."""

from __future__ import annotations

from huitou.kernel.errors import N_, HuitouError


class UnreadableRequest(HuitouError):
    """A value of the request or of an offer is not of the published shape."""

    code = "price_unreadable"
    message = N_("At {where} stands what cannot be read.")
    next_step = N_("Compare the request with docs/schemas/price-request.json and correct this place.")

    def __init__(self, where: str, says: str, **facts: object) -> None:
        super().__init__(where=where, **facts)
        self.message = says


class UnknownField(HuitouError):
    """A field that the published shape does not have; taken silently, a condition would be lost."""

    code = "price_unknown_field"
    message = N_("At {where} stands a field that nobody reads: {name}.")
    next_step = N_("Correct its name or take it out; the fields are in docs/schemas/price-request.json.")


class TooManyEntries(HuitouError):
    """A list with more entries than a request holds; seen before any of them is read."""

    code = "price_too_many"
    message = N_("At {where} stand more than {most} entries.")
    next_step = N_("Send fewer of them; docs/offers/index.md says how large a request may be.")


class TooManyPieces(HuitouError):
    """More pieces than a till sells at once."""

    code = "basket_too_large"
    message = N_("The basket has {found} pieces; {most} is the most.")
    next_step = N_("Check the scanned quantities, or price the goods in several baskets.")


class AmountOutOfRange(HuitouError):
    """A price, quantity or amount that cannot be meant."""

    code = "price_out_of_range"
    message = N_("At {where} stands {found}; it must lie between {least} and {most}.")
    next_step = N_("Correct the value. Goods that come back are a return and are not priced.")


class NamedTwice(HuitouError):
    """Two coupons or earning rules of one id: one would count twice."""

    code = "price_named_twice"
    message = N_("At {where} the id {name} stands more than once.")
    next_step = N_("Send each once; coupons that are alike have ids of their own.")


class OfferRefused(HuitouError):
    """An offer contradicts itself. What is said, and its code, are those of the linter's finding."""

    code = "offer_refused"
    message = N_("The offer {offer} cannot hold: {trouble} at {where}.")
    next_step = N_("Correct the offer; docs/offers/linter.md explains each code.")

    def __init__(self, *, offer: str, trouble: str, where: str, says: str, next_step: str) -> None:
        super().__init__(offer=offer, trouble=trouble, where=where)
        self.code, self.message, self.next_step = trouble, says, next_step


class OfferUnknown(HuitouError):
    code = "offer_unknown"
    message = N_("There is no offer {offer}.")
    next_step = N_("`huitou offers list` shows every offer with its code.")
    status = 404


class OfferCodeUnfit(HuitouError):
    code = "offer_code_unfit"
    message = N_("{offer} cannot be the code of an offer.")
    next_step = N_("Use 1 to 60 letters, digits, dots, hyphens or underscores: receipts and reports name it for ever.")
    status = 422


class OfferTermsUnfit(HuitouError):
    code = "offer_terms_unfit"
    message = N_("{field} of an offer must lie between {least} and {most}.")
    next_step = N_("Correct the number, or leave it out where there is no limit.")
    status = 422


class OfferHasEnded(HuitouError):
    code = "offer_has_ended"
    message = N_("The offer {offer} has ended for good.")
    next_step = N_("Make a new offer with another code; its document may be the same.")
    status = 409


class OfferExists(HuitouError):
    """What is about to be made would take the place of an offer that somebody has made otherwise."""

    code = "offer_exists"
    message = N_("There is an offer {offer} already, and it is not what these answers make. Nothing was changed.")
    next_step = N_("Change that offer on its own page, or choose other answers or another starter.")
    status = 409


class OfferChangedMeanwhile(HuitouError):
    code = "offer_changed_meanwhile"
    message = N_("Somebody has made version {newest} of the offer {offer} meanwhile.")
    next_step = N_("Open the offer again, look at what was changed, and save your change on top of it.")
    status = 409


class OfferNotWaiting(HuitouError):
    code = "offer_not_waiting"
    message = N_("Version {version} of the offer {offer} is not waiting for anybody's approval.")
    next_step = N_("Open the offer again: it was approved or sent back meanwhile, or has a newer version.")
    status = 409


class OfferNeedsAnother(HuitouError):
    code = "offer_needs_another"
    message = N_("The offer {offer} was written or handed in by {by}; somebody else has to approve it.")
    next_step = N_("Ask a second person who may approve offers.")
    status = 403


class OfferNotApproved(HuitouError):
    code = "offer_not_approved"
    message = N_("Version {version} of the offer {offer} may cost more than one person may decide alone.")
    next_step = N_("Hand it in for approval; a second person approves it, and then it can be switched on.")
    status = 409


class OfferGivesStamps(HuitouError):
    code = "offer_gives_stamps"
    message = N_("The offer {offer} gives stamps, and no till can book stamps: nobody would get any.")
    next_step = N_("Give points or a coupon for next time in their place; a draft with stamps can stay a draft.")
    status = 422


class OfferGivesUnknownCoupon(HuitouError):
    code = "offer_gives_unknown_coupon"
    message = N_("The offer {offer} gives coupons of the kind {kind}, and there is no such kind.")
    next_step = N_("Make the kind first (huitou coupons add-kind), or name one that is there.")
    status = 422


class OfferQuotaOfBenefit(HuitouError):
    code = "offer_quota_of_benefit"
    message = N_("The offer {offer} takes nothing off a price: a quota of money for each member cannot limit it.")
    next_step = N_("Limit it by uses: altogether, of each member, of a member on a day, of a store on a day.")
    status = 422


class OfferNotOn(HuitouError):
    code = "offer_not_on"
    message = N_("The offer {offer} was never switched on, so there is nothing to stop.")
    next_step = N_("Switch it on first, or leave the draft as it is: a draft prices nothing.")
    status = 409


class ProgrammeUnknown(HuitouError):
    code = "programme_unknown"
    message = N_("There never was a version {version} of the programme.")
    next_step = N_("Send the version that the quote carried; a basket that was not quoted here has none.")
    status = 422


class GoodsNotPromotable(HuitouError):
    code = "goods_not_promotable"
    message = N_("These goods may not be promoted: {skus}.")
    next_step = N_("Take them out of the offer; `huitou product SKU` shows what the chain knows of each.")
    status = 422


class CouponKindUnknown(HuitouError):
    code = "coupon_kind_unknown"
    message = N_("There is no kind of coupon {kind}.")
    next_step = N_("`huitou coupons kinds` shows every kind.")
    status = 404


class CouponKindUnfit(HuitouError):
    code = "coupon_kind_unfit"
    message = N_("{field} of the coupons does not fit.")
    next_step = N_("Correct it: docs/coupons.md says what a kind and a batch may be.")
    status = 422


class CouponKindDiffers(HuitouError):
    code = "coupon_kind_differs"
    message = N_("There is a kind of coupon {kind} already, and it says something else.")
    next_step = N_("Choose another code: coupons of a kind are in people's hands, so a kind does not change.")
    status = 409


class CouponBatchUnknown(HuitouError):
    code = "coupon_batch_unknown"
    message = N_("There is no batch {batch} of coupons.")
    next_step = N_("`huitou coupons batches` shows every batch.")
    status = 404


class CouponBatchDiffers(HuitouError):
    code = "coupon_batch_differs"
    message = N_("A batch named {name} was issued already, of another kind or size.")
    next_step = N_("Choose another name; the same name again goes on with the batch that was stopped.")
    status = 409


class CouponUnknown(HuitouError):
    """Also a code that was mistyped: the answer is the same, so it tells nothing."""

    code = "coupon_unknown"
    message = N_("There is no coupon {coupon}.")
    next_step = N_("Scan it again, or type every character as it is printed.")
    status = 404


class CouponUsed(HuitouError):
    code = "coupon_used"
    message = N_("The coupon {coupon} was used already.")
    next_step = N_("Price the basket without it; the console shows the receipt that used it.")
    status = 409


class CouponVoid(HuitouError):
    code = "coupon_void"
    message = N_("The coupon {coupon} was made worthless.")
    next_step = N_("Price the basket without it, and ask the chain's marketing why.")
    status = 409


class CouponNotYet(HuitouError):
    code = "coupon_not_yet"
    message = N_("The coupon {coupon} is good from {day} on.")
    next_step = N_("Price the basket without it; the member may use it from that day on.")
    status = 409


class CouponEnded(HuitouError):
    code = "coupon_ended"
    message = N_("The coupon {coupon} was good until {day}.")
    next_step = N_("Price the basket without it.")
    status = 409


class CouponWrongStore(HuitouError):
    code = "coupon_wrong_store"
    message = N_("The coupon {coupon} is not taken in this store.")
    next_step = N_("Price the basket without it; the coupon's terms name its stores.")
    status = 409


class CouponOfAnother(HuitouError):
    code = "coupon_of_another"
    message = N_("The coupon {coupon} belongs to another member.")
    next_step = N_("Ask for the member whose it is, or price the basket without it.")
    status = 409


class CouponHeld(HuitouError):
    code = "coupon_held"
    message = N_("The coupon {coupon} is promised to another basket.")
    next_step = N_("Let the other till finish or release it; it is free again after 15 minutes at most.")
    status = 409


class QuotaSpent(HuitouError):
    """A sale takes more off than an offer may give to its member in this month."""

    code = "quota_spent"
    message = N_("Of {offer} {left} are left for this member this month, and this sale takes {asked}.")
    next_step = N_("Price the basket again: the price then takes off what is left.")
    status = 409


class WeightMissing(HuitouError):
    code = "weight_missing"
    message = N_("Line {line} does not say what {sku} weighs, and its price is by weight.")
    next_step = N_("Weigh it and send the line with its `quantity` in kilograms, or scan the label of the scale.")
    status = 422


class PriceMissing(HuitouError):
    code = "price_missing"
    message = N_("Line {line} names no price, and the shelf price of {sku} is not known.")
    next_step = N_("Send the line with its `unit_price` or `amount`, or import the product with its price.")
    status = 422


class PromptUnknown(HuitouError):
    code = "prompt_unknown"
    message = N_("There is no cashier prompt {prompt}.")
    next_step = N_("The page of cashier prompts lists every one with its code.")
    status = 404


class PromptExists(HuitouError):
    code = "prompt_exists"
    message = N_("There is a cashier prompt {prompt} already, and it says something else. Nothing was changed.")
    next_step = N_("Choose another code, or change that prompt on its own page.")
    status = 409


class PromptUnfit(HuitouError):
    code = "prompt_unfit"
    message = N_("“{field}” of the cashier prompt is missing or does not fit.")
    next_step = N_(
        "A code has 1 to 60 letters, digits, dots, hyphens or underscores; a sentence up to 200 characters, and the "
        "Chinese one is needed; goods name at least one product, category or brand; the last day is not before the "
        "first; the rest is 0 to 3650 days."
    )
    status = 422


class PromptChangedMeanwhile(HuitouError):
    code = "prompt_changed_meanwhile"
    message = N_("Somebody has changed the cashier prompt {prompt} since you opened it. Nothing of yours was kept.")
    next_step = N_("Open it again, and make your change to what it says now.")
    status = 409


class PromptSegmentNotLive(HuitouError):
    """Who is in a segment is known at the till only where it is live."""

    code = "prompt_segment_not_live"
    message = N_("There is no live segment “{segment}”, so that the prompt would be told to nobody.")
    next_step = N_("Choose a live segment, make that segment live on its page, or leave the segment out.")
    status = 422
