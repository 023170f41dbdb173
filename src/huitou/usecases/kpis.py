"""The KPIs of any period, as people and machines read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from huitou.catalogue import service as catalogue
from huitou.insight import service as insight
from huitou.insight.errors import NothingToReckon
from huitou.kernel.money import Money
from huitou.lake import service as lake

_USUAL_PERIOD = timedelta(days=27)


@dataclass(frozen=True, slots=True)
class KpiRow:
    """One KPI of the chain (no store) or of a store."""

    kpi: str
    title: str
    unit: str
    store: str | None
    starts_on: date
    ends_on: date
    value: str | None
    numerator: str | int
    denominator: int | None

    def as_json(self) -> dict[str, Any]:
        """Money as decimal strings in the chain's currency, rates as decimal strings between 0 and 1."""
        return {
            "kpi": self.kpi,
            "title": self.title,
            "unit": self.unit,
            "store": self.store,
            "from": self.starts_on.isoformat(),
            "to": self.ends_on.isoformat(),
            "value": self.value,
            "numerator": self.numerator,
            "denominator": self.denominator,
        }


def kpis_between(
    starts_on: date | None, ends_on: date | None, *, names: Sequence[str] = (), by_store: bool = False
) -> list[KpiRow]:
    """KPIs from `starts_on` to `ends_on`, both included; by default the 28 days up to the newest receipt.

    Raises NothingToReckon, PeriodBackwards, KpiUnknown.
    """
    stores = catalogue.stores()
    units = {kpi.name: kpi for kpi in insight.kpis()}
    with lake.open_session() as session:
        known = insight.days_known(session)
        if known is None:
            raise NothingToReckon(day=ends_on or "-")
        last = ends_on or known[1]
        first = starts_on or last - _USUAL_PERIOD
        found = insight.kpis_of_period(session, first, last, names)
    rows = []
    for answer in found:
        if answer.store_id is not None and not by_store:
            continue
        kpi, figure = units[answer.figure.kpi], answer.figure
        rows.append(
            KpiRow(
                kpi=kpi.name,
                title=kpi.title,
                unit=str(kpi.unit),
                store=None if answer.store_id is None else stores[answer.store_id].code,
                starts_on=first,
                ends_on=last,
                value=_spelled(figure.value, str(kpi.unit)),
                numerator=str(Money(figure.numerator)) if kpi.unit == "money" else figure.numerator,
                denominator=figure.denominator,
            )
        )
    return rows


def _spelled(value: Fraction | None, unit: str) -> str | None:
    """Money to the fen, rates to four decimals, half away from zero; counts whole."""
    if value is None:
        return None
    if unit == "money":
        return str(Money(_rounded(value)))
    return f"{_rounded(value * 10_000) / 10_000:.4f}" if unit == "rate" else str(_rounded(value))


def _rounded(value: Fraction) -> int:
    whole = int(abs(value) + Fraction(1, 2))
    return whole if value >= 0 else -whole
