"""What a till sends that was offline, and what it asks for before it is."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StrictInt, StringConstraints

from huitou.doors.api.schemas import Code, Moment, ReturnSaid, Said, SaleSaid, text_of


class MarkSaid(Said):
    """What a till that sold by a bundle adds: docs/offline.md says what is signed."""

    ticket: Annotated[str, StringConstraints(strict=True, max_length=1000)]
    sequence: Annotated[StrictInt, Field(ge=1, le=10**15)]
    sold_at: Moment
    shown: Annotated[str, StringConstraints(strict=True, max_length=200)] = ""
    shown_at: Moment | None = None
    promised: Annotated[
        list[Annotated[str, StringConstraints(strict=True, max_length=60)]],
        Field(max_length=200, description="The offers whose benefits were promised with it."),
    ] = []
    signature: Annotated[str, StringConstraints(strict=True, max_length=100)]


class BatchSale(SaleSaid):
    kind: Literal["sale"]
    offline: Annotated[MarkSaid | None, Field(description="Of a till that sold by a bundle.")] = None


class BatchReturn(ReturnSaid):
    kind: Literal["return"]
    offline: Annotated[MarkSaid | None, Field(description="Of a till that sold by a bundle.")] = None


BatchSaid = Annotated[BatchSale | BatchReturn, Field(discriminator="kind")]


class BundleAsked(Said):
    """Which bundle a till wants."""

    store: Annotated[Code, Field(description="The till's own store.", examples=["S01"])]
    have: Annotated[
        str, text_of(r"^([0-9a-f]{24})?$", 24, 0), Field(description="The version that the till has; left out: none.")
    ] = ""
    till_key: Annotated[
        str,
        text_of(r"^([0-9a-f]{64})?$", 64, 0),
        Field(description="The till's own public Ed25519 key: the bundle then carries a ticket for it."),
    ] = ""

    def key(self) -> bytes | None:
        return bytes.fromhex(self.till_key) if self.till_key else None
