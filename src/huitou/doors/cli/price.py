"""`huitou price`: what a basket costs, from a file, with no database and no web framework."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from huitou.doors.cli import price_table
from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.words import say, translate
from huitou.kernel.errors import N_, HuitouError

MOST_WARNINGS = 20
"""Lines on standard error; all of them stand in the answer."""


class NotJson(HuitouError):
    """What should be priced is no JSON document."""

    code = "price_not_json"
    message = N_("{name} is not a JSON document: {why}.")
    next_step = N_("Give a file as docs/offers/index.md describes, or `-` for standard input.")


class TooLarge(HuitouError):
    """More than a request holds; seen before anything is read of it."""

    code = "price_too_large"
    message = N_("{name} is larger than {most} MB.")
    next_step = N_("Leave out offers that cannot touch the basket; docs/offers/index.md says how large it may be.")


def register(app: typer.Typer, runtime: Runtime) -> None:
    """Add the command."""

    @app.command()
    def price(
        file: Annotated[
            str, typer.Argument(metavar="FILE", help="A basket with its offers as JSON; - is standard input.")
        ],
        explain: Annotated[bool, typer.Option("--explain", help="A table for the cashier instead of JSON.")] = False,
        deadline_ms: Annotated[
            int,
            typer.Option("--deadline", min=1, max=3_600_000, help="Milliseconds until the answer must be there."),
        ] = 30,
        as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON, also what is refused.")] = False,
    ) -> None:
        """Price a basket: the best legal combination of its offers. Reads the file alone and writes nothing.

        Offers that are probably not meant so are warned of on standard error, and in the answer under `warnings`.
        """
        from huitou.offers.service import price_json

        answer = price_json(_document(file), clock=time.perf_counter_ns, deadline_ms=deadline_ms)
        for one in answer["warnings"]:
            _translate(one)
        if explain and not as_json:
            price_table.show(answer)
        else:
            typer.echo(json.dumps(answer, ensure_ascii=False, indent=1))
        _warn(answer, deadline_ms)


def _document(file: str) -> Any:
    name = translate(N_("Standard input")) if file == "-" else file
    from huitou.offers.service import LARGEST_DOCUMENT, parse_request

    try:
        if file == "-":
            text = sys.stdin.buffer.read(LARGEST_DOCUMENT + 1)
        else:
            with Path(file).open("rb") as opened:
                text = opened.read(LARGEST_DOCUMENT + 1)
        if len(text) > LARGEST_DOCUMENT:
            raise TooLarge(name=name, most=LARGEST_DOCUMENT // 1_000_000)
        return parse_request(text)
    except OSError as error:
        raise NotJson(name=name, why=error.strerror) from error
    except (ValueError, RecursionError) as error:
        raise NotJson(name=name, why=str(error)[:100]) from error


def _translate(warning: dict[str, Any]) -> None:
    from huitou.offers.service import warning_text

    sentence, next_step = warning_text(warning["code"])
    warning["message"] = translate(sentence).format(offer=warning["offer"], where=warning["where"])
    warning["next_step"] = translate(next_step)


def _warn(answer: dict[str, Any], deadline_ms: int) -> None:
    """What the person should look at, beside the answer."""
    for one in answer["warnings"][:MOST_WARNINGS]:
        say(N_("Warning: {message} {next_step} [{code}]"), **one)
    if len(answer["warnings"]) > MOST_WARNINGS:
        say(N_("And {count} more warnings, in the JSON."), count=len(answer["warnings"]) - MOST_WARNINGS)
    if answer["cut"]:
        facts = {"deadline": deadline_ms, "amount": answer["at_most_better"], "more": deadline_ms * 10}
        say(N_("Cut after {deadline} ms: at most {amount} are missed. `--deadline {more}` gives more time."), **facts)
