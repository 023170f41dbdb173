"""The door of insight."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import duckdb

from huitou.insight.errors import NoChange
from huitou.insight.rules import drivers as driving
from huitou.insight.rules import layers, periods, rhythm
from huitou.insight.rules.kpis import KPIS
from huitou.insight.rules.kpis.kpi import SILENT_MONTHS, Kpi
from huitou.insight.rules.lift import Lift, lift_of
from huitou.insight.rules.loyalty_index import CATEGORIES as LOYALTY_CATEGORIES
from huitou.insight.rules.loyalty_index import FEWEST_MONTHS as LOYALTY_FEWEST_MONTHS
from huitou.insight.rules.loyalty_index import MONTHS as LOYALTY_MONTHS
from huitou.insight.rules.loyalty_index import TENURE_DAYS as LOYALTY_TENURE_DAYS
from huitou.insight.rules.loyalty_index import WEIGHTS as LOYALTY_WEIGHTS
from huitou.insight.rules.loyalty_index import LoyaltyIndex, loyalty_index, with_loyalty_sql
from huitou.insight.service.analysis import (
    FUNNEL_KINDS,
    MOST_PAIRS,
    PAIR_LEVELS,
    PRODUCT_PAIRS,
    ChannelSteps,
    DemandSeen,
    FunnelSeen,
    Part,
    Steps,
    buyers_asked,
    categories_asked,
    cohorts_asked,
    demand_asked,
    demand_lift,
    funnel_asked,
    hours_asked,
    lay_asked,
    pair_lift,
    pairs_asked,
    stores_asked,
)
from huitou.insight.service.asked_kpis import (
    Only,
    cut_named,
    kpi_named,
    kpis_of_period,
    lay_chosen,
    months_of,
    windows_of,
)
from huitou.insight.service.lifecycle import keep_stages, reckon_stages, stage_months, stages_form, stages_of
from huitou.insight.service.person import (
    CHANGE_DAYS,
    EXPECTED_PERCENT,
    FEWEST_LINES,
    FEWEST_VISITS,
    MEASURED_PERCENT,
    changes_of,
    expected_next,
    price_sense,
)
from huitou.insight.service.shelf import (
    BOUGHT_FORM,
    BY_WEEKS,
    GOODS_ORDERS,
    LOST_TIMES,
    NEW_DAYS,
    PICTURES,
    RISK_DAYS_A_MONTH,
    bought_query,
    bought_with,
    buyers_of,
    cohorts,
    flows,
    forget_products,
    goods_named,
    goods_of_product,
    goods_ranked,
    goods_weeks,
    hours,
    keep_shelf,
    layer_basket,
    loyalty_tenths,
    newcomers,
    picture_of,
    product_weeks,
    shelf_queries,
    squares,
    stage_flows,
)
from huitou.insight.store import facts, reading, writing
from huitou.insight.terms import (
    Cut,
    CutOffs,
    CutOffsSeen,
    DrivenBy,
    KpiFigure,
    KpiNow,
    KpiOfStore,
    LayerSpanSeen,
    Moves,
)
from huitou.insight.terms.crowd import LoyaltyTenth
from huitou.insight.terms.person import Rhythm
from huitou.members import service as members
from huitou.members.terms import months_before

__all__ = [
    "BOUGHT_FORM",
    "BY_WEEKS",
    "CHANGE_DAYS",
    "EXPECTED_PERCENT",
    "FEWEST_LINES",
    "FEWEST_VISITS",
    "FUNNEL_KINDS",
    "GOODS_ORDERS",
    "LOST_TIMES",
    "LOYALTY_CATEGORIES",
    "LOYALTY_FEWEST_MONTHS",
    "LOYALTY_MONTHS",
    "LOYALTY_TENURE_DAYS",
    "LOYALTY_WEIGHTS",
    "MEASURED_PERCENT",
    "MOST_PAIRS",
    "NEW_DAYS",
    "PAIR_LEVELS",
    "PICTURES",
    "PRODUCT_PAIRS",
    "RISK_DAYS_A_MONTH",
    "ChannelSteps",
    "DemandSeen",
    "FunnelSeen",
    "Lift",
    "LoyaltyIndex",
    "LoyaltyTenth",
    "Only",
    "Part",
    "Steps",
    "bought_query",
    "bought_with",
    "buyers_asked",
    "buyers_of",
    "categories_asked",
    "changes_of",
    "cohorts",
    "cohorts_asked",
    "cut_named",
    "demand_asked",
    "demand_lift",
    "expected_next",
    "flows",
    "forget_products",
    "funnel_asked",
    "goods_named",
    "goods_of_product",
    "goods_ranked",
    "goods_weeks",
    "hours",
    "hours_asked",
    "keep_shelf",
    "keep_stages",
    "kpis_of_period",
    "lay_asked",
    "lay_chosen",
    "layer_basket",
    "lift_of",
    "loyalty_index",
    "loyalty_tenths",
    "months_of",
    "newcomers",
    "pair_lift",
    "pairs_asked",
    "picture_of",
    "price_sense",
    "product_weeks",
    "reckon_stages",
    "shelf_queries",
    "squares",
    "stage_flows",
    "stage_months",
    "stages_form",
    "stages_of",
    "stores_asked",
    "windows_of",
    "with_loyalty_sql",
]

_BEFORE = timedelta(days=28)
_YEAR_BEFORE = timedelta(days=364)


def kpi_histories(store_id: int | None = None) -> dict[str, list[KpiFigure]]:
    """Every 28-day window of every KPI, oldest first, of the chain or of one store: one trip."""
    histories: dict[str, list[KpiFigure]] = {}
    for figure in reading.figures(store_id, periods.ROLLING, list(KPIS)):
        histories.setdefault(figure.kpi, []).append(figure)
    return histories


def kpi_series(kpi: str, store_id: int | None = None) -> list[KpiFigure]:
    """Every 28-day window of one KPI, oldest first; they end 7 days apart."""
    return reading.figures(store_id, periods.ROLLING, [kpi])


def kpi_months(kpi: str, store_id: int | None = None) -> list[KpiFigure]:
    """Every calendar month that is kept, oldest first; the last goes up to the day of the refresh."""
    return reading.figures(store_id, periods.MONTH, [kpi])


def known_from(kpi: str, series: Sequence[KpiFigure]) -> date | None:
    """Of a figure that asks for what members did before: its windows that begin before this day lie too near to where
    the data begin. Whoever bought first in them had mostly bought before, and nobody knows. None where nothing is."""
    if not KPIS[kpi].looks_back or not series or len(series) >= periods.WINDOWS_KEPT:
        return None
    return months_before(series[0].starts_on, -SILENT_MONTHS)


def months_known_from(store_id: int | None) -> date | None:
    """The first of the months in which it can be told who bought for the first time; None where all are."""
    months = reading.figures(store_id, periods.MONTH, ["receipts"])
    if not months or len(months) >= periods.MONTHS_KEPT:
        return None
    return months_before(months[0].starts_on.replace(day=1), -SILENT_MONTHS)


def newest(series: Sequence[KpiFigure]) -> KpiNow:
    """The newest window of a series that is not empty, with the two it is compared with."""
    by_end = {figure.ends_on: figure for figure in series}
    now = series[-1]
    return KpiNow(now, by_end.get(now.ends_on - _BEFORE), by_end.get(now.ends_on - _YEAR_BEFORE))


def kpi_now(store_id: int | None = None) -> dict[str, KpiNow]:
    """Each KPI's newest 28 days beside the 28 before and the same weeks a year ago; empty before a refresh."""
    return {kpi: newest(series) for kpi, series in kpi_histories(store_id).items()}


