"""What members refuses."""

from huitou.kernel.errors import N_, HuitouError


class MemberNotFound(HuitouError):
    """Nobody there, or nobody that this person may see: the answer is the same, so it tells nothing."""

    code = "member_not_found"
    message = N_("There is no such member in your stores.")
    next_step = N_("Search by name, card or phone; for a member of another store ask that store.")
    status = 404


class PhoneNotFound(HuitouError):
    code = "phone_not_found"
    message = N_("This member has no such phone.")
    next_step = N_("Reload the page: the phone may have been changed.")
    status = 404


class PhonesAsCards(HuitouError):
    code = "phones_as_cards"
    message = N_("The member column looks like phone numbers, and cards are kept readable.")
    next_step = N_("Say --member-kind phone to keep them sealed, or --member-kind external if they are no phones.")


class CardsArePhones(HuitouError):
    code = "cards_are_phones"
    message = N_("The column {column} looks like phone numbers, and cards are kept readable.")
    next_step = N_("Keep them sealed: --map card=- --map phone={column}.")


class NationalIdsNotKept(HuitouError):
    code = "national_ids_not_kept"
    message = N_("The column {column} holds citizens' national numbers, and Huitou keeps none.")
    next_step = N_("Say --map national_id=- and they are not read; better still, leave the column out of the export.")


class CodeUnknown(HuitouError):
    """No code that we made, or one that is over: the answer is the same, so it tells nothing."""

    code = "member_code_unknown"
    message = N_("This is no member code, or it is over.")
    next_step = N_("Ask the member to show the code again: it changes every minute and holds for three.")
    status = 422


class SpendingNeedsCode(HuitouError):
    code = "spending_needs_code"
    message = N_("Points and personal coupons are used with the member's own code only.")
    next_step = N_("Scan the code that the member's phone shows, then try again.")
    status = 422


class TooManyWrongCodes(HuitouError):
    code = "too_many_wrong_codes"
    message = N_(
        "This till, its API key or its address has sent {most} wrong codes within a minute, of members or of coupons."
    )
    next_step = N_("Wait a minute, or identify by card or phone. Many wrong codes are how guessing looks.")
    status = 429


class TooManyWrongCoupons(HuitouError):
    """The same, where the call presents coupons: a card or a phone instead would not help it."""

    code = "too_many_wrong_coupons"
    message = N_(
        "This till, its API key or its address has sent {most} wrong codes within a minute: no coupon is taken for now."
    )
    next_step = N_("Wait a minute and scan the coupon again, or sell without it. Many wrong codes look like guessing.")
    status = 429


class IdentityOfOthers(HuitouError):
    """Whose it is, is not said."""

    code = "identity_of_others"
    message = N_("This {kind} belongs to somebody else.")
    next_step = N_("Register without it, or identify the member by it first.")
    status = 409


class EventDiffers(HuitouError):
    code = "event_differs"
    message = N_("The event {source_id} was recorded before with other words.")
    next_step = N_("Send an event of its own under an id of its own; what was recorded stays.")
    status = 422


class RegisteredMeanwhile(HuitouError):
    code = "registered_meanwhile"
    message = N_("While the file was read, a till registered one of its people. Nothing was taken.")
    next_step = N_("Import the file again.")
    status = 409


class MergeOfOne(HuitouError):
    code = "merge_of_one"
    message = N_("{member} and {other} are one member.")
    next_step = N_("Name two members that are not one yet.")
    status = 409


class MergedAway(HuitouError):
    """One of the two is part of somebody else by now."""

    code = "merged_away"
    message = N_("{member} is a part of {survivor} by now.")
    next_step = N_("Take {survivor} instead, or part the two first.")
    status = 409


class MergeUnknown(HuitouError):
    code = "merge_unknown"
    message = N_("There is no merge {number}.")
    next_step = N_("See the merges on the member's page, or with: huitou duplicates list --merged")
    status = 404


class MergeUndone(HuitouError):
    code = "merge_undone"
    message = N_("The merge {number} was undone by {by} already.")
    next_step = N_("Nothing is left to do; the two are two members.")
    status = 409


class CandidateUnknown(HuitouError):
    code = "candidate_unknown"
    message = N_("There is no pair {number}.")
    next_step = N_("See the pairs with: huitou duplicates list")
    status = 404


