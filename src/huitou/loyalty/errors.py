"""What loyalty refuses."""

from __future__ import annotations

from huitou.kernel.errors import N_, HuitouError


class NotEnoughPoints(HuitouError):
    """A burn or a hold asks for more points than the member can spend now: facts `asked` and `available`."""

    code = "not_enough_points"
    message = N_("The member can spend {available} points now, and {asked} were asked for.")
    next_step = N_("Use at most the points that are available, and let the member pay the rest in money.")
    status = 422


class AccountMerged(HuitouError):
    """Two members became one while this was on its way: done again, it finds the one."""

    code = "account_merged"
    message = N_("This member became one with another at this very moment.")
    next_step = N_("Try again; the points are with the member that remains.")
    status = 503


class PointsHeld(HuitouError):
    """Members are merged or parted when no basket holds points of theirs: a hold lives for minutes."""

    code = "points_held"
    message = N_("A basket at a till holds points of one of the two members until {until}.")
    next_step = N_("Wait until the basket is paid or its time is over, then do it again.")
    status = 409


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


class PointsPostedBefore(HuitouError):
    """Balances are to be opened, and receipts of days before the cut-over earned already: `members`, `points`."""

    code = "points_posted_before"
    message = N_(
        "Receipts of days before {day} have moved {points} points of {members} members here already; the old "
        "programme's balances hold them too."
    )
    next_step = N_(
        "Open with --post-difference, which takes them off again so that nothing counts twice, or undo the import of "
        "those receipts."
    )
    status = 409


class ReconciliationUnknown(HuitouError):
    code = "reconciliation_unknown"
    message = N_("There is no reconciliation {number}.")
    next_step = N_("huitou cutover list shows those that were made.")
    status = 404


class ReconciliationSigned(HuitouError):
    code = "reconciliation_signed"
    message = N_("The reconciliation {number} was signed by {by}.")
    next_step = N_("Make a new one with huitou cutover check and sign that.")
    status = 409
