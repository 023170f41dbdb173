"""What the interface for machines refuses by itself, before a room is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from huitou.kernel.errors import N_, HuitouError


class BodyTooLarge(HuitouError):
    code = "body_too_large"
    message = N_("The body is larger than {most_bytes} bytes.")
    next_step = N_("Send less at once: receipts in batches of at most 64 MB, everything else in at most 1 MB.")
    status = 413


class LengthMissing(HuitouError):
    """Sent in chunks: without a length the server reads nothing, and an empty batch would look like a success."""

    code = "length_missing"
    message = N_("The request does not say how long its body is.")
    next_step = N_("Send the body as a whole, with the header Content-Length, not in chunks.")
    status = 411


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a body."""

    where: str
    """The path of the place: `lines.3.amount`; empty for the body as a whole."""
    what: str
    """A template marked for the translators."""
    facts: Mapping[str, object] = field(default_factory=dict)


class JsonUnreadable(HuitouError):
    code = "json_unreadable"
    message = N_("The body cannot be read as JSON; `errors` says why.")
    next_step = N_("Send one JSON value in UTF-8; docs/till-examples.md shows an example of each call.")

    def __init__(self, *findings: Finding) -> None:
        super().__init__()
        self.findings = findings


class BodyUnfit(JsonUnreadable):
    """It is JSON, and not what the call takes."""

    code = "body_unfit"
    message = N_("The request is not what this call takes; `errors` names each place.")
    next_step = N_("Correct the places named; /api/v1/docs describes every field.")
    status = 422


class NoSuchCall(HuitouError):
    code = "no_such_call"
    message = N_("There is no such address in the API.")
    next_step = N_("/api/v1/docs lists every call.")
    status = 404


class MethodUnfit(HuitouError):
    code = "method_unfit"
    message = N_("This address does not take {method}.")
    next_step = N_("Use one of the methods in the header Allow; /api/v1/docs lists every call.")
    status = 405


class HostUnknown(HuitouError):
    code = "host_unknown"
    message = N_("The site does not answer to this host name.")
    next_step = N_("Use the site's own name, or add this one to HUITOU_HOSTS.")


class FailedInside(HuitouError):
    code = "failed_inside"
    message = N_("Something failed on our side; the log has the details.")
    next_step = N_("Send the same again: what was recorded is answered, and nothing counts twice.")
    status = 500


class ComeAgain(HuitouError):
    code = "come_again"
    message = N_("The database cannot do this at the moment.")
    next_step = N_("Send the same again in a few seconds: nothing counts twice.")
    status = 503
