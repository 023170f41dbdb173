"""`huitou segments`: who is meant, how many, and why."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.segment_file import text_of
from huitou.doors.cli.words import LANGUAGES, say, translate, translate_into
from huitou.kernel.errors import N_
from huitou.kernel.ids import member_code, member_number

File = Annotated[str, typer.Argument(metavar="FILE", help="A segment as JSON; - is standard input.")]
AsOf = Annotated[
    datetime | None,
    typer.Option(
        "--as-of", formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], help="Purchases and events up to then."
    ),
]
Limit = Annotated[int, typer.Option("--seconds", min=1, max=3600, help="Stop after so many seconds.")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON, for machines.")]
MOST_SHOWN = 50


def register(app: typer.Typer, runtime: Runtime) -> None:
    """Add the commands."""
    group = typer.Typer(help="Members who meet conditions: how many, who, and why.", no_args_is_help=True)
    app.add_typer(group, name="segments")
    _add_asking(group, runtime)
    _add_keeping(group, runtime)
    _add_live(group, runtime)
    _add_moves(group, runtime)


def _add_asking(group: typer.Typer, runtime: Runtime) -> None:
    @group.command()
    def sentence(file: File, as_json: AsJson = False) -> None:
        """Read a segment back as one plain sentence. Needs no database; what it names is not looked up."""
        from huitou.segments.service import check_alone, parsed
        from huitou.segments.service import sentence as in_words

        segment = parsed(text_of(file))
        check_alone(segment)
        if as_json:
            both = {name: in_words(segment, translate_into(name)) for name in LANGUAGES}
            typer.echo(json.dumps(both, ensure_ascii=False))
        else:
            typer.echo(in_words(segment, translate))

    @group.command()
    def count(file: File, as_of: AsOf = None, seconds: Limit = 60, as_json: AsJson = False) -> None:
        """How many members are in it, as of a moment that is shown, and how many of them can be reached."""
        with runtime.open_database():
            from huitou.usecases.segments import count_segment

            counted = count_segment(text_of(file), at=_at(as_of), seconds=seconds, live=as_of is None, say=translate)
        for one in counted.warnings:
            typer.echo(one["message"], err=True)
        if as_json:
            typer.echo(json.dumps(counted.as_json(), ensure_ascii=False, indent=1))
            return
        typer.echo(f"{counted.members:,}")
        say(N_("As of {at}, out of {all}."), at=counted.as_of, all=f"{counted.all:,}")
        for channel, reasons in counted.reach.items():
            say(N_("  {channel}: {reasons}"), channel=translate(CHANNELS[channel]), reasons=_reasons(reasons))

    @group.command()
    def members(file: File, as_of: AsOf = None, seconds: Limit = 60, as_json: AsJson = False) -> None:
        """The member numbers of everybody in it; the audit trail keeps that they were taken."""
        with runtime.open_database():
            from huitou.usecases.segments import take_members_out

            live = as_of is None
            found = take_members_out(text_of(file), at=_at(as_of), seconds=seconds, live=live, actor="command line")
        if as_json:
            codes = [member_code(one) for one in found.ids]
            typer.echo(json.dumps({"as_of": found.as_of, "members": codes}, ensure_ascii=False))
            return
        for one in found.ids:
            typer.echo(member_code(one))

    @group.command()
    def why(
        file: File,
        member: Annotated[str, typer.Argument(metavar="MEMBER", help="A member code such as M00000042.")],
        as_of: AsOf = None,
        every: Annotated[bool, typer.Option("--all", help="Also the conditions that decide nothing.")] = False,
        as_json: AsJson = False,
    ) -> None:
        """Whether a member is in it, by the conditions that decide it."""
        with runtime.open_database():
            from huitou.segments.errors import NotAMember
            from huitou.usecases.segments import why_member

            number = member_number(member)
            if number is None:
                raise NotAMember(number=member)
            because = why_member(text_of(file), number, at=_at(as_of), say=translate, whole=every)
        if as_json:
            typer.echo(json.dumps(because.as_json(), ensure_ascii=False, indent=1))
        else:
            _tell(because, 0)


def _add_keeping(group: typer.Typer, runtime: Runtime) -> None:
    @group.command()
    def define(
        name: Annotated[str, typer.Argument(help="What the segment is called.")], file: File, as_json: AsJson = False
    ) -> None:
        """Keep a segment under a name: its first version, or the next one."""
        with runtime.open_database():
            from huitou.usecases.segments import define_segment

            version = define_segment(name, text_of(file), made_by="command line")
        if as_json:
            typer.echo(json.dumps({"name": name, "version": version}, ensure_ascii=False))
        else:
            say(N_("{name} is kept, version {version}."), name=name, version=version)

    @group.command("list")
    def list_(as_json: AsJson = False) -> None:
        """Every segment with its newest version, its sentence, and what uses it."""
        with runtime.open_database():
            from huitou.usecases.segments import listed_segments

            rows = listed_segments(translate)
        if as_json:
            typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
            return
        for row in rows:
            typer.echo(f"{row['name']} ({row['version']}): {row['sentence']}")

    @group.command()
    def delete(name: Annotated[str, typer.Argument(help="The segment's name.")]) -> None:
        """Delete a segment with its versions and snapshots; refused while something uses it."""
        with runtime.open_database():
            from huitou.usecases.segments import delete_segment

            delete_segment(name, actor="command line")
        say(N_("{name} is deleted."), name=name)

    @group.command()
    def snapshot(
        name: Annotated[str, typer.Argument(help="The segment's name.")], seconds: Limit = 600, as_json: AsJson = False
    ) -> None:
        """Write down who is in a segment now, with the count and how many can be reached."""
        with runtime.open_database():
            from huitou.usecases.segment_snapshots import problem_said, take_snapshot

            seen = take_snapshot(name, asked_by="command line", now=_now, seconds=seconds)
        failed = seen["state"] == "failed"
        if as_json:
            typer.echo(json.dumps(seen, ensure_ascii=False, indent=1))
        elif failed:
            why = problem_said(seen["problem"], translate)
            say(N_("Snapshot {number} failed: {why}. Nobody is in it."), number=seen["snapshot"], why=why)
        else:
            typer.echo(f"{seen['snapshot']}: {seen['state']}, {seen['members'] or 0:,}")
        if failed:
            raise typer.Exit(1)


def _add_live(group: typer.Typer, runtime: Runtime) -> None:
    @group.command()
    def live(
        name: Annotated[
            str | None, typer.Argument(metavar="[FILE|NAME]", help="A segment, or a file that is kept under its name.")
        ] = None,
        state: Annotated[OnOff | None, typer.Argument(help="Keep who is in it at every moment, or no longer.")] = None,
        as_json: AsJson = False,
    ) -> None:
        """Keep who is in a segment at every moment; without a name: which are kept, and how far behind they are."""
        with runtime.open_database():
            from huitou.usecases import live_segments
            from huitou.usecases.segments import define_segment

            if name is not None and state is not None:
                called = Path(name).stem if Path(name).is_file() else name
                if called != name and state is OnOff.ON:
                    define_segment(called, text_of(name), made_by="command line")
                live_segments.switch_live(called, on=state is OnOff.ON, actor="command line")
                live_segments.follow_all(_now)
            elif name is not None:
                raise typer.BadParameter("on | off", param_hint="STATE")
            told = live_segments.status(_now())
        if as_json:
            typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
            return
        for one in told["segments"]:
            typer.echo(f"{one['name']}: {one['members']:,}")
        say(N_("{seconds} seconds behind; {due} members are due."), seconds=told["lag_seconds"], due=f"{told['due']:,}")


def _add_moves(group: typer.Typer, runtime: Runtime) -> None:
    @group.command()
    def moves(
        name: Annotated[str, typer.Argument(help="The live segment's name.")],
        most: Annotated[int, typer.Option("--most", min=1, max=10_000, help="So many of the newest.")] = 20,
        as_json: AsJson = False,
    ) -> None:
        """Who has entered a live segment and left it, the newest first, by the chain's clock, and what moved them."""
        with runtime.open_database():
            from django.utils.timezone import localtime

            from huitou.usecases.live_segments import MOVED_BY, read_moves

            found = read_moves(name, most, actor="command line")
        if as_json:
            told = [
                {"member": member_code(one.member_id), "entered": one.entered, "at": one.at.isoformat(),
                 "because": one.because}
                for one in found
            ]  # fmt: skip
            typer.echo(json.dumps(told, indent=1))
            return
        if not found:
            say(N_("Nobody has come in or left since it was switched on."))
        for one in found:
            way = translate(N_("came in")) if one.entered else translate(N_("left it"))
            why = translate(MOVED_BY[one.because])
            typer.echo(f"{localtime(one.at):%Y-%m-%d %H:%M:%S}  {member_code(one.member_id)}  {way}  ({why})")


class OnOff(StrEnum):
    """Whether a segment is live."""

    ON = "on"
    OFF = "off"


def _at(as_of: datetime | None) -> datetime:
    """By the chain's clock, unless it is now. Raises MomentAhead."""
    from django.utils.timezone import make_aware

    from huitou.segments.errors import MomentAhead

    if as_of is not None and make_aware(as_of) > _now():
        raise MomentAhead(at=f"{as_of:%Y-%m-%d %H:%M}")
    return as_of or _now()


def _now() -> datetime:
    return datetime.now(UTC)


CHANNELS = {"sms": N_("SMS"), "email": N_("e-mail"), "wechat": N_("WeChat"), "phone": N_("phone call")}
REASONS = {
    "reachable": N_("can be reached"),
    "refused": N_("refused"),
    "no_consent": N_("no consent yet"),
    "no_address": N_("no address"),
}


def _reasons(reasons: dict[str, int]) -> str:
    return ", ".join(f"{translate(REASONS[name])} {count:,}" for name, count in reasons.items())


def _tell(because: Any, depth: int) -> None:
    mark = "✓" if because.holds else "✗"
    typer.echo(f"{'  ' * depth}{mark} {because.says}")
    for part in because.parts:
        _tell(part, depth + 1)
