"""What a till sends that was offline, and what it asks for before it is."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from huitou.doors.api.schemas import Code, ReturnSaid, Said, SaleSaid, text_of


class BatchSale(SaleSaid):
    kind: Literal["sale"]


class BatchReturn(ReturnSaid):
    kind: Literal["return"]


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
