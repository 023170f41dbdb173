from huitou.kernel.errors import N_, HuitouError
from huitou.members.errors import CodeSpent, MemberUnknown
from huitou.receipts.errors import DayImpossible

__all__ = ["CodeSpent", "DayImpossible", "MemberUnknown"]


class ClaimCodeUnknown(HuitouError):
    code = "claim_code_unknown"
    message = N_("No receipt belongs to this claim code.")
    next_step = N_("Scan the code on the receipt again, or type every character as it is printed.")
    status = 404
