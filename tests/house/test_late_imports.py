"""What a function imports only when it runs is there: a command that imports a name that has moved dies with its first
user, and neither a type checker that sees no caller nor `--help` notices."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import huitou

ROOT = Path(huitou.__file__).parent


def missing(source: str) -> Iterator[str]:
    """The names that this source imports from the product, anywhere in it, and that are not there."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("huitou") or node.level:
            continue
        module = importlib.import_module(node.module or "")
        for one in node.names:
            whole = f"{node.module}.{one.name}"
            if not hasattr(module, one.name) and not (hasattr(module, "__path__") and find_spec(whole)):
                yield whole


def test_every_name_that_is_imported_late_is_there():
    files = sorted((ROOT / "doors" / "cli").rglob("*.py")) + sorted((ROOT / "config").rglob("*.py"))
    assert len(files) > 40
    assert [(file.name, name) for file in files for name in missing(file.read_text(encoding="utf-8"))] == []


def test_a_name_that_has_moved_is_named():
    """`huitou tags define` asked for it so, and died."""
    assert list(missing("def define():\n    from huitou.segments.terms import Tag\n")) == ["huitou.segments.terms.Tag"]
