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


_ENDED_SO = {
    "posted": N_("The hold {key} has paid already. A hold ends once."),
    "released": N_("The hold {key} was released. A hold ends once."),
    "timed_out": N_("The time of the hold {key} is over. A hold ends once."),
}


class HoldEnded(HuitouError):
    """The hold of this `key` is over: fact `state` is posted, released or timed_out."""

    code = "hold_ended"
    message = N_("The hold {key} is over. A hold ends once.")
    next_step = N_("Hold the points again under a new key.")
    status = 409

    def __init__(self, *, key: str, state: str) -> None:
        super().__init__(key=key, state=state)
        self.message = _ENDED_SO.get(state, self.message)


class HoldDiffers(HuitouError):
    """The `key` already holds other points, or those of another member."""

    code = "hold_differs"
    message = N_("The hold {key} was made for another member or another number of points.")
    next_step = N_("Release it and hold the points under a new key.")
    status = 409


class PointsNotTaken(HuitouError):
    """A sale says that points paid, and the chain has not set what they are worth."""

    code = "points_not_taken"
    message = N_("Points are not taken as payment here.")
    next_step = N_("Let the member pay in another way; an administrator sets what points are worth.")
    status = 422


class PointsOutOfStep(HuitouError):
    """`points` are fewer than the `least`, or no multiple of the `step`."""

    code = "points_out_of_step"
    message = N_("Points pay from {least} on, in steps of {step}; {points} were said.")
    next_step = N_("Use a number of points that fits, and take the rest in another way.")
    status = 422


class PointsWorthDiffers(HuitouError):
    """The tender says another amount (`said`) than these `points` are worth (`worth`)."""

    code = "points_worth_differs"
    message = N_("{points} points are worth {worth}, and {said} was said.")
    next_step = N_("Price the basket again: the answer says how many points may pay, and what they are worth.")
    status = 422


class PointsBeyondShare(HuitouError):
    """`points` would pay more than the `share` of the basket, in per cent, that points may pay: `most` of them may."""

    code = "points_beyond_share"
    message = N_("Points may pay {share} % of a basket at most: {most} points here, and {points} were said.")
    next_step = N_("Use fewer points, and take the rest in another way.")
    status = 422


class PointsRateUnfit(HuitouError):
    """What points are to be worth cannot be so: fact `field` names what does not fit."""

    code = "points_rate_unfit"
    message = N_("This cannot be what points are worth: {field} does not fit.")
    next_step = N_(
        "Points and what they are worth are more than nothing, each step is worth whole fen, the least number is a "
        "multiple of the step, and the share is 1 to 100 per cent."
    )
    status = 422


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
