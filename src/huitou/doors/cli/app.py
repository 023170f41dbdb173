"""The command `huitou`: which subcommands there are, and how every refusal is said.

A subcommand is a module beside this one with `register(app, runtime)`, and one line in COMMANDS. It imports
Django, services and use cases inside its function, after `with runtime.open_database():`, so that `huitou --help`
and commands without a database stay quick.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from huitou.doors.cli import (
    analyse,
    apikeys,
    audit,
    conflicts,
    coupons,
    cutover,
    demo,
    doctor,
    drops,
    duplicates,
    household,
    import_files,
    imports,
    kpis,
    labels,
    layers,
    ledger,
    mappings,
    member_code,
    members,
    offers,
    points,
    price,
    product,
    quality,
    refresh,
    segments,
    serve,
    staff,
    tags,
    till,
    till_check,
    users,
)
from huitou.doors.cli.mistyped import mistyped
from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.words import say, translate
from huitou.kernel.errors import N_, HuitouError, InterruptedAfterwards, filled

COMMANDS = (
    serve,
    import_files,
    cutover,
    imports,
    mappings,
    drops,
    refresh,
    kpis,
    analyse,
    quality,
    layers,
    members,
    segments,
    staff,
    tags,
    member_code,
    duplicates,
    household,
    price,
    offers,
    coupons,
    points,
    product,
    labels,
    users,
    apikeys,
    till,
    till_check,
    conflicts,
    audit,
    ledger,
    demo,
    doctor,
)
"""In the order of `huitou --help`."""

REFUSED, INTERRUPTED = 2, 130
"""Exit codes."""

DONE_BEFORE_THE_END = N_("Interrupted. The step that was under way has been undone; what was finished before it stays.")
"""Not every command is one transaction: a sample chain is laid month by month."""


def build(runtime: Runtime) -> typer.Typer:
    """The command with all its subcommands."""
    app = typer.Typer(
        name="huitou",
        help="Huitou: who the regulars of a supermarket chain are, from its receipts: members, points, layers, KPIs.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback(invoke_without_command=True)
    def huitou(version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False) -> None:
        if version:
            typer.echo(f"huitou {runtime.version}")
            raise typer.Exit

    for command in COMMANDS:
        command.register(app, runtime)
    return app


def run(runtime: Runtime, arguments: Sequence[str]) -> int:
    """Run one command line. The exit code: 0 done, 2 refused, 130 interrupted."""
    command = typer.main.get_command(build(runtime))
    return explained(lambda: command(args=list(arguments), prog_name="huitou", standalone_mode=False), arguments)


def explained(command: Callable[[], object], arguments: Sequence[str]) -> int:
    """Run `command`; whatever it refuses is said with its next step."""
    try:
        code = command()
    except HuitouError as refusal:
        refuse(refusal, as_json="--json" in arguments)
        return REFUSED
    except InterruptedAfterwards as after:
        say(after.says, **after.facts)
        return INTERRUPTED
    except (KeyboardInterrupt, typer.Abort):  # a prompt that is left raises Abort, which is a RuntimeError
        code = INTERRUPTED
    except RuntimeError as error:
        if str(error) != "Query interrupted":  # what Ctrl-C becomes inside a query of the lake's engine
            raise
        code = INTERRUPTED
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        if not hasattr(error, "exit_code"):
            raise
        refuse(mistyped(error), as_json="--json" in arguments)
        return error.exit_code
    if code == INTERRUPTED:
        say(DONE_BEFORE_THE_END)
    return code if isinstance(code, int) else 0


def refuse(refusal: HuitouError, *, as_json: bool) -> None:
    """What happened and what to do, for the person; with --json also for the machine, on standard output."""
    message = filled(refusal.message, refusal.facts, translate, raw=True)
    next_step = filled(refusal.next_step, refusal.facts, translate, raw=True)
    sys.stderr.write(f"{message}\n{next_step}\n[{refusal.code}]\n")
    if as_json:
        answer = {"code": refusal.code, "message": message, "next_step": next_step}
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
