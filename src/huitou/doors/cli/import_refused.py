"""`huitou import refused|fix|take|dismiss`: rows that an import refused are looked at, mended, and taken in later."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from huitou.doors.cli import import_reports
from huitou.doors.cli.import_described import ACTOR
from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.words import say, translate
from huitou.kernel.errors import N_, HuitouError
from huitou.usecases import import_words

if TYPE_CHECKING:
    from huitou.receipts.terms.imports import RefusedRow

NumberArgument = Annotated[int, typer.Argument(metavar="IMPORT", help="Its number, as `huitou imports` lists it.")]
RowsOption = Annotated[list[int] | None, typer.Option("--row", help="A row of the file; may be repeated.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer as JSON, for machines.")]


class FixUnclear(HuitouError):
    code = "fix_unclear"
    message = N_("It is not clear what is to be changed.")
    next_step = N_("Write --row 12 --set sku=1001, or --field sku --from 1O01 --to 1001 for every waiting row.")


class DismissUnclear(HuitouError):
    code = "dismiss_unclear"
    message = N_("It is not clear which rows are not wanted.")
    next_step = N_("Write --row 12, once for each, or --code ragged for all of that reason.")


def register(imports: typer.Typer, runtime: Runtime) -> None:
    """Add the commands to `huitou import`."""
    _register_refused(imports, runtime)
    _register_fix(imports, runtime)
    _register_take(imports, runtime)
    _register_dismiss(imports, runtime)


def _register_refused(imports: typer.Typer, runtime: Runtime) -> None:
    @imports.command()
    def refused(
        number: NumberArgument,
        code: Annotated[str | None, typer.Option(help="Those refused for this reason only.")] = None,
        everything: Annotated[bool, typer.Option("--all", help="Also what was taken since or dismissed.")] = False,
        after: Annotated[int, typer.Option(help="Behind this row of the file.")] = 0,
        limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many.")] = 100,
        as_json: JsonOption = False,
    ) -> None:
        """List the rows that import IMPORT refused and that wait, with their reasons. Phones show their mask only."""
        with runtime.open_database():
            from huitou.receipts.service import import_life, quarantine

            import_life.import_seen(number)
            rows = quarantine.refused_rows(number, code=code, waiting=not everything, after=after, limit=limit)
        if as_json:
            typer.echo(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=1))
            return
        if not rows:
            say(N_("No row waits."))
        for row in rows:
            typer.echo(_in_words(row))


def _in_words(row: RefusedRow) -> str:
    reason = translate(row.detail).format(**row.facts)
    cells = ", ".join(f"{field}={text}" for field, text in (dict(row.cells) | dict(row.mended)).items())
    return f"{row.row_number}\t{row.code}\t{row.state}\t{reason}\t{cells}"


def _register_fix(imports: typer.Typer, runtime: Runtime) -> None:
    @imports.command()
    def fix(
        number: NumberArgument,
        row: RowsOption = None,
        cells: Annotated[
            list[str] | None, typer.Option("--set", metavar="FIELD=TEXT", help="A cell of these rows; once per field.")
        ] = None,
        field: Annotated[str | None, typer.Option(help="The field whose wrong value is replaced everywhere.")] = None,
        old: Annotated[str | None, typer.Option("--from", help="The wrong value; left out: an empty cell.")] = None,
        new: Annotated[str | None, typer.Option("--to", help="The right value.")] = None,
        as_json: JsonOption = False,
    ) -> None:
        """Change cells of rows that wait: of some rows, or one wrong value of a field in all of them."""
        by_row = bool(row) and bool(cells) and field is None and new is None
        if by_row == (field is not None and new is not None and not row and not cells):
            raise FixUnclear()
        with runtime.open_database():
            from huitou.access import service as access
            from huitou.usecases import mend_rows

            if by_row:
                said = dict(pair.partition("=")[::2] for pair in cells or [])
                changed = mend_rows.mend_cells(number, row or [], said)
                for one in row or []:
                    access.note_by(ACTOR, "refused_row_mended", f"import:{number}", row=one, fields=sorted(said))
            else:
                changed = mend_rows.replace_everywhere(number, field or "", old or "", new or "")
                access.note_by(ACTOR, "refused_rows_replaced", f"import:{number}", field=field, rows=changed)
        if as_json:
            typer.echo(json.dumps({"import": number, "rows_changed": changed}))
        else:
            say(N_("{count} rows are changed. `huitou import take {number}` takes in what is whole now."),
                count=changed, number=number)  # fmt: skip


def _register_take(imports: typer.Typer, runtime: Runtime) -> None:
    @imports.command()
    def take(
        number: NumberArgument,
        dry_run: Annotated[bool, typer.Option(help="Say what would be taken, and take nothing.")] = False,
        as_json: JsonOption = False,
    ) -> None:
        """Take in what waits of import IMPORT and is whole now, as an import of its own. Nothing is taken twice."""
        with runtime.open_database():
            from django.utils import timezone

            from huitou.access import service as access
            from huitou.usecases.load_lake import hear_facts
            from huitou.usecases.mend_rows import take_refused

            def note(report: object) -> None:
                """In the import's own transaction: what was refused leaves no line."""
                if not dry_run:
                    access.note_by(ACTOR, "import_mend_started", f"import:{number}")

            report = take_refused(number, now=timezone.now(), actor=ACTOR, dry_run=dry_run, then=note)
            if not dry_run:
                hear_facts()
        plain = import_reports.as_plain(report)
        if as_json:
            typer.echo(json.dumps(plain, ensure_ascii=False, indent=1))
        else:
            say(N_("{taken} rows taken, {known} known already, {refused} refused again."),
                taken=import_words.takes(plain), known=plain.get("rows_repeated", 0), refused=plain["rows_refused"],
            )  # fmt: skip


def _register_dismiss(imports: typer.Typer, runtime: Runtime) -> None:
    @imports.command()
    def dismiss(
        number: NumberArgument,
        because: Annotated[str, typer.Option(help="Why they are not wanted.")],
        row: RowsOption = None,
        code: Annotated[str | None, typer.Option(help="All that were refused for this reason.")] = None,
        as_json: JsonOption = False,
    ) -> None:
        """Say that refused rows are not wanted. They stay listed with --all."""
        if bool(row) == (code is not None):
            raise DismissUnclear()
        with runtime.open_database():
            from huitou.access import service as access
            from huitou.receipts.service import quarantine

            changed = quarantine.dismiss_rows(number, row_numbers=row or None, code=code, because=because, actor=ACTOR)
            access.note_by(ACTOR, "refused_rows_dismissed", f"import:{number}", rows=changed, because=because)
        if as_json:
            typer.echo(json.dumps({"import": number, "rows_dismissed": changed}))
        else:
            say(N_("{count} rows are dismissed."), count=changed)
