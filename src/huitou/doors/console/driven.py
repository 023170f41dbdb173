"""What drove a figure's change, by store, layer and channel, as it is shown: every split prints the same total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext

from huitou.catalogue.terms import StoreSeen
from huitou.doors.console import figures
from huitou.doors.console.layers import LAYERS
from huitou.doors.console.parts import Driver, Split
from huitou.doors.console.tiles import Tile
from huitou.insight import service as insight
from huitou.insight.terms import Cut, DrivenBy, KpiFigure, KpiOfStore, Part
from huitou.kernel.channels import CHANNEL_NAMES
from huitou.kernel.errors import N_

STORES_NAMED = 5
"""The stores that moved it most; the rest are said together."""

_NAMES = {Cut.LAYER: LAYERS, Cut.CHANNEL: CHANNEL_NAMES}
_UNKNOWN = {Cut.LAYER: N_("Without a card"), Cut.CHANNEL: N_("Not named")}


def splits(
    tile: Tile, by_store: Sequence[tuple[StoreSeen, KpiOfStore]], *, newest: bool, store: int | None = None
) -> list[Split]:
    """The splits that are kept for this window, of the chain or of a store: the further cuts for the newest one
    alone."""
    if tile.now.previous is None:
        return []
    found = [_stores(tile, by_store)] if store is None else []
    if newest:
        names = {cut: known for cut, known in _NAMES.items() if not is_circular(tile.kpi, cut)}
        parts = insight.kpi_by_part(tile.kpi.name, names, tile.now.now.ends_on, store)
        found = [*(_by(tile, cut, parts[cut], names[cut]) for cut in names), *found]
    return [split for split in found if split is not None]


def is_circular(kpi: Any, cut: Cut) -> bool:
    """Whether the parts are made of what the figure counts: who is dormant is so for having stayed away, and what is
    digital is so for its channel."""
    return (cut is Cut.LAYER and bool(kpi.counts_silence)) or (cut is Cut.CHANNEL and bool(kpi.counts_channels))


def why_not_split(kpi: Any, *, newest: bool, store: int | None) -> list[str]:
    """What the change is not split by, and why; nothing where nothing is missing."""
    if not newest:
        return [gettext("By layer and channel the newest 28 days alone are split.")]
    said = []
    if is_circular(kpi, Cut.LAYER):
        said.append(gettext("Not split by layer: who is dormant is so for this very silence."))
    elif kpi.looks_back and store is not None:
        said.append(
            gettext("In a store not split by layer: it asks for earlier days, which are counted for the chain.")
        )
    if is_circular(kpi, Cut.CHANNEL):
        said.append(gettext("Not split by channel: the channel alone says what is digital."))
    elif kpi.counts_silence:
        said.append(gettext("Not split by channel: who stays away stays away from all of them."))
    elif kpi.looks_back:
        said.append(gettext("Not split by channel: the days before may have been another channel's."))
    return said


def split_by(found: Sequence[Split]) -> str:
    """How the change is split, by the names of the splits that are shown."""
    comma = "、" if figures.chinese() else ", "
    by = comma.join(split.name if figures.chinese() else split.name.lower() for split in found)
    return gettext("the change against the 28 days before, split by {by}").format(by=by)


def _by(
    tile: Tile, cut: Cut, parts: Mapping[str, tuple[KpiFigure, KpiFigure | None]], names: Mapping[str, str]
) -> Split | None:
    driven = insight.drivers(parts, tile.now.now, tile.now.previous)
    title = {Cut.LAYER: N_("Layer"), Cut.CHANNEL: N_("Channel")}[cut]

    def named(part: Part) -> tuple[str, str, str]:
        known = names.get(part.key, _UNKNOWN[cut] if not part.key else part.key)
        return gettext(known), part.key if cut is Cut.LAYER and part.key in LAYERS else "", ""

    order = list(names)
    there = [part for part in driven.parts if _is_there(part)] if driven else []
    there.sort(key=lambda part: (order.index(part.key) if part.key in order else len(order), part.key))
    return _split(tile, title, driven, named, there)


def _is_there(part: Part) -> bool:
    """Whether anything of it was counted; who is nobody moves nothing."""
    return bool(part.moved) or any(
        one is not None and (one.numerator or one.denominator) for one in (part.now, part.before)
    )


def _stores(tile: Tile, by_store: Sequence[tuple[StoreSeen, KpiOfStore]]) -> Split | None:
    parts = {str(store.id): (row.now, row.previous) for store, row in by_store}
    names = {str(store.id): store.name for store, _ in by_store}
    driven = insight.drivers(parts, tile.now.now, tile.now.previous) if len(parts) > 1 else None
    if driven is None:
        return None
    by_size = sorted(driven.parts, key=lambda part: (-abs(part.moved), part.key))
    shown = by_size[: STORES_NAMED if len(by_size) > STORES_NAMED + 1 else len(by_size)]
    rest = by_size[len(shown) :]
    if rest:
        shown.append(Part("", None, None, sum((part.moved for part in rest), Fraction(0))))
    others = gettext("{count} other stores").format(count=len(rest))

    def named(part: Part) -> tuple[str, str, str]:
        return (names[part.key], "", f"?store={part.key}&kpi={tile.kpi.name}") if part.key else (others, "", "")

    return _split(tile, N_("Store"), driven, named, sorted(shown, key=lambda part: (not part.key, -part.moved)))


def _split(tile: Tile, title: str, driven: DrivenBy | None, named: Any, parts: Any) -> Split | None:
    """Every part, what the mix did, and what several parts share; rounded so that they sum to the total as printed."""
    if driven is None:
        return None
    rows = [(*named(part), part.now, part.before, part.moved) for part in parts]
    for name, moved in ((N_("Change of mix"), driven.mix), (N_("Counted in several"), driven.overlap)):
        if moved:
            rows.append((gettext(name), "", "", None, None, moved))
    factor, places = _scale(tile.kpi.unit, driven.total)
    total = round(driven.total * factor)
    moved = insight.rounded_to_sum([row[-1] * factor for row in rows], total)
    most = max((abs(value) for value in moved), default=0) or 1
    kpi = tile.kpi
    among = [one.value for *_, now, before, _ in rows for one in (now, before) if one is not None]
    drivers = [
        Driver(
            name=name,
            now=figures.in_full(now.value, kpi.unit, among) if now is not None else "",
            before=figures.in_full(before.value, kpi.unit, among) if before is not None else "",
            moved=signed(Fraction(value, 10**places), places),
            up=value >= 0,
            good=(value >= 0) == (kpi.good_direction > 0),
            width=figures.rounded(Fraction(abs(value) * 48, most), 1),
            layer=layer,
            address=address,
        )
        for (name, layer, address, now, before, _), value in zip(rows, moved, strict=True)
    ]
    return Split(gettext(title), signed(Fraction(total, 10**places), places), drivers)


def _scale(unit: str, total: Fraction) -> tuple[Fraction, int]:
    """By what a change is multiplied before it is rounded to a whole, and how many decimals are shown of it."""
    if unit == "money":  # fen; large sums in whole units of money
        return (Fraction(1, 100), 0) if abs(total) >= 100_000 else (Fraction(1), 2)
    return {"rate": (Fraction(10_000), 2), "count": (Fraction(1), 0)}.get(unit, (Fraction(100), 2))


def unit_of(kpi: Any) -> str:
    units = {"rate": gettext("pts"), "money": figures.currency(), "days": gettext("days")}
    return units.get(kpi.unit, gettext("Difference"))


def signed(value: Fraction, places: int) -> str:
    shown = figures.rounded(value, places)
    return f"+{shown}" if value > 0 else shown
