"""Runs in a process of its own, inside a copy of the tree: plant, lint, take the planting out again.

Reads a JSON list of `{"contract", "path", "text"}` from standard input and writes what each lint printed.
It is a process of its own, because import-linter finds the package by Python's import path, which the tests
have taken.
"""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path

from importlinter.application.output import console
from importlinter.cli import lint_imports


def lint(contract: str) -> dict[str, object]:
    """Lint one contract, or all of them where `contract` is empty."""
    chosen = (contract,) if contract else ()
    with console.capture() as said, contextlib.redirect_stdout(sys.stderr):
        status = lint_imports(limit_to_contracts=chosen, cache_dir="cache", no_logo=True)
    return {"kept": status == 0, "said": said.get()}


def plant_and_lint(contract: str, path: str, text: str) -> dict[str, object]:
    file = Path("src/huitou") / path
    before = file.read_text() if file.exists() else None
    file.write_text((before or "") + "\n" + text + "\n")
    try:
        return lint(contract)
    finally:
        if before is None:
            file.unlink()
        else:
            file.write_text(before)


if __name__ == "__main__":
    sys.path.insert(0, str(Path("src").resolve()))
    json.dump([plant_and_lint(**planting) for planting in json.load(sys.stdin)], sys.stdout)