class CandidateDecided(HuitouError):
    code = "candidate_decided"
    message = N_("The pair {number} was decided by {by}: {state}.")
    next_step = N_("Take the next pair; what was merged can be parted on the member's page.")
    status = 409


class CandidateNotAside(HuitouError):
    code = "candidate_not_aside"
    message = N_("The pair {number} can't be opened again: {state}.")
    next_step = N_("Open again what was said to be two people; what was merged is parted on the member's page.")
    status = 409


class StaffNumberTaken(HuitouError):
    """An employee number names one member."""

    code = "staff_number_taken"
    message = N_("The employee number {number} is another member's.")
    next_step = N_("Look it up with: huitou staff list")
    status = 409


class StaffNumberUnfit(HuitouError):
    code = "staff_number_unfit"
    message = N_("{number} is no employee number: it has 1 to {most} printable signs.")
    next_step = N_("Write the number as the payroll has it.")
    status = 422


class StaffFileUnfit(HuitouError):
    code = "staff_file_unfit"
    message = N_("The file of staff needs the columns {columns}, and at most 100,000 rows.")
    next_step = N_("Write a CSV file with these headings; under member stands the member's number, card or phone.")
    status = 422


class StaffUnknown(HuitouError):
    code = "staff_unknown"
    message = N_("No member has the employee number {number}.")
    next_step = N_("Look it up with: huitou staff list")
    status = 404


class CodeSpent(HuitouError):
    code = "code_spent"
    message = N_("This member code has paid once already.")
    next_step = N_("Ask the member to show the code again: it changes every minute.")
    status = 409


class MemberUnknown(HuitouError):
    code = "member_unknown"
    message = N_("Nobody is known by this card, phone or code.")
    next_step = N_("Register the member first, or ask for another card.")
    status = 404


class ConsentWithoutProof(HuitouError):
    """A consent is noted, or taken back, without saying where that comes from."""

    code = "consent_without_proof"
    message = N_("A consent needs 1 to {most} characters that say how it was given or taken back.")
    next_step = N_("Say where it comes from: the form and its day, the call, the counter.")
    status = 422


class ConsentDiffers(HuitouError):
    """A source tells another word under an id that it has used."""

    code = "consent_differs"
    message = N_("The consent {source_id} was told before with other words.")
    next_step = N_("Tell what the member says now under an id of its own; what was told stays.")
    status = 422


class ConsentOfTomorrow(HuitouError):
    code = "consent_of_tomorrow"
    message = N_("A consent of {at} lies in the future.")
    next_step = N_("Send the moment at which the member said it; check the clock of the system that tells it.")
    status = 422


class ConsentNotFound(HuitouError):
    """A word is taken back that is not this member's, or that another system told."""

    code = "consent_not_found"
    message = N_("This member said no such word to anybody here.")
    next_step = N_("Open the member's page again. What another system told is taken back by a newer word.")
    status = 404


class ConsentTooLongAgo(HuitouError):
    code = "consent_too_long_ago"
    message = N_("A consent of {at} is older than any chain's books.")
    next_step = N_("Look at the year: what members said is kept from 1980 on.")
    status = 422


class ConsentMomentUnread(HuitouError):
    code = "consent_moment_unread"
    message = N_("“{at}” is no day and time.")
    next_step = N_("Write when the member said it, as in 2026-11-20 10:15.")
    status = 422


class HouseholdOfOne(HuitouError):
    code = "household_of_one"
    message = N_("{member} cannot live with themselves.")
    next_step = N_("Name the card or phone of somebody else.")
    status = 422


class HouseholdsDiffer(HuitouError):
    """Two households never become one by themselves."""

    code = "households_differ"
    message = N_("{member} and {other} live in two households.")
    next_step = N_("Take one of them out of theirs first, then put them together.")
    status = 409


class HouseholdFull(HuitouError):
    code = "household_full"
    message = N_("A household has at most {most} members.")
    next_step = N_("A desk or a club is no household; take somebody out where somebody has moved.")
    status = 409


class HouseholdUnknown(HuitouError):
    code = "household_unknown"
    message = N_("This member lives in no household that is known here.")
    next_step = N_("Put somebody in first, by card or phone.")
    status = 404


class HouseholdNameUnfit(HuitouError):
    code = "household_name_unfit"
    message = N_("A household's name has at most {most} printable characters.")
    next_step = N_("Choose a shorter one, or leave it empty.")
    status = 422
