"""The door of insight."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import duckdb
import pyarrow as pa
from django.db import transaction

from huitou.insight.analysis import (
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
from huitou.insight.asked_kpis import Only, cut_named, kpi_named, kpis_of_period, lay_chosen, months_of, windows_of
from huitou.insight.errors import (
    GoalsMovedOn,
    GoalsSame,
    NoChange,
)
from huitou.insight.kept_kpis import FORM as KPI_FORM
from huitou.insight.kept_kpis import (
    figures_as_of,
    kpis_query,
    lay_windows,
    periods_wanted,
    reached_back_to,
    spelled,
    still_true,
)
from huitou.insight.lifecycle import keep_stages, reckon_stages, stage_months, stages_form, stages_of
from huitou.insight.person import (
    CHANGE_DAYS,
    EXPECTED_PERCENT,
    FEWEST_LINES,
    FEWEST_VISITS,
    MEASURED_PERCENT,
    changes_of,
    expected_next,
    price_sense,
)
from huitou.insight.rules import drivers as driving
from huitou.insight.rules import goals as goal_rules
from huitou.insight.rules import layers, periods, quality, rhythm
from huitou.insight.rules.kpis import KPIS
from huitou.insight.rules.kpis.kpi import Kpi
from huitou.insight.rules.lift import Lift, lift_of
from huitou.insight.rules.loyalty_index import CATEGORIES as LOYALTY_CATEGORIES
from huitou.insight.rules.loyalty_index import FEWEST_MONTHS as LOYALTY_FEWEST_MONTHS
from huitou.insight.rules.loyalty_index import MONTHS as LOYALTY_MONTHS
from huitou.insight.rules.loyalty_index import TENURE_DAYS as LOYALTY_TENURE_DAYS
from huitou.insight.rules.loyalty_index import WEIGHTS as LOYALTY_WEIGHTS
from huitou.insight.rules.loyalty_index import LoyaltyIndex, loyalty_index, with_loyalty_sql
from huitou.insight.shelf import (
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
    forget_flows,
    forget_pictures,
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
from huitou.insight.store import facts, reading, stages, writing
from huitou.insight.store import goals as goal_store
from huitou.insight.store import quality as quality_store
from huitou.insight.terms import (
    Cut,
    CutOffs,
    CutOffsSeen,
    DrivenBy,
    Goal,
    GoalsSeen,
    KpiFigure,
    KpiNow,
    KpiOfStore,
    LayerSpanSeen,
    LoyaltyTenth,
    Moves,
    Published,
    RefreshSeen,
    Rhythm,
)
from huitou.kernel.measured import Measured
from huitou.members import service as members

__all__ = [
    "BOUGHT_FORM",
    "BY_WEEKS",
    "CHANGE_DAYS",
    "EXPECTED_PERCENT",
    "FEWEST_LINES",
    "FEWEST_VISITS",
    "FUNNEL_KINDS",
    "GOODS_ORDERS",
    "KPI_FORM",
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
    "figures_as_of",
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
    "kpis_query",
    "lay_asked",
    "lay_chosen",
    "lay_windows",
    "layer_basket",
    "lift_of",
    "loyalty_index",
    "loyalty_tenths",
    "months_of",
    "newcomers",
    "pair_lift",
    "pairs_asked",
    "periods_wanted",
    "picture_of",
    "price_sense",
    "product_weeks",
    "reached_back_to",
    "reckon_stages",
    "shelf_queries",
    "spelled",
    "squares",
    "stage_flows",
    "stage_months",
    "stages_form",
    "stages_of",
    "still_true",
    "stores_asked",
    "windows_of",
    "with_loyalty_sql",
]

_BEFORE = timedelta(days=28)
_YEAR_BEFORE = timedelta(days=364)
HISTORY_MONTHS = 12
"""The first history of layers begins so many months' ends back."""


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


