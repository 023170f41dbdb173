"""`huitou price`: what a basket costs, from a file, with no database and no web framework."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.words import say, translate
from huitou.kernel.errors import N_, HuitouError


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
            _explain(answer)
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
    for one in answer["warnings"]:
        say(N_("Warning: {message} {next_step} [{code}]"), **one)
    if answer["cut"]:
        facts = {"deadline": deadline_ms, "amount": answer["at_most_better"], "more": deadline_ms * 10}
        say(N_("Cut after {deadline} ms: at most {amount} are missed. `--deadline {more}` gives more time."), **facts)


def _explain(answer: dict[str, Any]) -> None:
    from rich.console import Console

    console = Console()
    console.print(_units(answer))
    console.print(_totals(answer))
    for benefit in answer["benefits"]:
        console.print(f"+ {_named(benefit)}: {_given(benefit['given'])}", highlight=False, markup=False)
    if answer["points"]:
        console.print(
            translate(N_("{points} points will be earned.")).format(points=answer["points"]),
            highlight=False,
            markup=False,
        )
    from huitou.offers.service import reason_text

    for one in answer["not_applied"]:
        missing = one["missing_amount"] or one["missing_pieces"]
        more = translate(N_("{missing} more")).format(missing=missing) if missing else ""
        text = " ".join(filter(None, (translate(reason_text(one["reason"])), more)))
        console.print(f"- {_named(one)}: {text}", highlight=False, markup=False)
    for one in answer["suggestions"]:
        if one["coupon"]:
            hint = translate(N_("Coupon {coupon} would save {saves}.")).format(**one)
        else:
            hint = translate(N_("{offer}: may be taken along for {at_price}.")).format(**one)
        console.print(f"? {hint}", highlight=False, markup=False)
    if not answer["optimal"]:
        text = translate(N_("Another combination could save at most {amount} more."))
        console.print(text.format(amount=answer["at_most_better"]), highlight=False, markup=False)


def _units(answer: dict[str, Any]) -> Any:
    from rich.markup import escape
    from rich.table import Table

    table = Table()
    for heading in (N_("Product"), N_("Pieces"), N_("Full price"), N_("To pay"), N_("Offers")):
        table.add_column(translate(heading), justify="left" if heading in ("Product", "Offers") else "right")
    for unit in answer["units"]:
        takings = ", ".join(f"{taking['offer']} -{taking['off']}" for taking in unit["takings"])
        table.add_row(escape(unit["sku"]), str(unit["pieces"]), unit["before"], unit["after"], escape(takings))
    return table


def _totals(answer: dict[str, Any]) -> Any:
    from rich.markup import escape
    from rich.table import Table

    rows = [(translate(N_("Full price")), answer["total_before"])]
    rows += [(_named(one), f"-{one['off']}") for one in answer["applied"]]
    rows.append((translate(N_("To pay")), answer["total"]))
    if answer["delivery"] != "0.00":
        rows.append((translate(N_("Delivery")), answer["delivery"]))
    rows += [(tender["id"], f"-{tender['amount']}") for tender in answer["tenders"]]
    if answer["tenders"] or answer["delivery"] != "0.00":
        rows.append((translate(N_("Still due")), answer["due"]))
    grid = Table.grid(padding=(0, 2))
    grid.add_column()
    grid.add_column(justify="right")
    for row in rows:
        grid.add_row(*(escape(cell) for cell in row))
    return grid


def _named(one: dict[str, Any]) -> str:
    return one["name"] or one["offer"]


def _given(given: dict[str, Any]) -> str:
    words = []
    for what, value in given.items():
        if what == "gifts":
            words += [f"{gift['sku']} × {gift['pieces']}" for gift in value]
        elif what == "coupons":
            words += [f"{coupon['kind']} × {coupon['count']}" for coupon in value]
        else:
            words.append(f"{what} {value}")
    return ", ".join(words)
