"""What is sent of people: who somebody is, who becomes a member, what happened without a sale."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StrictBool, StrictInt, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from huitou.doors.api.schemas import (
    NAME,
    SPOKEN,
    TEXT,
    AtATill,
    Code,
    MemberSaid,
    Moment,
    Named,
    Number,
    Said,
    read_day,
    text_of,
)
from huitou.usecases.till_terms import EventSaid, MemberRef, Newcomer

_BIRTHDAY = r"^(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}$"

BirthDay = Annotated[
    str,
    text_of(_BIRTHDAY, 10),
    AfterValidator(read_day),
    WithJsonSchema({"type": "string", "format": "date", "pattern": _BIRTHDAY, "examples": ["1990-02-28"]}),
]


class IdentifySaid(AtATill):
    """What the cashier scanned or typed."""

    query: Annotated[
        str,
        text_of(NAME, 200),
        Field(description="Words of a name from two characters on.", examples=["13800138000", "hsy"]),
    ]
    kind: Annotated[
        Named | Literal["search"] | None,
        Field(description="Left out: whatever it looks like."),
    ] = None

    def meant(self) -> str | None:
        return None if self.kind is None else SPOKEN.get(self.kind, self.kind)


_NEWCOMERS = (
    *("phone", "card", "external", "openid", "unionid", "external_userid"),
    *("meituan", "eleme", "jd", "taobao", "douyin"),
)
Outside = Annotated[str, text_of(NAME, 64)]


class NewcomerSaid(Said):
    """Who becomes a member; at least one of phone, card, and an id of another system, WeChat, WeCom or a platform."""

    store: Annotated[Code, Field(description="The home store's code.", examples=["S01"])]
    name: Annotated[str, text_of(TEXT, 80, 0), Field(examples=["何素云"])] = ""
    phone: Annotated[str, text_of(NAME, 30), Field(examples=["13800138000"])] | None = None
    card: Annotated[str, text_of(NAME, 64)] | None = None
    external: Annotated[str, text_of(NAME, 64), Field(description="The member's id in another system.")] | None = None
    openid: Annotated[Outside | None, Field(description="Of WeChat, in one mini-program.")] = None
    unionid: Annotated[Outside | None, Field(description="Of WeChat, in the whole company.")] = None
    external_userid: Annotated[Outside | None, Field(description="Of WeCom.")] = None
    meituan: Outside | None = None
    eleme: Outside | None = None
    jd: Outside | None = None
    taobao: Outside | None = None
    douyin: Outside | None = None
    phone_verified: Annotated[
        StrictBool,
        Field(description="The person has shown a one-time code, or WeChat gave the number; never for a typed one."),
    ] = False
    birthday: BirthDay | None = None

    @model_validator(mode="after")
    def _known_by_something(self) -> NewcomerSaid:
        if not self.identities():
            raise PydanticCustomError("nothing_to_know_by", "phone, card, external id")
        return self

    def identities(self) -> tuple[MemberRef, ...]:
        named = ((kind, getattr(self, kind)) for kind in _NEWCOMERS)
        return tuple(MemberRef(SPOKEN.get(kind, kind), value) for kind, value in named if value is not None)

    def newcomer(self) -> Newcomer:
        return Newcomer(self.name.strip(), self.identities(), self.birthday, self.store, self.phone_verified)


Detail = Annotated[str, text_of(TEXT, 500, 0)] | StrictBool | Annotated[StrictInt, Field(ge=-(10**15), le=10**15)]


class EventBody(Said):
    """Something that happened without a sale."""

    id: Annotated[Number, Field(description="The event's id at its source, for ever.")]
    kind: Literal["view", "scan", "basket", "sign_in", "rating", "prompt"]
    at: Moment
    member: MemberSaid | None = None
    store: Code | None = None
    detail: Annotated[
        dict[Annotated[str, text_of(r"^[a-z][a-z0-9_]{0,39}$", 40)], Detail],
        Field(
            max_length=20,
            description="What else is known. The funnel counts `channel` and `reason`. Of the kind `prompt` it has to "
            "hold `prompt`, and `outcome`: `accepted` or `declined`.",
            examples=[{"sku": "6901234567892", "channel": "mini_program"}],
        ),
    ] = {}

    @model_validator(mode="after")
    def _says_what_came_of_it(self) -> EventBody:
        # Its id is used up for ever, and an answer that nobody can count would let the member rest all the same.
        prompt, outcome = self.detail.get("prompt"), self.detail.get("outcome")
        named = isinstance(prompt, str) and prompt != ""
        if self.kind == "prompt" and not (named and outcome in ("accepted", "declined")):
            raise PydanticCustomError("outcome_unfit", "prompt, and accepted or declined")
        return self

    def event(self) -> EventSaid:
        member = self.member.ref() if self.member else None
        return EventSaid(self.id, self.kind, self.at, member, self.store, self.detail)
