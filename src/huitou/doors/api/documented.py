"""What a call answers, for the OpenAPI document: its answer, and every refusal by its code."""

from __future__ import annotations

from typing import Any

from huitou.access.errors import CallNotAllowed, KeyRefused, StoreNotOfKey
from huitou.catalogue.errors import StoreUnknown
from huitou.doors.api.answers import Problem
from huitou.doors.api.errors import (
    BodyTooLarge,
    BodyUnfit,
    ComeAgain,
    FailedInside,
    HostUnknown,
    JsonUnreadable,
    LengthMissing,
)
from huitou.kernel.errors import HuitouError

EVERYWHERE: tuple[type[HuitouError], ...] = (
    JsonUnreadable,
    HostUnknown,
    KeyRefused,
    CallNotAllowed,
    LengthMissing,
    BodyTooLarge,
    BodyUnfit,
    FailedInside,
    ComeAgain,
)
"""What every call with a key may be told."""

OF_A_STORE: tuple[type[HuitouError], ...] = (StoreNotOfKey, StoreUnknown)
"""What every call that names its store may be told."""


def answers(answer: Any, *refusals: type[HuitouError], **extra: Any) -> dict[str, Any]:
    """The arguments of a route: what it answers, and what it refuses beside what every call does."""
    codes: dict[int, list[str]] = {}
    for refusal in (*EVERYWHERE, *refusals):
        codes.setdefault(refusal.status, []).append(refusal.code)
    told = {
        status: {"description": "Refused: " + ", ".join(f"`{code}`" for code in sorted(named))}
        for status, named in sorted(codes.items())
    }
    return {
        "response": {200: answer, **dict.fromkeys(sorted(codes), Problem)},
        "openapi_extra": {**extra, "responses": {**extra.get("responses", {}), **told}},
    }


# A body of lines is none of ninja's: what stands in a line is described by hand.
NDJSON: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-ndjson": {
                "schema": {
                    "type": "string",
                    "description": "One sale or return a line, as in POST /receipts and POST /returns, with its kind.",
                }
            }
        },
    },
    "responses": {
        200: {
            "description": "One line for each line of the request",
            "content": {"application/x-ndjson": {"schema": {"type": "string"}}},
        }
    },
}

BUNDLE: dict[str, Any] = {
    "responses": {
        200: {
            "description": "A signed bundle, as docs/offline.md describes it",
            "content": {"application/vnd.huitou.bundle": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
}
