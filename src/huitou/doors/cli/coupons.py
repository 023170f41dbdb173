"""`huitou coupons`: kinds, batches, and a single coupon's life."""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from huitou.doors.cli.offers import fen_of
from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.users import ACTOR
from huitou.doors.cli.words import say
from huitou.kernel.errors import N_

if TYPE_CHECKING:
    from huitou.offers.terms.coupons import BatchSeen

Json = Annotated[bool, typer.Option("--json", help="Answer as JSON, for machines.")]
BatchArgument = Annotated[int, typer.Argument(metavar="BATCH", help="The batch's number in the list.")]
WhyOption = Annotated[str, typer.Option(help="Why; it is kept.")]


def register(app: typer.Typer, runtime: Runtime) -> None:
    """Add the commands."""
    coupons = typer.Typer(help="Coupons: kinds, batches, a single one's life.", no_args_is_help=True)
    app.add_typer(coupons, name="coupons")
    _register_kinds(coupons, runtime)
    _register_issue(coupons, runtime)
    _register_looking(coupons, runtime)
    _register_void(coupons, runtime)


def _register_kinds(coupons: typer.Typer, runtime: Runtime) -> None:
    @coupons.command()
    def kinds(as_json: Json = False) -> None:
        """List every kind, with how many coupons of it are live, held, used, expired and void."""
        with runtime.open_database():
            from huitou.offers.service import coupons as service

            found = service.kinds()
        if as_json:
            typer.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=1, default=str))
            return
        for one in found:
            counts = (one.live, one.held, one.used, one.expired, one.void)
            typer.echo("\t".join((one.code, *map(str, counts), one.title)))

    @coupons.command("add-kind")
    def add_kind(
        code: Annotated[str, typer.Argument(metavar="KIND", help="What offers ask for: `valid.coupon`.")],
        title: Annotated[str, typer.Option(help="Its name, as people read it.")],
        terms: Annotated[str, typer.Option(help="What it is good for, as people read it.")] = "",
        worth: Annotated[str | None, typer.Option(help="What one takes off, for reports: 5.00.")] = None,
        threshold: Annotated[str | None, typer.Option(help="From which spend on, for reports: 38.00.")] = None,
        personal: Annotated[bool, typer.Option("--personal", help="Belongs to a member, who proves it.")] = False,
        transferable: Annotated[bool, typer.Option("--transferable", help="And yet good in anybody's hand.")] = False,
        valid_from: Annotated[str | None, typer.Option(help="The first day: 2026-12-01.")] = None,
        valid_until: Annotated[str | None, typer.Option(help="The last day, included.")] = None,
        valid_days: Annotated[int | None, typer.Option(help="Days from the one on which it is granted.")] = None,
        store: Annotated[list[str] | None, typer.Option(help="A store that takes it; several times.")] = None,
    ) -> None:
        """Make a kind of coupon; the same again changes nothing. A kind does not change: people hold coupons of it."""
        with runtime.open_database():
            from huitou.catalogue import service as catalogue
            from huitou.catalogue.errors import StoreUnknown
            from huitou.offers.terms.coupons import KindSeen
            from huitou.usecases.coupons import make_kind

            known = catalogue.stores_of(store or ())
            for one in store or ():
                if one not in known:
                    raise StoreUnknown(store=one)
            kind = KindSeen(
                code, title, terms, fen_of(worth), fen_of(threshold), personal, transferable, _day(valid_from),
                _day(valid_until), valid_days, tuple(sorted(known[one].id for one in store or ())),
            )  # fmt: skip
            new = make_kind(kind, actor=ACTOR)
        say(N_("The kind {kind} is made.") if new else N_("The kind {kind} is there already."), kind=code)


