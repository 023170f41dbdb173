"""`huitou till-check`: does a server keep every rule of the recording API, seen from a till?"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from huitou.doors.cli.runtime import Asked, Rule, Runtime
from huitou.doors.cli.words import translate
from huitou.kernel.errors import N_

BROKEN = 1
"""Exit code when a rule does not hold."""
_RECORD_HEAD = """# Each call, as it went over the line

Recorded by `huitou till-check URL --key KEY --record docs/till-examples.md`, with every option of that command, against
a demonstration chain. The key is left out: every call carries `Authorization: Bearer KEY`.
"""


def register(app: typer.Typer, runtime: Runtime) -> None:
    """Add the command."""

    @app.command("till-check")
    def till_check(
        url: Annotated[str, typer.Argument(metavar="URL", help="The server, as a browser opens it.")],
        key: Annotated[str, typer.Option("--key", metavar="KEY", help="An API key of the server.")],
        store: Annotated[
            str, typer.Option("--store", metavar="CODE", help="The store to sell in. Left out: the key's first.")
        ] = "",
        codes: Annotated[
            str,
            typer.Option(
                "--codes",
                metavar="CODES",
                help="Codes of four members, to spend by: `huitou member-code M1 M2 M3 M4`. The fourth pays with "
                "points as money, where they pay.",
            ),
        ] = "",
        coupons: Annotated[
            str,
            typer.Option(
                "--coupons", metavar="CODES", help="Codes of two live coupons for whoever bears them, to hold and use."
            ),
        ] = "",
        other_key: Annotated[
            str, typer.Option("--other-key", metavar="KEY", help="A key of another store, that must not sell in this.")
        ] = "",
        revoked_key: Annotated[
            str, typer.Option("--revoked-key", metavar="KEY", help="A key that was revoked, and opens nothing.")
        ] = "",
        as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON, for machines.")] = False,
        record: Annotated[
            Path | None, typer.Option("--record", metavar="FILE", help="Write every call into a Markdown file.")
        ] = None,
    ) -> None:
        """Try every rule of the recording API from a till's side. It sells, and brings everything back."""
        given = {
            "store": store,
            "codes": tuple(codes.split()),
            "coupons": tuple(coupons.split()),
            "other_key": other_key,
            "revoked_key": revoked_key,
        }
        checked = []
        for rule in runtime.check_till(url, key, **given):
            checked.append(rule)
            if not as_json:
                _show(rule)
        if record is not None:
            record.write_text(_recorded(checked), encoding="utf-8")
        broken = sum(not rule.holds for rule in checked)
        if as_json:
            shown = [{"rule": rule.rule, "holds": rule.holds, "found": rule.found} for rule in checked]
            typer.echo(json.dumps(shown, ensure_ascii=False, indent=1))
        else:
            told = translate(N_("{count} rules tried, {broken} do not hold."))
            typer.echo(told.format(count=len(checked), broken=broken))
        if broken:
            raise typer.Exit(BROKEN)


def _show(rule: Rule) -> None:
    typer.echo(f"{'✓' if rule.holds else '✗'} {translate(rule.rule)}")
    if not rule.holds:
        typer.echo(f"  → {rule.found}")


def _recorded(checked: Iterable[Rule]) -> str:
    parts = [_RECORD_HEAD]
    for rule in checked:
        parts.append(f"\n## {rule.rule}\n")
        parts += [_exchange(asked) for asked in rule.exchanges]
    return "".join(parts)


def _exchange(asked: Asked) -> str:
    question = [f"{asked.method} /api/v1{asked.path}", *asked.head, *([_pretty(asked.sent)] if asked.sent else [])]
    answer = [str(asked.status), *asked.told_head, _pretty(asked.told)]
    return "\n```http\n" + "\n".join(question) + "\n```\n\n```json\n" + "\n".join(answer) + "\n```\n"


def _pretty(text: str) -> str:
    """One object is laid out; lines of objects, and what is no JSON, stay as they are."""
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=1)
    except ValueError:
        return text.rstrip()
