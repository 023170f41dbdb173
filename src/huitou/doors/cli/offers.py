"""`huitou offers`: promotions in the books, from the draft to the till."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from huitou.doors.cli.price import NotJson
from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.users import ACTOR
from huitou.doors.cli.words import say, translate
from huitou.kernel.cells import read_fen
from huitou.kernel.errors import N_
from huitou.kernel.money import Money

Json = Annotated[bool, typer.Option("--json", help="Answer as JSON, for machines.")]
CodeArgument = Annotated[str, typer.Argument(metavar="CODE", help="The offer's code.")]
WhyOption = Annotated[str, typer.Option(help="Why; it is kept.")]


def register(app: typer.Typer, runtime: Runtime) -> None:
    """Add the commands."""
    offers = typer.Typer(help="Promotions: draft, switch on, pause, end.", no_args_is_help=True)
    app.add_typer(offers, name="offers")
    _register_list(offers, runtime)
    _register_show(offers, runtime)
    _register_put(offers, runtime)
    _register_switches(offers, runtime)
    _register_approval(offers, runtime)


def _register_list(offers: typer.Typer, runtime: Runtime) -> None:
    @offers.command("list")
    def listed(as_json: Json = False) -> None:
        """List every offer: how it stands, what it cost, how often it was applied."""
        with runtime.open_database():
            from django.utils import timezone

            from huitou.offers.service import programmes

            found = programmes.offers(timezone.now())
        if as_json:
            typer.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=1, default=str))
            return
        if not found:
            say(N_("There is no offer yet. `huitou offers put FILE` drafts one."))
        for one in found:
            of = f" / {_yuan(one.terms.budget_fen)}" if one.terms.budget_fen is not None else ""
            typer.echo(
                "\t".join(
                    (one.code, one.state, one.kind, f"v{one.version}", f"{_yuan(one.spent_fen)}{of}",
                     f"× {one.uses}", one.name)
                ).rstrip()
            )  # fmt: skip


def _register_show(offers: typer.Typer, runtime: Runtime) -> None:
    @offers.command()
    def show(code: CodeArgument) -> None:
        """Show an offer with every version of it, as JSON."""
        with runtime.open_database():
            from django.utils import timezone

            from huitou.offers.service import programmes

            told: dict[str, Any] = asdict(programmes.offer(code, timezone.now()))
            told["versions"] = [asdict(one) for one in programmes.versions_of(code)]
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1, default=str))


def _register_put(offers: typer.Typer, runtime: Runtime) -> None:
    @offers.command()
    def put(
        file: Annotated[str, typer.Argument(metavar="FILE", help="An offer, or a list of them, as JSON; - is stdin.")],
        budget: Annotated[str | None, typer.Option(help="It closes when so much was given: 5000.00.")] = None,
        uses: Annotated[int | None, typer.Option(help="It closes after so many applications.")] = None,
        per_member: Annotated[int | None, typer.Option(help="Applications for each member.")] = None,
        per_member_day: Annotated[int | None, typer.Option(help="The same on one day.")] = None,
        per_store_day: Annotated[int | None, typer.Option(help="Applications in each store on one day.")] = None,
        per_member_month: Annotated[
            str | None, typer.Option(help="A quota: so much off for each member in a month, 200.00.")
        ] = None,
        note: Annotated[str, typer.Option(help="What was changed; it is kept.")] = "",
        on: Annotated[bool, typer.Option("--on", help="And switch it on at once.")] = False,
        as_json: Json = False,
    ) -> None:
        """Draft an offer, or its next version. What stands at the tills stays until it is switched on.

        docs/offers/index.md describes the document; the id in it is the offer's code.
        """
        documents = _documents(file)
        told = []
        with runtime.open_database():
            from django.db import transaction

            from huitou.offers.errors import OfferNotApproved
            from huitou.offers.terms.kept import OfferTerms
            from huitou.usecases.promotions import draft_offer, submit_offer, switch_on

            terms = OfferTerms(
                fen_of(budget), uses, per_member, per_member_day, per_store_day, fen_of(per_member_month)
            )
            with transaction.atomic():
                for document in documents:
                    drafted = draft_offer(document, terms, actor=ACTOR, note=note)
                    programme = waits = None
                    try:
                        programme = switch_on(document["id"], actor=ACTOR) if on else None
                    except OfferNotApproved:  # above the limit: it is drafted, and handed in for the second person
                        waits = submit_offer(document["id"], actor=ACTOR).state == "waiting"
                    told.append((document["id"], drafted, programme, waits))
        if as_json:
            rows = [
                {"code": code, "version": drafted.version, "new": drafted.new, "programme": programme,
                 **({"waits": True} if waits else {}),
                 "warnings": [{"code": w.code, "where": w.where} for w in drafted.warnings]}
                for code, drafted, programme, waits in told
            ]  # fmt: skip
            typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
            return
        for code, drafted, _, waits in told:
            for warning in drafted.warnings:
                sentence = translate(warning.says).format(offer=code, where=warning.where)
                say(N_("Warning: {message} {next_step} [{code}]"), message=sentence,
                    next_step=translate(warning.next_step), code=warning.code)  # fmt: skip
            said = N_("{offer}: version {version}.") if drafted.new else N_("{offer}: nothing new, version {version}.")
            say(said, offer=code, version=drafted.version)
            if waits:
                said = N_(
                    "Version {version} is not on: a second person has to approve it, in the console under Offers."
                )
                say(said, version=drafted.version)


def _register_switches(offers: typer.Typer, runtime: Runtime) -> None:
    @offers.command("on")
    def switch(
        code: CodeArgument,
        version: Annotated[int | None, typer.Option(help="An earlier approved version; left out: the newest.")] = None,
    ) -> None:
        """Let an offer price baskets, from its first moment on."""
        with runtime.open_database():
            from huitou.usecases.promotions import switch_on

            programme = switch_on(code, actor=ACTOR, version=version)
        say(N_("{offer} is on. The programme's version is {programme}."), offer=code, programme=programme)

    @offers.command()
    def pause(code: CodeArgument, why: WhyOption = "") -> None:
        """Stop an offer in every till within two seconds, until it is switched on again."""
        with runtime.open_database():
            from huitou.usecases.promotions import pause_offer

            programme = pause_offer(code, actor=ACTOR, why=why)
        say(N_("{offer} is paused. The programme's version is {programme}."), offer=code, programme=programme)

    @offers.command()
    def end(code: CodeArgument, why: WhyOption = "") -> None:
        """End an offer for good."""
        with runtime.open_database():
            from huitou.usecases.promotions import end_offer

            programme = end_offer(code, actor=ACTOR, why=why)
        say(N_("{offer} has ended. The programme's version is {programme}."), offer=code, programme=programme)

    @offers.command()
    def submit(code: CodeArgument) -> None:
        """Hand the newest version in. Where a second person has to approve it, they do so in the console."""
        with runtime.open_database():
            from huitou.usecases.promotions import submit_offer

            seen = submit_offer(code, actor=ACTOR)
        say(N_("{offer}: version {version} is {state}."), offer=code, version=seen.number, state=seen.state)


def _register_approval(offers: typer.Typer, runtime: Runtime) -> None:
    @offers.command("approval-above")
    def approval_above(
        amount: Annotated[
            str | None, typer.Argument(metavar="AMOUNT", help="5000.00, or none; left out: shows it.")
        ] = None,
        note: Annotated[str, typer.Option(help="Why; it is kept.")] = "",
    ) -> None:
        """Above which budget a second person approves an offer; an offer without a budget is above every one."""
        with runtime.open_database():
            from huitou.offers.service import programmes
            from huitou.usecases.promotions import set_approval_above

            if amount is not None:
                set_approval_above(None if amount == "none" else fen_of(amount), actor=ACTOR, note=note)
            above = programmes.approval_above()
        typer.echo("none" if above is None else _yuan(above))


def _documents(file: str) -> list[dict[str, Any]]:
    name = translate(N_("Standard input")) if file == "-" else file
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8-sig")
        found = json.loads(text)
    except OSError as error:
        raise NotJson(name=name, why=error.strerror) from error
    except (ValueError, RecursionError) as error:
        raise NotJson(name=name, why=str(error)[:100]) from error
    listed = found if isinstance(found, list) else [found]
    if not all(isinstance(one, dict) for one in listed):
        raise NotJson(name=name, why=translate(N_("an offer is an object, and several are a list of them")))
    return listed


def fen_of(text: str | None) -> int | None:
    """`5000.00` or `5000` as fen."""
    if text is None:
        return None
    fen = read_fen(text)
    if fen is None or fen < 0:
        raise typer.BadParameter(translate(N_("{text} is no amount such as 5000.00.")).format(text=text))
    return fen


def _yuan(fen: int) -> str:
    return str(Money(fen))
