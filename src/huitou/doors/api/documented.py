"""Which refusals a call can answer, for the OpenAPI document."""

from __future__ import annotations

from huitou.doors.api.answers import Problem

EVERYWHERE = (400, 401, 403, 413, 500, 503)


def refusals(*more: int) -> dict[int, type[Problem]]:
    """The refusals of every call that takes a key and a body, and `more`."""
    return dict.fromkeys(sorted({*EVERYWHERE, *more}), Problem)


# A body of lines is none of ninja's: what stands in a line is described by hand.
NDJSON = {
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
