"""`huitou doctor`: what is wrong with this installation and what to do."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.words import translate
from huitou.kernel.errors import N_

MARKS = {"ok": "✓", "warn": "!", "error": "✗"}
COLOURS = {"ok": typer.colors.GREEN, "warn": typer.colors.YELLOW, "error": typer.colors.RED}
TROUBLE = 1
"""Exit code when a check found an error."""


def register(app: typer.Typer, runtime: Runtime) -> None:
    """Add the command."""

    @app.command()
    def doctor(
        as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON, for machines.")] = False,
    ) -> None:
        """Check this installation: what is wrong, what it means, what to do."""
        findings = runtime.check_installation()
        if as_json:
            shown = [
                {"check": f.check, "status": f.status, "meaning": f.meaning, "next_step": f.next_step} for f in findings
            ]
            typer.echo(json.dumps({"findings": shown}, ensure_ascii=False, indent=1))
        else:
            for finding in findings:
                mark = typer.style(MARKS[finding.status], fg=COLOURS[finding.status])
                typer.echo(f"{mark} {finding.meaning}")
                if finding.next_step:
                    typer.echo(f"  → {finding.next_step}")
            errors = sum(finding.status == "error" for finding in findings)
            warnings = sum(finding.status == "warn" for finding in findings)
            summary = N_("{count} checks: {errors} errors, {warnings} warnings.")
            typer.echo(translate(summary).format(count=len(findings), errors=errors, warnings=warnings))
        if any(finding.status == "error" for finding in findings):
            raise typer.Exit(TROUBLE)
