from huitou.kernel.errors import N_, HuitouError


class NothingToReckon(HuitouError):
    code = "nothing_to_reckon"
    message = N_("The lake holds no receipts up to {day}.")
    next_step = N_("Import receipts first (huitou import receipts FILE), or choose a later day.")


class RefreshRunning(HuitouError):
    code = "refresh_running"
    message = N_("A refresh runs or waits already.")
    next_step = N_("The page of the refresh shows how far it is; ask again when it is done.")
    status = 409


class PeriodBackwards(HuitouError):
    code = "period_backwards"
    message = N_("The period ends on {ends_on}, before it begins on {starts_on}.")
    next_step = N_("Swap --from and --to.")


class KpiUnknown(HuitouError):
    code = "kpi_unknown"
    message = N_("There is no KPI {kpi}.")
    next_step = N_("Choose one of: {kpis}.")


class CutUnknown(HuitouError):
    code = "cut_unknown"
    message = N_("KPIs cannot be cut by {cut}.")
    next_step = N_("Choose one of: {cuts}.")


class TooManyParts(HuitouError):
    code = "too_many_parts"
    message = N_("The period has more than {most} parts.")
    next_step = N_("Ask for a shorter period, or cut by week or month.")


class CutOffsUnfit(HuitouError):
    code = "cut_offs_unfit"
    message = N_("{given} does not do as {field}.")
    next_step = N_(
        "Thresholds are four rising whole numbers, or none for fifths; dormant after 1 to 24 months; diamond the top "
        "1 to 50 per cent or an amount, with a frequency score of 1 to 5; gold from 2 to 10."
    )


class NoChange(HuitouError):
    code = "cut_offs_same"
    message = N_("These are the cut-offs already (version {version}).")
    next_step = N_("Change at least one of them, or leave it.")


class GoalUnfit(HuitouError):
    code = "goal_unfit"
    message = N_("That is no goal for {kpi}: {reason}")
    next_step = N_("Correct it, or leave both fields empty.")


class GoalsSame(HuitouError):
    code = "goals_same"
    message = N_("These are the targets already.")
    next_step = N_("Change at least one of them, or leave it.")


class GoalsMovedOn(HuitouError):
    code = "goals_moved_on"
    message = N_("Somebody has changed the targets since.")
    next_step = N_("Look at the history, and set what you want.")
    status = 409
