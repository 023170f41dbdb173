from huitou.kernel.errors import N_, HuitouError
from huitou.members.errors import CodeSpent, MemberUnknown

__all__ = ["CodeSpent", "MemberUnknown"]


class DayImpossible(HuitouError):
    code = "day_impossible"
    message = N_("{day} cannot be the business date of a receipt that is recorded now.")
    next_step = N_("Set the till's clock, and send the sale again with the day on which it happened.")
    status = 422


class ClaimCodeUnknown(HuitouError):
    code = "claim_code_unknown"
    message = N_("No receipt belongs to this claim code.")
    next_step = N_("Scan the code on the receipt again, or type every character as it is printed.")
    status = 404