def kpis_by_store(kpis: Iterable[str], ends_on: date) -> dict[str, list[KpiOfStore]]:
    """Each of these KPIs of each store that the reader sees, for the 28 days that end on `ends_on`; in no order, and in
    one trip."""
    found: dict[str, list[KpiOfStore]] = {kpi: [] for kpi in kpis}
    rows = reading.rolling_of_stores(list(found), [ends_on, ends_on - _BEFORE])
    previous = {(figure.kpi, store): figure for store, figure in rows if figure.ends_on != ends_on}
    for store, figure in rows:
        if figure.ends_on == ends_on:
            found[figure.kpi].append(KpiOfStore(store, figure, previous.get((figure.kpi, store))))
    return found


def kpis_of_stores(kpis: Sequence[str], ends_on: date) -> dict[int, dict[str, KpiNow]]:
    """Several KPIs of each store that the reader sees, of 28 days, the 28 before and those a year ago: one trip."""
    ends = [ends_on, ends_on - _BEFORE, ends_on - _YEAR_BEFORE]
    kept: dict[tuple[int, str, date], KpiFigure] = {
        (store, figure.kpi, figure.ends_on): figure for store, figure in reading.rolling_of_stores(list(kpis), ends)
    }
    found: dict[int, dict[str, KpiNow]] = {}
    for (store, kpi, day), figure in kept.items():
        if day == ends_on:
            found.setdefault(store, {})[kpi] = KpiNow(
                figure, kept.get((store, kpi, ends[1])), kept.get((store, kpi, ends[2]))
            )
    return found


