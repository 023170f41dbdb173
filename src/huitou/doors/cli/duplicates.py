"""`huitou duplicates`: members who may be one person, found, shown with the evidence, merged, parted or left apart."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated, Any

import typer

from huitou.doors.cli.conflicts import ACTOR, JsonOption
from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.words import say, translate
from huitou.kernel.errors import N_

MOST = 1_000
STEPS = {
    "phones": N_("Counting who shares a phone"),
    "people": N_("Reading what is known of each member"),
    "compare": N_("Comparing those whom something lets look alike"),
    "keep": N_("Keeping the likely pairs"),
    "done": N_("Done"),
}
FIELDS = {
    "name": N_("name"),
    "birthday": N_("birthday"),
    "birthday_month_day": N_("day and month of birth"),
    "phone": N_("phone"),
    "address": N_("address"),
    "lives_at": N_("where they live"),
    "email": N_("e-mail"),
    "sex": N_("sex"),
    "home_store": N_("home store"),
    "home_store_id": N_("home store"),
    "household_size": N_("household"),
    "household_id": N_("lives with"),
    "joined_on": N_("member since"),
    "preferences": N_("preferences"),
    "consents_noted": N_("consents as noted"),
}
PairArgument = Annotated[int, typer.Argument(metavar="PAIR", help="The pair's number in the list.")]


def register(app: typer.Typer, runtime: Runtime) -> None:
    """Add the command and what it can do."""
    duplicates = typer.Typer(no_args_is_help=True, help="Members who may be one person.")
    app.add_typer(duplicates, name="duplicates")
    _looking(duplicates, runtime)
    _showing(duplicates, runtime)
    _deciding(duplicates, runtime)
    _putting_aside(duplicates, runtime)


def _looking(duplicates: typer.Typer, runtime: Runtime) -> None:
    @duplicates.command()
    def find(as_json: JsonOption = False) -> None:
        """Compare all members and keep the pairs that a person should look at; decided ones stay decided."""
        with runtime.open_database():
            from huitou.usecases.duplicates import find_duplicates

            found = find_duplicates(lambda step: None if as_json else say(STEPS[step]))
        if as_json:
            typer.echo(json.dumps(asdict(found)))
            return
        say(
            N_("{waiting} pairs wait for a person, {new} of them are new; {shared} phones are shared by many."),
            waiting=found.waiting,
            new=found.new,
            shared=found.shared_phones,
        )

    @duplicates.command(name="list")
    def listed(
        rejected: Annotated[bool, typer.Option("--rejected", help="Pairs that somebody said are two people.")] = False,
        merged: Annotated[bool, typer.Option("--merged", help="Merges, and those that were undone.")] = False,
        shared: Annotated[bool, typer.Option("--shared", help="Phones that many members share.")] = False,
        as_json: JsonOption = False,
    ) -> None:
        """List the pairs that wait for a person, the likeliest first."""
        with runtime.open_database():
            from huitou.members import service as members
            from huitou.usecases.duplicates import list_candidates, list_merges

            if merged:
                rows = list_merges(MOST)
            elif shared:
                rows = [{**asdict(one), "since": one.since.isoformat()} for one in members.shared_phones(MOST)]
            else:
                rows = list_candidates(state="rejected" if rejected else "open", page_size=MOST)
        if as_json:
            typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
            return
        if not rows:
            say(N_("There is none."))
        for row in rows:
            typer.echo("\t".join(_cell(value) for value in row.values()))


def _showing(duplicates: typer.Typer, runtime: Runtime) -> None:
    @duplicates.command()
    def show(pair: PairArgument, as_json: JsonOption = False) -> None:
        """Show a pair: the evidence, and what would come together."""
        with runtime.open_database():
            from huitou.usecases.duplicates import candidate_with_preview

            seen, preview = candidate_with_preview(pair)
        if as_json:
            whole = {"pair": asdict(seen), "preview": asdict(preview)}
            typer.echo(json.dumps(whole, ensure_ascii=False, indent=1, default=str))
            return
        _tell_pair(seen, preview)


def _tell_pair(seen: Any, preview: Any) -> None:
    """The evidence, what each brings, and what would be kept."""
    from huitou.members.service import AGREEMENTS, BECAUSE
    from huitou.usecases.duplicates import bits, likely_percent

    say(N_("Probability {likely} %"), likely=likely_percent(seen))
    for field, level, weight in seen.evidence:
        typer.echo("\t".join((translate(FIELDS[field]), translate(AGREEMENTS[level]), bits(weight))))
    for side in (preview.member, preview.other):
        say(
            N_("{member}: {receipts} receipts, {points} points, {coupons} coupons, {identities} identities"),
            member=_code(side.member),
            receipts=side.receipts,
            points=side.points.get("points", (0,))[0],
            coupons=sum(side.coupons.values()),
            identities=len(side.identities),
        )
    for kept in preview.fields:
        values = (_value(kept.field, one) for one in (kept.survivor, kept.other, kept.kept))
        typer.echo("\t".join((translate(FIELDS[kept.field]), *values, translate(BECAUSE[kept.because]))))


def _value(field: str, value: Any) -> str:
    """What is known of a member, as a person reads it."""
    from huitou.catalogue import service as catalogue

    if value in (None, "", (), {}, False):
        return "-"
    if field == "home_store_id":
        return catalogue.stores()[value].code
    if isinstance(value, dict):
        return ", ".join(
            f"{name}={_value('', one) if one not in (True, False) else _yes(one)}" for name, one in value.items()
        )
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return _yes(value) if value is True else str(value)


def _yes(value: bool) -> str:
    return translate(N_("yes")) if value else translate(N_("no"))


def _deciding(duplicates: typer.Typer, runtime: Runtime) -> None:
    @duplicates.command()
    def merge(
        pair: PairArgument,
        swap: Annotated[bool, typer.Option("--swap", help="The later member remains.")] = False,
        yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
        as_json: JsonOption = False,
    ) -> None:
        """Make the two of a pair one member: the earlier remains. What would come together is shown and asked first; a
        merge can be undone at any time."""
        with runtime.open_database():
            from django.utils import timezone

            from huitou.members.service import candidate
            from huitou.usecases.duplicates import in_order
            from huitou.usecases.merge_members import merge_members, preview_merge

            seen = candidate(pair)
            remains, other = reversed(in_order(seen)) if swap else in_order(seen)
            if not yes:
                _tell_pair(seen, preview_merge(remains, other))
                asked = translate(N_("Make {other} a part of {member}?"))
                typer.confirm(asked.format(other=_code(other), member=_code(remains)), abort=True)
            done = merge_members(remains, other, now=timezone.now(), actor=ACTOR, why=f"pair {pair}")
        if as_json:
            typer.echo(json.dumps(asdict(done)))
            return
        say(
            N_("{other} is a part of {member} now, by merge {number}: {receipts} receipts, {coupons} coupons."),
            other=_code(done.other),
            member=_code(done.member),
            number=done.number,
            receipts=done.receipts,
            coupons=done.coupons,
        )

    @duplicates.command()
    def unmerge(
        number: Annotated[int, typer.Argument(metavar="MERGE", help="The merge's number.")], as_json: JsonOption = False
    ) -> None:
        """Undo a merge: each gets back what is left of their own."""
        with runtime.open_database():
            from django.utils import timezone

            from huitou.usecases.merge_members import part_members

            done = part_members(number, now=timezone.now(), actor=ACTOR)
        if as_json:
            typer.echo(json.dumps(asdict(done)))
            return
        say(
            N_("{other} is a member again: {receipts} receipts, {points} points, {coupons} coupons went back."),
            other=_code(done.other),
            receipts=done.receipts,
            points=done.points.get("points", 0),
            coupons=done.coupons,
        )


def _putting_aside(duplicates: typer.Typer, runtime: Runtime) -> None:
    @duplicates.command()
    def reject(pair: PairArgument, as_json: JsonOption = False) -> None:
        """Say that the two are two people; the pair never comes again."""
        with runtime.open_database():
            from django.utils import timezone

            from huitou.usecases.duplicates import reject_pair

            reject_pair(pair, now=timezone.now(), actor=ACTOR)
        if as_json:
            typer.echo(json.dumps({"pair": pair, "state": "rejected"}))
            return
        say(N_("Pair {number}: two people, and never shown again."), number=pair)

    @duplicates.command()
    def reopen(pair: PairArgument, as_json: JsonOption = False) -> None:
        """Let a pair that was said to be two people wait for a person again."""
        with runtime.open_database():
            from huitou.usecases.duplicates import reopen_pair

            reopen_pair(pair, actor=ACTOR)
        if as_json:
            typer.echo(json.dumps({"pair": pair, "state": "open"}))
            return
        say(N_("Pair {number} waits for a person again."), number=pair)


def _code(member: int) -> str:
    from huitou.kernel.ids import member_code

    return member_code(member)


def _cell(value: Any) -> str:
    """One value of a row in a line of the terminal."""
    if isinstance(value, list):
        return " ".join(f"{one['field']}={one['agrees']}({one['bits']})" for one in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return "-" if value in (None, "") else str(value)
