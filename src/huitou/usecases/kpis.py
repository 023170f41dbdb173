"""The KPIs of any period, as people and machines read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from huitou.catalogue import service as catalogue
from huitou.insight import service as insight
from huitou.insight.errors import NothingToReckon
from huitou.insight.terms import Cut, KpiFigure, KpiOfPart
from huitou.kernel.money import Money
from huitou.lake import service as lake
from huitou.usecases.chosen_members import LIMIT_SECONDS, Chosen, counting_within

_USUAL_PERIOD = timedelta(days=27)
_PARTS = (Cut.STORE, Cut.LAYER, Cut.CHANNEL, Cut.CATEGORY)


@dataclass(frozen=True, slots=True)
class KpiRow:
    """One KPI of the whole chain, or of one part of it: a store (by its code), layer, channel or category."""

    kpi: str
    title: str
    unit: str
    part: str | None
    """'' stands for receipts that have none: no member, no category."""
    starts_on: date
    ends_on: date
    value: str | None
    numerator: str | int
    denominator: str | int | None
    by: str
    part_name: str | None = None
    """What people call the part, where that is not `part`: a store's name."""
    others: KpiRow | None = None
    """The same of everybody else, where some members were asked for ..."""
    everybody: KpiRow | None = None
    """... and of everybody."""

    def as_json(self) -> dict[str, Any]:
        """Money as decimal strings in the chain's currency, rates as decimal strings between 0 and 1."""
        named: dict[str, Any] = {} if self.part_name is None else {"store_name": self.part_name}
        for name, beside in (("others", self.others), ("everybody", self.everybody)):
            if beside is not None:
                figures = {"value": beside.value, "numerator": beside.numerator, "denominator": beside.denominator}
                named[name] = figures
        return {
            "kpi": self.kpi,
            "title": self.title,
            "unit": self.unit,
            self.by if self.by in _PARTS else "store": self.part,
            "from": self.starts_on.isoformat(),
            "to": self.ends_on.isoformat(),
            "value": self.value,
            "numerator": self.numerator,
            "denominator": self.denominator,
            **named,
        }


def kpis_between(
    starts_on: date | None,
    ends_on: date | None,
    *,
    names: Sequence[str] = (),
    by: str = Cut.CHAIN,
    chosen: Chosen | None = None,
    seconds: float = LIMIT_SECONDS,
) -> list[KpiRow]:
    """KPIs from `starts_on` to `ends_on`, both included; by default the 28 days up to the newest receipt.

    `by` adds a row for each store, layer, channel or category, or gives one for each day, week or month instead. With
    some `chosen` members each row is theirs, and carries the same of everybody else and of everybody; counting ends
    after so many seconds. Raises NothingToReckon, PeriodBackwards, KpiUnknown, CutUnknown, TooManyParts,
    SegmentTookTooLong.
    """
    cut = insight.cut_named(by)
    with lake.open_snapshot() as snapshot:
        session = snapshot.session
        known = insight.days_known(session)
        if known is None:
            raise NothingToReckon(day=ends_on or "-")
        last = ends_on or known[1]
        first = starts_on or last - _USUAL_PERIOD
        if chosen is None:
            return _rows(insight.kpis_of_period(session, first, last, names=names, by=cut), cut)
        insight.lay_chosen(session, chosen.ids)
        with counting_within(session, seconds):
            theirs = insight.kpis_of_period(session, first, last, names=names, by=cut, only=insight.Only())
            everybody = insight.kpis_of_period(session, first, last, names=names, by=cut)
    return _beside(theirs, everybody, cut)


def _beside(theirs: Sequence[KpiOfPart], everybody: Sequence[KpiOfPart], cut: Cut) -> list[KpiRow]:
    """A row for each part of the chain, also where the chosen have nothing: theirs is then zero."""
    found = {(one.figure.kpi, one.part, one.figure.starts_on): one.figure for one in theirs}
    rows = []
    for one in everybody:
        whole = one.figure
        nothing = replace(whole, numerator=0, denominator=None if whole.denominator is None else 0)
        mine = found.get((whole.kpi, one.part, whole.starts_on), nothing)
        sides = [KpiOfPart(one.part, figure) for figure in (mine, whole.without(mine), whole)]
        row, others, every = _rows(sides, cut)
        rows.append(replace(row, others=others, everybody=every))
    return rows


def _rows(found: Sequence[KpiOfPart], cut: Cut) -> list[KpiRow]:
    stores = catalogue.stores() if cut is Cut.STORE else {}
    rows = []
    for answer in found:
        figure, kpi = answer.figure, insight.kpi(answer.figure.kpi)
        part, name = answer.part, None
        if part is not None and cut is Cut.STORE:
            part, name = stores[int(part)].code, stores[int(part)].name
        below = figure.denominator
        rows.append(
            KpiRow(
                kpi=kpi.name,
                title=kpi.title,
                unit=str(kpi.unit),
                part=part,
                starts_on=figure.starts_on,
                ends_on=figure.ends_on,
                value=_spelled(figure.value, str(kpi.unit)),
                numerator=_part(figure.numerator, money=kpi.numerator_is_money),
                denominator=None if below is None else _part(below, money=kpi.denominator_is_money),
                by=str(cut),
                part_name=name,
            )
        )
    return rows


def first_day_known() -> date | None:
    """The first business day of the lake; None where it is empty."""
    with lake.open_snapshot() as snapshot:
        known = insight.days_known(snapshot.session)
    return known[0] if known else None


def kpi_window(name: str, ends_on: date, store_id: int | None) -> KpiFigure | None:
    """The 28 days of one KPI that end on this day, of the chain or of one store, counted from the lake; None where the
    lake has nothing so early, or nothing of that store. Raises KpiUnknown."""
    starts_on = ends_on - _USUAL_PERIOD
    with lake.open_snapshot() as snapshot:
        known = insight.days_known(snapshot.session)
        if known is None or ends_on < known[0]:
            return None
        cut = Cut.CHAIN if store_id is None else Cut.STORE
        found = insight.kpis_of_period(snapshot.session, starts_on, ends_on, names=[name], by=cut)
    part = None if store_id is None else str(store_id)
    return next((one.figure for one in found if one.part == part), None)


def _part(amount: int, *, money: bool) -> str | int:
    return str(Money(amount)) if money else amount


def _spelled(value: Fraction | None, unit: str) -> str | None:
    """Money to the fen, rates to four decimals, means to two, half away from zero; counts whole."""
    if value is None:
        return None
    if unit == "money":
        return str(Money(_rounded(value)))
    if unit in ("number", "days"):
        return f"{_rounded(value * 100) / 100:.2f}"
    return f"{_rounded(value * 10_000) / 10_000:.4f}" if unit == "rate" else str(_rounded(value))


def _rounded(value: Fraction) -> int:
    whole = int(abs(value) + Fraction(1, 2))
    return whole if value >= 0 else -whole
