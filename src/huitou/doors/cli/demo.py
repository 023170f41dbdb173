"""`huitou demo`: a sample chain to look at, with a log-in for each role, until Ctrl-C."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Annotated

import typer

from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.serve import HostOption, PortOption, usual_web_processes
from huitou.doors.cli.words import say, translate
from huitou.kernel.errors import N_, InterruptedAfterwards
from huitou.usecases.sample_chain.places import MAIN_STORE
from huitou.usecases.sample_chain.terms import MEMBERS, MONTHS, SEED

CHAIN_NAME = "禾邻生活超市"
PASSWORD = "huitou-demo"  # noqa: S105 - printed on purpose: the sample chain's people are nobody


@dataclass(frozen=True, slots=True)
class LogIn:
    """A person of the sample chain who can log in."""

    username: str
    name: str
    role: str
    shown: str
    """What the box says about the role."""
    in_store: bool
    """Sees the main store alone."""


LOG_INS = (
    LogIn("admin", "沈静", "administrator", N_("administrator: everything"), in_store=False),
    LogIn("marketer", "周敏", "marketer", N_("marketer: the whole chain, phones masked"), in_store=False),
    LogIn(
        "service", "林晓", "service_agent", N_("service agent: members of the whole chain, no figures"), in_store=False
    ),
    LogIn("manager", "陈建国", "store_manager", N_("store manager: {store} alone"), in_store=True),
    LogIn("cashier", "吴晓燕", "cashier", N_("cashier: members of {store}"), in_store=True),
)

HALF = N_(
    "Interrupted. The sample chain is not whole: `huitou demo` goes on where it was, "
    "`huitou demo --clear` takes it away."
)
STEPS = {
    "people": N_("Drawing the members"),
    "months": N_("Month by month: receipts, points, the lake"),
    "refresh": N_("Layers, RFM and KPIs"),
    "done": N_("The sample chain is ready"),
}


def register(app: typer.Typer, runtime: Runtime) -> None:
    """Add the command."""

    @app.command()
    def demo(
        host: HostOption = "127.0.0.1",
        port: PortOption = 8000,
        members: Annotated[
            int, typer.Option(min=20, max=1_000_000, help="How many members the sample chain has when it is made.")
        ] = MEMBERS,
        months: Annotated[int, typer.Option(min=2, max=60, help="How many months its history has.")] = MONTHS,
        seed: Annotated[int, typer.Option(min=1, max=2**31, help="Another seed makes another chain.")] = SEED,
        no_serve: Annotated[bool, typer.Option("--no-serve", help="Make the chain and stop.")] = False,
        clear: Annotated[
            bool, typer.Option("--clear", help="Take away a sample chain that was stopped half way, and stop.")
        ] = False,
        yes: Annotated[bool, typer.Option("--yes", help="Do not ask before --clear.")] = False,
    ) -> None:
        """Show a sample chain: 12 stores, 20,000 members, two years of receipts, and a log-in for each role.

        A chain that was stopped half way is finished by the same command, or taken away by --clear.
        """
        if clear:
            with runtime.open_database():
                _clear(yes=yes)
            return
        if no_serve:
            with runtime.open_database():
                lay(members, months, seed)
            say(N_("The sample chain is ready; `huitou demo` shows it."))
            return
        with (
            runtime.serving(
                host=host, port=port, web_processes=usual_web_processes(), prepare=lambda: lay(members, months, seed)
            ) as site,
            suppress(KeyboardInterrupt),  # once it serves, Ctrl-C is the ordinary end, also while the box is drawn
        ):
            _show_log_ins(site.address)
            site.wait()
        say(N_("Huitou has stopped. The sample chain stays; `huitou demo` shows it again."))


def lay(members: int, months: int, seed: int) -> None:
    """Make the sample chain and its log-ins where they are missing."""
    from django.conf import settings
    from django.utils import timezone

    from huitou.access import service as access
    from huitou.catalogue import service as catalogue
    from huitou.usecases.sample_chain.disk import megabytes_needed
    from huitou.usecases.sample_chain.laying import lay_sample_chain
    from huitou.usecases.sample_chain.note import chain_in
    from huitou.usecases.sample_chain.terms import SampleChain

    folder, now = settings.LAKE_PATH.parent, timezone.localtime()
    known = chain_in(folder)
    there = known is not None and known.laid
    if known is not None and not known.laid and not known.clearing:
        say(
            N_("The sample chain that was stopped here is gone on with: {members} members, {months} months."),
            members=known.members,
            months=known.months,
        )
    elif not there:
        needed = megabytes_needed(SampleChain(seed, members, months, now.date()))
        say(N_("Making the sample chain; it needs {megabytes} MB of disk ..."), megabytes=needed)
    with _months_shown(quiet=there) as begin:
        try:
            lay_sample_chain(folder, seed=seed, members=members, months=months, now=now, begin=begin)
        except (KeyboardInterrupt, RuntimeError) as error:
            # What Ctrl-C becomes inside a query of the lake's engine.
            if isinstance(error, RuntimeError) and str(error) != "Query interrupted":
                raise
            begun = chain_in(folder)
            if begun is None or begun.laid:
                raise
            raise InterruptedAfterwards(HALF) from None
    if catalogue.chain() is None:
        catalogue.tell_chain(CHAIN_NAME, settings.LANGUAGE_CODE, settings.CURRENCY, settings.TIME_ZONE)
    store = next(store for store in catalogue.stores().values() if store.code == MAIN_STORE.code)
    for log_in in LOG_INS:
        access.ensure_user(
            username=log_in.username,
            name=log_in.name,
            role=log_in.role,
            password=PASSWORD,
            store_ids=[store.id] if log_in.in_store else [],
        )


def _clear(*, yes: bool) -> None:
    from django.conf import settings

    from huitou.usecases.sample_chain.clearing import clear_sample_chain, refuse_to_clear
    from huitou.usecases.sample_chain.taking_in import ACTOR

    folder = settings.LAKE_PATH.parent
    chain = refuse_to_clear(folder)
    if not yes:
        say(
            N_("Half a sample chain is here: {members} members, {months} months; nothing else will be touched."),
            members=chain.members,
            months=chain.months,
        )
        typer.confirm(translate(N_("Take all this away?")), abort=True)
    clear_sample_chain(folder, actor=ACTOR)
    say(N_("The sample chain is taken away. `huitou demo` lays a new one."))


@contextmanager
def _months_shown(*, quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """A bar that fills with the months: on a terminal only."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    screen = Console(stderr=True)
    if quiet or not screen.is_terminal:
        yield lambda step, done, total: None
        return
    with Progress(
        SpinnerColumn(), BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=screen
    ) as bar:
        task = bar.add_task(translate(STEPS["people"]), total=None)
        yield lambda step, done, total: bar.update(
            task, completed=done, total=total, description=f"{translate(STEPS[step])} {done}/{total}"
        )


def _show_log_ins(address: str) -> None:
    from rich.console import Console
    from rich.panel import Panel
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=True, header_style="dim", pad_edge=False, padding=(0, 3, 0, 0))
    for heading in (N_("User"), N_("Password"), N_("Who")):
        table.add_column(translate(heading))
    for log_in in LOG_INS:
        table.add_row(log_in.username, PASSWORD, translate(log_in.shown).format(store=MAIN_STORE.name))
    console = Console(stderr=True)
    console.print(Panel(table, title=Text(f"Huitou 回头  {address}", style="bold"), padding=(1, 2), expand=False))
    console.print(Text(translate(N_("Ctrl-C stops it."))), style="dim")
