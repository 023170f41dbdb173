"""What drove a change: which splits are shown, and what the heading over them says."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from django.utils import translation

from huitou.doors.console import driven
from huitou.insight import service as insight
from huitou.insight.terms import Cut, KpiFigure, KpiNow, KpiOfStore


@pytest.mark.parametrize(
    ("name", "newest", "store", "heading", "why"),
    [
        ("sales", True, None, "split by layer, channel, store", []),
        ("sales", False, None, "split by store", ["By layer and channel the newest 28 days"]),
        (
            "churn_rate",
            True,
            None,
            "split by store",
            ["Not split by layer: who is dormant", "Not split by channel: who"],
        ),
        ("wake_up_rate", True, None, "split by store", ["Not split by layer: who", "Not split by channel: who"]),
        ("new_members", True, None, "split by layer, store", ["Not split by channel: the days before"]),
        ("sales", True, 1, "split by layer, channel", []),
        (
            "new_members",
            True,
            1,
            "split by ",
            ["In a store not split by layer", "Not split by channel: the days before"],
        ),
    ],
)
def test_the_heading_names_the_splits_that_are_shown(monkeypatch, name, newest, store, heading, why):
    kpi = insight.kpi(name)

    def figure(share):
        return KpiFigure(name, date(2026, 10, 25), date(2026, 11, 21), share, 100 if kpi.denominator else None)

    def of_parts(asked, cuts, ends_on, within):
        assert within == store
        kept = {
            Cut.LAYER: () if kpi.looks_back and store else ("gold", "dormant"),
            Cut.CHANNEL: () if kpi.looks_back else ("store", "delivery"),
        }
        return {cut: {part: (figure(20), figure(10)) for part in kept[cut]} for cut in cuts}

    monkeypatch.setattr(driven.insight, "kpi_by_part", of_parts)
    tile = SimpleNamespace(kpi=kpi, now=KpiNow(figure(40), figure(20), None))
    stores = [(SimpleNamespace(id=one, name=f"S{one}"), KpiOfStore(one, figure(20), figure(10))) for one in (1, 2)]
    with translation.override("en"):
        found = driven.splits(tile, stores, newest=newest, store=store)
        assert driven.split_by(found) == f"the change against the 28 days before, {heading}"
        said = driven.why_not_split(kpi, newest=newest, store=store)
        assert len(said) == len(why)
        assert all(one.startswith(begins) for one, begins in zip(said, why, strict=True))


def test_the_other_stores_come_last_though_together_they_moved_most():
    kpi = insight.kpi("sales")

    def figure(fen):
        return KpiFigure("sales", date(2026, 10, 25), date(2026, 11, 21), fen, None)

    stores = [
        (SimpleNamespace(id=one, name=f"S{one}"), KpiOfStore(one, figure(1_000_000 - one * 1000), figure(500_000)))
        for one in range(1, 13)
    ]
    now, before = (sum(getattr(row, side).numerator for _, row in stores) for side in ("now", "previous"))
    tile = SimpleNamespace(kpi=kpi, now=KpiNow(figure(now), figure(before), None))
    with translation.override("en"):
        (split,) = driven.splits(tile, stores, newest=False, store=None)
    assert [driver.name for driver in split.drivers] == ["S1", "S2", "S3", "S4", "S5", "7 other stores"]
