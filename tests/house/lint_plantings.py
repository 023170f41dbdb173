"""Runs in a process of its own, inside a copy of the tree: plant, lint, take the planting out again.

Reads a JSON list of lists of [contract, path, text] from standard input: what is planted together. Writes what each
lint printed.
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


def lint(contracts: set[str]) -> dict[str, object]:
    """Lint these contracts, or all of them where none is named."""
    with console.capture() as said, contextlib.redirect_stdout(sys.stderr):
        status = lint_imports(limit_to_contracts=tuple(sorted(contracts)), cache_dir="cache", no_logo=True)
    return {"kept": status == 0, "said": said.get()}


def plant_and_lint(together: list[tuple[str, str, str]]) -> dict[str, object]:
    """Plantings as (contract, path, text), each in a file of its own."""
    before: dict[Path, str | None] = {}
    for _, path, text in together:
        file = Path("src/huitou") / path
        assert file not in before
        before[file] = file.read_text() if file.exists() else None
        file.write_text((before[file] or "") + "\n" + text + "\n")
    try:
        return lint({contract for contract, _, _ in together if contract})
    finally:
        for file, earlier in before.items():
            if earlier is None:
                file.unlink()
            else:
                file.write_text(earlier)


if __name__ == "__main__":
    sys.path.insert(0, str(Path("src").resolve()))
    json.dump([plant_and_lint(together) for together in json.load(sys.stdin)], sys.stdout)
