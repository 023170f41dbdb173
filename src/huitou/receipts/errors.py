"""What receipts refuse, and what to do about it. A refused receipt or return has changed nothing."""

from __future__ import annotations

from huitou.kernel.errors import N_, HuitouError


class ReceiptDiffers(HuitouError):
    """The same key with another body. The first one stands."""

    code = "receipt_differs"
    message = N_("Receipt {number} of {business_date} was recorded before, with other contents.")
    next_step = N_("Give the new sale a number of its own. To correct a sale, record a return and a new sale.")
    status = 422


class ReturnOfReturn(HuitouError):
    code = "return_of_return"
    message = N_("Receipt {number} of {business_date} is a return; a return cannot be returned.")
    next_step = N_("Name the sale whose goods come back.")
    status = 422


class SaleTooOld(HuitouError):
    code = "sale_too_old"
    message = N_("The sale of {business_date} has left the books: its lines are kept in the lake only.")
    next_step = N_("Pay the customer back outside Huitou, and correct the member's points by hand.")
    status = 422


class SaleLineUnknown(HuitouError):
    code = "sale_line_unknown"
    message = N_("The sale has no line {line} that goods could come back from.")
    next_step = N_("Name a line that the sale's receipt shows, with goods that were sold.")
    status = 422


class ReturnedMoreThanSold(HuitouError):
    """`asked` and `left` are quantities."""

    code = "returned_more_than_sold"
    message = N_("{asked} of line {line} should come back, and {left} can.")
    next_step = N_("Return no more than was sold and has not come back yet.")
    status = 422


class ReturnedMoreThanPaid(HuitouError):
    """`asked` and `left` are amounts of money."""

    code = "returned_more_than_paid"
    message = N_("{asked} should be paid back for line {line}, and {left} can.")
    next_step = N_("Pay back no more than the customer paid for the line and has not got back yet.")
    status = 422


class ReceiptUnknown(HuitouError):
    code = "receipt_unknown"
    message = N_("There is no such receipt.")
    next_step = N_("Check the code, or the number with its store, till and date.")
    status = 404


class ReceiptClaimed(HuitouError):
    code = "receipt_claimed"
    message = N_("This receipt belongs to a member already.")
    next_step = N_("A receipt is claimed once. Ask the shop if it was claimed by mistake.")
    status = 409
