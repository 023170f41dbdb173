"""`huitou layers`: the cut-offs of scores and layers, and changing them."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.users import ACTOR
from huitou.doors.cli.words import say, translate
from huitou.kernel.errors import N_

if TYPE_CHECKING:
    from huitou.insight.terms import Moves

Json = Annotated[bool, typer.Option("--json", help="Answer as JSON, for machines.")]
FIFTHS = "fifths"


def register(app: typer.Typer, runtime: Runtime) -> None:
    """Add the commands."""
    layers = typer.Typer(help="What scores and layers are cut by: look at it, change it.", no_args_is_help=True)
    app.add_typer(layers, name="layers")
    _register_set(layers, runtime)

    @layers.command()
    def show(as_json: Json = False) -> None:
        """Show the cut-offs in force, and every version before them."""
        with runtime.open_database():
            from huitou.insight import service as insight

            versions = insight.cut_offs_history()
        if as_json:
            told = [{**asdict(one.cut_offs), "version": one.version, "made_by": one.made_by,
                     "made_at": one.made_at.isoformat(timespec="seconds"), "note": one.note}
                    for one in versions]  # fmt: skip
            typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
            return
        for one in versions:
            typer.echo(f"{one.version}\t{one.made_at:%Y-%m-%d %H:%M}\t{one.made_by}\t{one.note}".rstrip())
        for name, value in asdict(versions[0].cut_offs).items():
            typer.echo(f"  {name}: {_spelled(value)}")


def _register_set(layers: typer.Typer, runtime: Runtime) -> None:
    @layers.command("set")
    def change(
        recency: Annotated[
            str | None, typer.Option(help="Days since the last purchase for score 5, 4, 3, 2: 7,30,60,120; or fifths.")
        ] = None,
        frequency: Annotated[
            str | None, typer.Option(help="Receipts in a year for score 2, 3, 4, 5: 2,4,8,16; or fifths.")
        ] = None,
        monetary: Annotated[
            str | None, typer.Option(help="Money in a year for score 2, 3, 4, 5: 200,500,1000,3000; or fifths.")
        ] = None,
        dormant_after_months: Annotated[int | None, typer.Option(help="Months without a purchase.")] = None,
        diamond_percent: Annotated[int | None, typer.Option(help="Diamond: the top so many per cent by spend.")] = None,
        diamond_spend: Annotated[
            str | None, typer.Option(help="Diamond: whoever spent so much in a year; none for the top per cent.")
        ] = None,
        diamond_frequency: Annotated[int | None, typer.Option(help="Diamond: a frequency score of at least.")] = None,
        gold_score: Annotated[int | None, typer.Option(help="Gold: frequency and monetary score together.")] = None,
        note: Annotated[str, typer.Option(help="Why; kept with the version.")] = "",
        preview: Annotated[bool, typer.Option("--preview", help="Only show who would move.")] = False,
        as_json: Json = False,
    ) -> None:
        """Change the cut-offs; what is not named stays. The next refresh goes by the new version."""
        given: dict[str, Any] = {
            "recency_days": _numbers(recency, 1),
            "frequency": _numbers(frequency, 1),
            "monetary_fen": _numbers(monetary, 100),
            "dormant_after_months": dormant_after_months,
            "diamond_percent": diamond_percent,
            "diamond_frequency": diamond_frequency,
            "gold_score": gold_score,
        }
        changes = {name: value for name, value in given.items() if value is not None}
        if diamond_spend is not None:
            changes["diamond_fen"] = None if diamond_spend == "none" else _whole(diamond_spend, 100)
        with runtime.open_database():
            from huitou.insight import service as insight
            from huitou.insight.service import runs
            from huitou.usecases.cut_offs import change_cut_offs, preview_cut_offs

            wanted = replace(insight.cut_offs().cut_offs, **changes)
            moves = preview_cut_offs(wanted) if preview or runs.last() else None
            version = None if preview else change_cut_offs(wanted, note=note, actor=ACTOR)
        _tell(moves, version, as_json=as_json)


def _tell(moves: Moves | None, version: int | None, *, as_json: bool) -> None:
    if as_json:
        counts = moves.counts if moves is not None else {}
        told = [{"from": now, "to": then, "members": count} for (now, then), count in sorted(counts.items())]
        typer.echo(json.dumps({"version": version, "moves": told}, indent=1))
        return
    if moves is not None:
        for (now, then), count in sorted(moves.counts.items()):
            if now != then:
                typer.echo(f"{now} → {then}: {count:,}")
        line = translate(N_("{moving} of {members} members would be in another layer."))
        typer.echo(line.format(moving=f"{moves.moving:,}", members=f"{moves.members:,}"))
    if version is not None:
        say(N_("Version {version} of the cut-offs is in force with the next refresh."), version=version)


def _numbers(text: str | None, factor: int) -> tuple[int, ...] | None:
    if text is None:
        return None
    return () if text == FIFTHS else tuple(_whole(part, factor) for part in text.split(","))


def _whole(text: str, factor: int) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise typer.BadParameter(translate(N_("{text} is no whole number.")).format(text=text))
    return int(text) * factor


def _spelled(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ",".join(map(str, value)) or FIFTHS
    return "-" if value is None else str(value)
