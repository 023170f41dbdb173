"""What loyalty refuses."""

from __future__ import annotations

from huitou.kernel.errors import N_, HuitouError


class NotEnoughPoints(HuitouError):
    """A burn or a hold asks for more points than the member can spend now: facts `asked` and `available`."""

    code = "not_enough_points"
    message = N_("The member can spend {available} points now, and {asked} were asked for.")
    next_step = N_("Use at most the points that are available, and let the member pay the rest in money.")
    status = 422


class HoldUnknown(HuitouError):
    """No hold has this `key`."""

    code = "hold_unknown"
    message = N_("There is no hold {key}.")
    next_step = N_("Check the key of the basket, or hold the points first.")
    status = 404


class HoldEnded(HuitouError):
    """The hold of this `key` is over: fact `state` is posted, released or timed_out."""

    code = "hold_ended"
    message = N_("The hold {key} is over ({state}). A hold ends once.")
    next_step = N_("Hold the points again under a new key.")
    status = 409


class HoldDiffers(HuitouError):
    """The `key` already holds other points, or those of another member."""

    code = "hold_differs"
    message = N_("The hold {key} was made for another member or another number of points.")
    next_step = N_("Release it and hold the points under a new key.")
    status = 409
