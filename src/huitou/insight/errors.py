from huitou.kernel.errors import N_, HuitouError


class NothingToReckon(HuitouError):
    code = "nothing_to_reckon"
    message = N_("The lake holds no receipts up to {day}.")
    next_step = N_("Import receipts first (huitou import receipts FILE), or choose a later day.")


class PeriodBackwards(HuitouError):
    code = "period_backwards"
    message = N_("The period ends on {ends_on}, before it begins on {starts_on}.")
    next_step = N_("Swap --from and --to.")


class KpiUnknown(HuitouError):
    code = "kpi_unknown"
    message = N_("There is no KPI {kpi}.")
    next_step = N_("Choose one of: {kpis}.")