def _register_issue(coupons: typer.Typer, runtime: Runtime) -> None:
    @coupons.command()
    def issue(
        kind: Annotated[str, typer.Argument(metavar="KIND")],
        name: Annotated[str, typer.Option(help="Your own name for the batch: the same again goes on with it.")],
        count: Annotated[int, typer.Option(help="So many coupons, for whoever bears them.")] = 0,
        member: Annotated[list[str] | None, typer.Option(help="M00000042: one for this member; several times.")] = None,
        as_json: Json = False,
    ) -> None:
        """Issue a batch. Interrupted, the same command goes on with it, to the very codes that it would have had."""
        with runtime.open_database():
            from django.utils.timezone import localdate

            from huitou.kernel.ids import member_number
            from huitou.members import service as members
            from huitou.usecases.coupons import begin_batch, issue_batch

            # `member` refuses whom nobody knows.
            people = [members.member(member_number(one) or 0).id for one in member] if member else None
            today = localdate()
            begun = begin_batch(kind, name, actor=ACTOR, today=today, count=count, members=people)
            batch = issue_batch(begun.id, today=today, progress=None if as_json else _tell)
        if as_json:
            typer.echo(json.dumps(asdict(batch), ensure_ascii=False, default=str))
        else:
            say(N_("Batch {batch}: {issued} coupons are issued."), batch=batch.id, issued=batch.issued)


def _tell(issued: int, wanted: int) -> None:
    typer.echo(f"\r{issued:,} / {wanted:,}", nl=issued == wanted, err=True)


def _register_looking(coupons: typer.Typer, runtime: Runtime) -> None:
    @coupons.command("batches")
    def listed(kind: Annotated[str | None, typer.Argument(metavar="KIND")] = None, as_json: Json = False) -> None:
        """List the newest batches."""
        with runtime.open_database():
            from huitou.offers.service import coupons as service

            found: list[BatchSeen] = service.batches(kind)
        if as_json:
            typer.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=1, default=str))
            return
        for one in found:
            typer.echo(f"{one.id}\t{one.kind}\t{one.issued} / {one.wanted}\t{one.made_at:%Y-%m-%d}\t{one.name or '-'}")

    @coupons.command()
    def show(code: Annotated[str, typer.Argument(metavar="CODE")]) -> None:
        """Show a coupon, whose it is, and every receipt that used it, as JSON."""
        with runtime.open_database():
            from huitou.kernel.ids import member_code
            from huitou.offers.service import coupons as service

            seen, member, uses = service.coupon(code)
        told = {**asdict(seen), "member": member_code(member) if member else None, "uses": [asdict(u) for u in uses]}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1, default=str))

    @coupons.command()
    def export(batch: BatchArgument) -> None:
        """Write the codes of a batch as CSV. Whoever has them can spend them: the audit trail says who read them."""
        with runtime.open_database():
            from huitou.usecases.coupons import export_codes

            writer = csv.DictWriter(sys.stdout, ("code", "state", "member"))
            writer.writeheader()
            writer.writerows(export_codes(batch, actor=ACTOR))


def _register_void(coupons: typer.Typer, runtime: Runtime) -> None:
    @coupons.command()
    def void(
        code: Annotated[str | None, typer.Argument(metavar="CODE", help="One coupon; left out: --batch.")] = None,
        batch: Annotated[int | None, typer.Option(help="All coupons of a batch.")] = None,
        why: WhyOption = "",
    ) -> None:
        """Make a coupon or a batch worthless. What was used, or is promised to a basket now, stays."""
        if (code is None) == (batch is None):
            raise typer.BadParameter("CODE / --batch")
        with runtime.open_database():
            from django.utils.timezone import localdate

            from huitou.usecases.coupons import void_batch, void_coupon

            if batch is not None:
                voided, staying = void_batch(batch, actor=ACTOR, today=localdate(), why=why)
                words = N_("{voided} coupons are void, {staying} stay as they are.")
            else:
                voided, staying = void_coupon(code or "", actor=ACTOR, today=localdate(), why=why)
                stays = N_("Coupon {code} stays as it is: it is not live.")
                words = N_("Coupon {code} is void.") if voided else stays
        say(words, voided=voided, staying=staying, code=code)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(text) from error