def newest(series: Sequence[KpiFigure]) -> KpiNow:
    """The newest window of a series that is not empty, with the two it is compared with."""
    by_end = {figure.ends_on: figure for figure in series}
    now = series[-1]
    return KpiNow(now, by_end.get(now.ends_on - _BEFORE), by_end.get(now.ends_on - _YEAR_BEFORE))


def kpi_now(store_id: int | None = None) -> dict[str, KpiNow]:
    """Each KPI's newest 28 days beside the 28 before and the same weeks a year ago; empty before a refresh."""
    return {kpi: newest(series) for kpi, series in kpi_histories(store_id).items()}


def kpi_by_store(kpi: str, ends_on: date) -> list[KpiOfStore]:
    """One KPI of each store that the reader sees, for the 28 days that end on `ends_on`; in no order."""
    rows = reading.rolling_by_store(kpi, [ends_on, ends_on - _BEFORE])
    previous = {store: figure for store, figure in rows if figure.ends_on != ends_on}
    return [KpiOfStore(store, figure, previous.get(store)) for store, figure in rows if figure.ends_on == ends_on]


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


def kpi_by_part(kpi: str, cut: Cut, ends_on: date) -> list[tuple[str, KpiFigure, KpiFigure | None]]:
    """One KPI of each layer, channel or category of the chain, in those 28 days and the 28 before; in no order."""
    rows = reading.rolling_by_part(kpi, cut, [ends_on, ends_on - _BEFORE])
    previous = {part: figure for part, figure in rows if figure.ends_on != ends_on}
    return [(part, figure, previous.get(part)) for part, figure in rows if figure.ends_on == ends_on]


def layers_of(member_id: int) -> list[LayerSpanSeen]:
    """The layers that a member went through, newest first."""
    return reading.layer_spans(member_id)


def last_refresh() -> RefreshSeen | None:
    return reading.last_refresh()


def last_runs(limit: int = 20) -> list[RefreshSeen]:
    """The newest runs of the refresh, newest first."""
    return reading.last_runs(limit)


def rhythm_of(days: Sequence[date]) -> Rhythm | None:
    """How regularly somebody comes who came on these days; None where they are too few to tell."""
    return rhythm.rhythm_of(days)


def kpis() -> tuple[Kpi, ...]:
    """Every KPI, in the order in which pages show them."""
    return tuple(KPIS.values())


kpi = kpi_named


def goals(version: int | None = None) -> GoalsSeen:
    """The chain's baselines and targets, the newest or those of a version; none before anybody set one."""
    return next(iter(goal_store.versions(1, version)), GoalsSeen(0, {}))


def goals_history(limit: int = 20) -> list[GoalsSeen]:
    """Every version of the goals, newest first."""
    return goal_store.versions(limit)


def goals_before(version: int) -> Mapping[str, Goal]:
    """What stood before the newest version. Raises GoalsMovedOn where `version` is the newest no more."""
    newest_two = goal_store.versions(2)
    if not newest_two or newest_two[0].version != version:
        raise GoalsMovedOn()
    return newest_two[1].goals if len(newest_two) > 1 else {}


def set_goals(wanted: Mapping[str, Goal], *, note: str, made_by: str) -> int:
    """Make the next version. Raises KpiUnknown, GoalUnfit or GoalsSame. The caller notes it in the audit trail."""
    for name in wanted:
        kpi(name)
    goal_rules.check(wanted)
    if dict(goals().goals) == dict(wanted):
        raise GoalsSame()
    return goal_store.insert(wanted, note.strip()[:200], made_by)


def published(name: str) -> Published | None:
    """What others have reached of this KPI, where somebody has said so."""
    return goal_rules.PUBLISHED.get(name)


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


def one_refresh_at_a_time() -> AbstractContextManager[None]:
    return writing.one_at_a_time()


def note_refresh(as_of: date | None, *, anew: bool) -> int:
    """Note a run before anybody knows how far the lake reaches: whoever is killed then is seen, too."""
    return writing.note_refresh(as_of, anew=anew)


