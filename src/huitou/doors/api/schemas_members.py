"""What is said of a member who is named by their number: with whom and where they live, and what they agree to."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StrictBool, model_validator
from pydantic_core import PydanticCustomError

from huitou.doors.api.schemas import Moment, Number, Said, text_of
from huitou.kernel.ids import member_number
from huitou.members.terms import MESSAGES, ConsentSaid

MemberCode = Annotated[
    str, text_of(r"^[Mm]0*[1-9][0-9]{0,17}$", 40), Field(examples=["M00000042"], description="As identify answers it.")
]
_PLAIN = r"^[^\x00-\x1f\x7f]*$"


def number_of(code: str) -> int:
    """The member of a code that was read by MemberCode."""
    number = member_number(code)
    assert number is not None, "the schema lets no other text through"
    return number


class HouseholdNamed(Said):
    name: Annotated[str, text_of(_PLAIN, 40, 0), Field(description="Empty: no name.", examples=["何家"])]


Degrees = Annotated[str, text_of(r"^-?(0|[1-9][0-9]{0,2})(\.[0-9]{1,12})?$", 18)]


class PlaceBody(Said):
    """About where a member lives; null in both: nobody is to know it any more."""

    latitude: Annotated[Degrees | None, Field(description="Degrees of WGS 84.", examples=["30.2514"])]
    longitude: Annotated[Degrees | None, Field(examples=["120.1683"])]

    @model_validator(mode="after")
    def _is_a_place_or_none(self) -> PlaceBody:
        if (self.latitude is None) != (self.longitude is None):
            raise PydanticCustomError("place_half", "half a place")
        if self.place is not None and (abs(self.place[0]) > 90 or abs(self.place[1]) > 180):
            raise PydanticCustomError("place_absurd", "no place on earth")
        return self

    @property
    def place(self) -> tuple[Decimal, Decimal] | None:
        if self.latitude is None or self.longitude is None:
            return None
        return Decimal(self.latitude), Decimal(self.longitude)


class ConsentBody(Said):
    """What a member said of one purpose: of messages by a channel, or of being known by something sensitive."""

    id: Annotated[Number, Field(description="The word's id at its source, for ever.")]
    purpose: Literal["marketing", "pregnancy", "health", "minors"]
    channel: Annotated[
        Literal["sms", "email", "wechat", "phone"] | None, Field(description="Of messages alone: by which channel.")
    ] = None
    given: Annotated[StrictBool, Field(description="false: they take it back.")]
    at: Annotated[Moment, Field(description="When they said it.")]
    how: Annotated[
        str,
        text_of(_PLAIN, 500),
        Field(description="What would be shown to whoever asks for proof.", examples=["form of 2026-11-20, counter 3"]),
    ]

    @model_validator(mode="after")
    def _messages_have_a_channel(self) -> ConsentBody:
        if (self.purpose == MESSAGES) != (self.channel is not None):
            raise PydanticCustomError("channel_unfit", "a channel of messages alone")
        return self

    def said(self, source: str) -> ConsentSaid:
        return ConsentSaid(source, self.id, self.purpose, self.channel or "", self.given, self.at, self.how.strip())
