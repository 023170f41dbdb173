from huitou.kernel.errors import N_, HuitouError


class DayImpossible(HuitouError):
    code = "day_impossible"
    message = N_("{day} cannot be the business date of a receipt that is recorded now.")
    next_step = N_("Set the till's clock, and send the sale again with the day on which it happened.")
    status = 422


class CodeSpent(HuitouError):
    code = "code_spent"
    message = N_("This member code has paid once already.")
    next_step = N_("Ask the member to show the code again: it changes every minute.")
    status = 409


class ClaimCodeUnknown(HuitouError):
    code = "claim_code_unknown"
    message = N_("No receipt belongs to this claim code.")
    next_step = N_("Scan the code on the receipt again, or type every character as it is printed.")
    status = 404


class MemberUnknown(HuitouError):
    code = "member_unknown"
    message = N_("Nobody is known by this card, phone or code.")
    next_step = N_("Register the member first, or ask for another card.")
    status = 404
