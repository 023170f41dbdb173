"""Why a row of a member file is refused."""

from __future__ import annotations

from huitou.kernel.errors import N_

PERSON_REASONS: dict[str, str] = {
    "national_id": N_("A cell holds a citizen's national number; Huitou keeps none."),
    "number_is_phone": N_("A card or id is a phone number, and those are kept readable; map the column to phone."),
    "phone_unfit": N_("The phone is no phone number."),
    "phone_digits": N_("The phone begins like a mobile number and does not have 11 digits."),
    "phone_without_area": N_("The phone has no area code in front of it, so nobody can tell which city's it is."),
    "nobody": N_("The row has no card, no phone and no id of another system."),
    "birthday_absurd": N_("The birthday lies in the future or more than 120 years back."),
    "birthday_ambiguous": N_("Day and month of the birthday can be mistaken for each other; write the year first."),
    "birthday_unreadable": N_("The birthday is no day: write 1988-05-12, or 05-12 where the year is not known."),
    "name_too_long": N_("The name is longer than 60 characters."),
    "name_holds_phone": N_("The name holds a phone number, and names are kept readable."),
    "sex_unreadable": N_("The sex is neither 男 nor 女, male nor female."),
    "household_unreadable": N_("The household is no number of people from 1 to 20."),
    "household_id_unfit": N_("The household's number is longer than 64 characters or holds signs that cannot be seen."),
    "email_unfit": N_("The e-mail address is none."),
    "home_place_half": N_("The row has a latitude without a longitude, or a longitude without a latitude."),
    "home_place_unreadable": N_("The latitude or the longitude of the home is no number of degrees."),
    "home_place_absurd": N_(
        "The latitude of the home lies beyond 90 degrees or its longitude beyond 180; they may have changed places."
    ),
    "home_store_unknown": N_("There is no store {store}; import the stores first."),
    "joined_ambiguous": N_("Day and month of joining can be mistaken for each other; write the year first."),
    "joined_unreadable": N_("The day of joining is no day."),
    "joined_absurd": N_("The day of joining lies before 1980 or in the future."),
    "consent_unreadable": N_("A consent is neither yes nor no."),
    "updated_unreadable": N_("The moment of the last change is no date and time."),
    "two_people": N_("The row's numbers belong to two members: {member} and {other}."),
    "number_of_several": N_("The row shares a number with row {row}, which has another card and another name."),
    "phone_of_several": N_("Several people have this phone, and the row has no card or id that tells them apart."),
    "phone_of_another": N_("The phone belongs to member {member}, whose name is another."),
    "household_crowded": N_("More than 20 members have this household number: it is a desk or a placeholder."),
}
