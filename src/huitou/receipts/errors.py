"""What receipts refuse, and what to do about it. A refused receipt or return has changed nothing."""

from __future__ import annotations

from typing import ClassVar

from huitou.kernel.errors import N_, HuitouError


class ReceiptDiffers(HuitouError):
    """The same key with another body. The first one stands. `fields`: those that differ, as the API calls them; the
    sentence is for who stands at the till, and says it in their words where one of `SAYS` fits."""

    code = "receipt_differs"
    message = N_("Receipt {number} of {business_date} was recorded before, and it says something else.")
    SAYS: ClassVar[dict[str, str]] = {
        "lines": N_("Receipt {number} of {business_date} was recorded before, with other goods or amounts."),
        "member": N_("Receipt {number} of {business_date} was recorded before, for another member."),
        "at": N_("Receipt {number} of {business_date} was recorded before, at another time."),
        "points_used": N_("Receipt {number} of {business_date} was recorded before, with other points."),
    }
    next_step = N_("Give the new sale a number of its own. To correct a sale, record a return and a new sale.")
    status = 422

    def __init__(self, **facts: object) -> None:
        super().__init__(**facts)
        kinds = {field.partition(".")[0] for field in str(facts["fields"]).split(", ")}
        # Nobody knows which it is of those with a question mark.
        self.message = self.SAYS.get(kinds.pop(), self.message) if len(kinds) == 1 else self.message


class DayImpossible(HuitouError):
    code = "day_impossible"
    message = N_("{day} cannot be the business date of a receipt that is recorded now.")
    next_step = N_("Set the till's clock, and send the sale again with the day on which it happened.")
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


class PaidBackOtherwise(HuitouError):
    """Of what goes back `due` goes back as points, and the tenders of the return say `said`: amounts of money."""

    code = "paid_back_otherwise"
    message = N_("Points paid for a part of these goods: {due} of it goes back as points, and {said} was said.")
    next_step = N_("Ask returns/quote, and pay back by the ways that it names: the points go back by themselves.")
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


class ImportUnknown(HuitouError):
    code = "import_unknown"
    message = N_("There is no import {number}.")
    next_step = N_("`huitou imports` lists them.")
    status = 404


class ImportUndone(HuitouError):
    """Undone before: the first undo stands."""

    code = "import_undone"
    message = N_("Import {number} is undone already.")
    next_step = N_("Import its file again if it was undone by mistake.")
    status = 409


class ImportTooOld(HuitouError):
    code = "import_too_old"
    message = N_("Import {number} cannot be undone: its receipts of {month} have left the books for the lake.")
    next_step = N_("Correct single receipts by returns and new sales, and members' points by hand.")
    status = 409


class ImportForgotten(HuitouError):
    code = "import_forgotten"
    message = N_("Import {number} cannot be undone: what it made and changed is known for {days} days only.")
    next_step = N_("Import a corrected file: it changes what is there.")
    status = 409


class ImportBuiltUpon(HuitouError):
    """What was there before the import cannot stand beside what came since."""

    code = "import_built_upon"
    message = N_("Import {number} cannot be undone: what was there before it contradicts what came since.")
    next_step = N_("Undo later imports of the same kind first, or import a corrected file.")
    status = 409


class ImportReturned(HuitouError):
    code = "import_returned"
    message = N_("Import {number} cannot be undone: goods of {count} of its receipts came back at a till since.")
    next_step = N_("The customers have their money back. Correct what is wrong by returns and new sales.")
    status = 409


class ImportClaimed(HuitouError):
    code = "import_claimed"
    message = N_("Import {number} cannot be undone: {count} of its receipts were claimed by members since.")
    next_step = N_("Members were promised these points. Correct what is wrong by returns and new sales.")
    status = 409


class ImportOpened(HuitouError):
    code = "import_opened"
    message = N_("Import {number} cannot be undone: balances of {count} members were opened later, and count it in.")
    next_step = N_("Undo the import of the opening balances first, then this one.")
    status = 409


class ImportFollowed(HuitouError):
    code = "import_followed"
    message = N_("Import {number} cannot be undone before import {later}, which gives back goods of the same sales.")
    next_step = N_("Undo import {later} first, then this one, and import the files again in their order.")
    status = 409


class RowsUnknown(HuitouError):
    code = "rows_unknown"
    message = N_("Import {number} has no such row that waits.")
    next_step = N_("`huitou import refused {number}` lists the rows that wait.")
    status = 404


class RowsChanged(HuitouError):
    code = "rows_changed"
    message = N_("Rows of import {number} were changed or taken while they were judged. Nothing was taken.")
    next_step = N_("Take them again: they are judged as they are now.")
    status = 409


class NothingToTake(HuitouError):
    code = "nothing_to_take"
    message = N_("Import {number} has no row that waits and could be judged anew.")
    next_step = N_("Mend a row first; one that was not cut into cells needs all its cells.")
    status = 409


class ImportOfOtherKind(HuitouError):
    code = "import_of_other_kind"
    message = N_("Import {number} brought {kind}, and only imports of receipts can be undone.")
    next_step = N_("Import a corrected file of {kind}: it changes what is there.")
    status = 409


class ConflictUnknown(HuitouError):
    """Also one of a store that the person does not see."""

    code = "conflict_unknown"
    message = N_("There is no conflict {conflict}.")
    next_step = N_("`huitou conflicts` and the page of conflicts list those that are open.")
    status = 404


class ConflictSettled(HuitouError):
    code = "conflict_settled"
    message = N_("Somebody has settled conflict {conflict} already.")
    next_step = N_("Look at the settled ones: the note says what was found.")
    status = 409


class NoteMissing(HuitouError):
    code = "note_missing"
    message = N_("A conflict is settled with a note.")
    next_step = N_("Write in a sentence what you found and did: it is kept.")
    status = 422


class ImportUnderWay(HuitouError):
    code = "import_under_way"
    message = N_("A file is being taken in at this moment, and it may name these members.")
    next_step = N_("Try again when the import is through; its page shows how far it is.")
    status = 409