def kpi_by_part(
    kpi: str, cuts: Iterable[Cut], ends_on: date, store: int | None = None
) -> dict[Cut, dict[str, tuple[KpiFigure, KpiFigure | None]]]:
    """One KPI of each layer, channel or category of the chain, or of each layer or channel of a store, in those 28 days
    and the 28 before: by which cut, and which part of it, in no order; one trip. Of a store those alone that do not
    look back."""
    found: dict[Cut, dict[str, tuple[KpiFigure, KpiFigure | None]]] = {cut: {} for cut in cuts}
    rows = reading.rolling_by_part(kpi, [cut.value for cut in found], [ends_on, ends_on - _BEFORE], store)
    previous = {(cut, part): figure for cut, part, figure in rows if figure.ends_on != ends_on}
    for cut, part, figure in rows:
        if figure.ends_on == ends_on:
            found[Cut(cut)][part] = (figure, previous.get((cut, part)))
    return found


def layers_of(member_id: int) -> list[LayerSpanSeen]:
    """The layers that a member went through, newest first."""
    return reading.layer_spans(member_id)


def rhythm_of(days: Sequence[date]) -> Rhythm | None:
    """How regularly somebody comes who came on these days; None where they are too few to tell."""
    return rhythm.rhythm_of(days)


def kpis() -> tuple[Kpi, ...]:
    """Every KPI, in the order in which pages show them."""
    return tuple(KPIS.values())


kpi = kpi_named


def drivers(parts: Mapping[str, driving.Pair], now: KpiFigure, before: KpiFigure) -> DrivenBy | None:
    """How much each part made of a KPI's change; all of it sums to the change."""
    return driving.drivers(parts, now, before)


rounded_to_sum = driving.rounded_to_sum


def cut_offs() -> CutOffsSeen:
    """The cut-offs by which layers are reckoned from now on."""
    return reading.cut_offs(1)[0]


def cut_offs_history(limit: int = 50) -> list[CutOffsSeen]:
    """Every version of the cut-offs, newest first."""
    return reading.cut_offs(limit)


def set_cut_offs(changed: CutOffs, *, note: str, made_by: str) -> int:
    """Make the next version; the next refresh goes by it. Raises CutOffsUnfit, or NoChange. Belongs into a transaction
    of the caller, who also notes it in the audit trail."""
    layers.check(changed)
    now = cut_offs()
    if changed == now.cut_offs:
        raise NoChange(version=now.version)
    return writing.insert_cut_offs(changed, note.strip()[:200], made_by)


def preview(session: duckdb.DuckDBPyConnection, changed: CutOffs, as_of: date) -> Moves:
    """Who would move, of the members as the last refresh found them. Raises CutOffsUnfit; changes nothing."""
    layers.check(changed)
    return Moves(facts.moves(session, members.facts_now(), as_of, changed))


def days_known(session: duckdb.DuckDBPyConnection) -> tuple[date, date] | None:
    """The first and the last business date of the lake; None when it is empty."""
    return facts.days_known(session)


def facts_query(as_of: date, by: CutOffs, since: date | None = None) -> str:
    """SQL over `visits` of RFM and layer of every member who ever bought up to `as_of`; up to the day `since`, where
    one is given, over `standing` in their place."""
    return facts.facts_query(as_of, by, since)


def preferences_query(as_of: date, of: str = "tastes") -> str:
    """SQL over `tastes` of each member's strongest categories: (member_id, categories, category_shares); or over a view
    of some members' tastes, of these members. It changes with the month and with the tastes."""
    return facts.preferences_query(as_of, of)


PREFERENCES_FORM = facts.PREFERENCES_FORM
"""Names how preferences are reckoned."""
