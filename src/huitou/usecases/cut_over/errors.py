"""What coming from an old programme refuses."""

from __future__ import annotations

from huitou.kernel.errors import N_, HuitouError


class DefaultExpiryMissing(HuitouError):
    """Some points of the file have no last day, and nobody said which."""

    code = "default_expiry_missing"
    message = N_("The file has points without a last day, and nothing says until when they can be spent.")
    next_step = N_(
        "Say the last day of all such points beside the columns (--expires 2027-12-31), or that they never expire."
    )


class DefaultExpiryOver(HuitouError):
    code = "default_expiry_over"
    message = N_("The last day {day} lies before the cut-over, so the points would be gone at once.")
    next_step = N_("Say a day after the cut-over with --expires, or --expires never.")


class NothingOpened(HuitouError):
    """A reconciliation needs a cut-over."""

    code = "nothing_opened"
    message = N_("No balances of an old programme have been opened, so there is nothing to compare.")
    next_step = N_("Open them with huitou import balances FILE --cut-over DAY, or say the day with --cut-over.")


class FigureUnknown(HuitouError):
    code = "figure_unknown"
    message = N_("Row {row} of the totals names {given}, which is no figure of a programme.")
    next_step = N_("Name each figure as one of: {figures}.")


class FigureUnreadable(HuitouError):
    code = "figure_unreadable"
    message = N_("Row {row} of the totals has {given} as its value, which is no plain number.")
    next_step = N_("Write whole numbers without separators; amounts of money with at most two decimals.")


class DifferencesUnsigned(HuitouError):
    code = "differences_unsigned"
    message = N_("The reconciliation {number} has {count} differences.")
    next_step = N_("Mend them and check again, or sign them knowingly (--with-differences) with a note that says why.")