def begin_refresh(refresh: int, as_of: date, version: int, cut_offs: int, *, anew: bool) -> tuple[int, dict[str, int]]:
    """Say where a noted run is going, or take up the one that was stopped on its way to the same; and what that one had
    restated."""
    if stopped := writing.take_up(refresh, as_of, version, cut_offs, anew=anew):
        return stopped
    writing.begin_refresh(refresh, as_of, version, cut_offs, anew=anew)
    return refresh, {}


def forget_refresh(refresh: int) -> None:
    """A run that found nothing to reckon is none."""
    writing.forget_refresh(refresh)


def forget_reckoned() -> None:
    """No figure, picture or layer is kept, and no run of the refresh: as before the first. Cut-offs and goals stay."""
    writing.forget_reckoned(PICTURES)


def forget_layers(members: Sequence[int]) -> None:
    """Members leave with the import that brought them, and what layers they were in with them."""
    writing.forget_layers(members)
    stages.forget(members)
    forget_flows()


def forget_stores(stores: Sequence[int]) -> None:
    """Stores leave with the import that brought them: what is kept of them goes, and the next refresh reckons the
    chain's."""
    writing.forget_stores(stores)
    forget_pictures(stores)


def note_steps(refresh: int, steps: Sequence[Mapping[str, Any]], restated: Mapping[str, int]) -> None:
    """How far the run is: of each step its seconds, and the days of each month that were counted otherwise."""
    writing.note_steps(refresh, steps, restated)


def note_stop(refresh: int, reason: str) -> None:
    """The run ends here without being done."""
    writing.note_stop(refresh, reason)


def end_refresh(refresh: int, steps: Sequence[Mapping[str, Any]]) -> None:
    """The refresh has ended."""
    writing.end_refresh(refresh, steps)


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


@transaction.atomic
def keep_kpis(values: pa.RecordBatchReader) -> int:
    """Put these in the place of all that were kept; returns how many."""
    return writing.replace_kpis(values)


def looks_back(as_of: date) -> bool:
    """Whether histories go on beyond this day already: a refresh of it leaves them as they are."""
    ends = writing.history_ends()
    return ends is not None and as_of < ends


@transaction.atomic
def keep_layers(session: duckdb.DuckDBPyConnection, first_day: date, as_of: date, by: CutOffsSeen) -> None:
    """Continue the history of layers with those in `facts`. The first time it begins with the ends of the past months.

    A refresh that looks back to a day before the end of the history leaves it as it is.
    """
    ends = writing.history_ends()
    if ends is None:
        days = [*periods.month_ends(first_day, as_of, HISTORY_MONTHS), as_of]
        spans = facts.spans_query(session, days, by.cut_offs)
        query = f"SELECT member_id, layer, since, until, {by.version} AS cut_offs_id FROM ({spans})"
        writing.insert_spans(session.sql(query).to_arrow_reader(100_000))
    elif as_of >= ends:
        rows = session.sql("SELECT member_id, layer FROM facts").to_arrow_reader(100_000)
        writing.note_layers(rows, as_of, by.version)


QUALITY_DAYS = quality.DAYS
QUALITY_MEASURES = quality.MEASURES


def quality_of_files(files: Iterable[tuple[str, str, int, Mapping[str, int]]]) -> list[Measured]:
    """Validity of the rows of files: (kind of file, source, rows read, refused rows by code)."""
    return quality.of_files(files)


def keep_quality(day: date, found: Sequence[Measured]) -> None:
    """Keep how good the data is on this day; again on one day replaces it. Where nothing is left to count, the days
    before go too. Belongs into the caller's transaction."""
    quality_store.keep(day, found) if found else quality_store.forget()


def quality_since(day: date) -> list[tuple[date, Measured]]:
    """What is kept from this day on, oldest first."""
    return quality_store.kept(day)
