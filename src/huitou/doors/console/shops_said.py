"""The sentence that opens the pages of stores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from huitou.doors.console import figures
from huitou.doors.console.findings import joined, say, strong
from huitou.kernel.errors import N_

_LEADS = N_("{kpi}: {store} leads with {value}.")
_ALONE = N_("{kpi} of {store}: {value}.")
_FELL = N_("{store} fell most over a year, by {change}.")
_ROSE = N_("{store} grew most over a year, by {change}.")
_FELL_TOO = N_("It also fell most over a year, by {change}.")
_ROSE_TOO = N_("It also grew most over a year, by {change}.")
_STORE_UP = N_("{store} sold {value} in 28 days, {change} more than a year ago.")
_STORE_DOWN = N_("{store} sold {value} in 28 days, {change} less than a year ago.")
_STORE = N_("{store} sold {value} in 28 days.")
_WORST_UP = N_("Watch {kpi}: {value}, up {change} on a year ago.")
_WORST_DOWN = N_("Watch {kpi}: {value}, down {change} on a year ago.")


def shops_finding(kpi: Any, rows: Sequence[dict[str, Any]]) -> SafeString:
    """Who leads by the chosen figure, and who fell most since a year ago (or grew most, where nobody fell)."""
    first, title = rows[0], gettext(kpi.title)
    value = format_html('<b class="u">{}</b>', figures.figure(first["now"].now.value, kpi.unit))
    if len(rows) == 1:
        return joined([say(_ALONE, kpi=title, store=first["store"].name, value=value)])
    said = [say(_LEADS, store=strong(first["store"].name), kpi=title, value=value)]
    moved = [row for row in rows if row["year_change"] and row["year_change"].arrow and row["now"].year_before.value]
    if moved:
        worst = min(moved, key=_ratio)
        pick, told, too = (worst, _FELL, _FELL_TOO) if _ratio(worst) < 1 else (max(moved, key=_ratio), _ROSE, _ROSE_TOO)
        template = too if pick is first else told
        said.append(say(template, store=strong(pick["store"].name), change=pick["year_change"].text))
    return joined(said)


def _ratio(row: dict[str, Any]) -> Any:
    return row["now"].now.value / row["now"].year_before.value


def shop_finding(name: str, tiles: Sequence[Any]) -> SafeString:
    """How the store's first figure went, and which of the others worsened most."""
    lead = tiles[0]
    value = format_html('<b class="u">{}</b>', lead.shown)
    change = lead.year_change
    if change is None or not change.arrow:
        said = [say(_STORE, store=name, value=value)]
    else:
        template = _STORE_UP if change.arrow == "▲" else _STORE_DOWN
        said = [say(template, store=name, value=value, change=change.text)]
    bad = [tile for tile in tiles[1:] if tile.year_change and tile.year_change.tone == "bad"]
    if bad:
        worst = max(
            bad, key=lambda tile: abs(tile.now.now.value - tile.now.year_before.value) / tile.now.year_before.value
        )
        moved = worst.year_change
        template = _WORST_UP if moved.arrow == "▲" else _WORST_DOWN
        said.append(say(template, kpi=strong(gettext(worst.kpi.title)), value=worst.shown, change=moved.text))
    return joined(said)
