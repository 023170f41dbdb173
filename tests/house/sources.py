"""How the house rules read a tree: files, syntax trees, findings. `root` is the project or a copy of it."""

from __future__ import annotations

import ast
import configparser
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

Rule = Callable[[Path], list[str]]
"""A rule returns its findings as `path:line: what is wrong`, and nothing where all is well."""

NOT_OURS = {"vendor", "node_modules", "__pycache__", "locale"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def package(root: Path) -> Path:
    return root / "src" / "huitou"


def files(root: Path, *folders: str, endings: tuple[str, ...] = (".py",)) -> Iterator[Path]:
    """Our own files under `folders`; vendored and generated ones are not ours to judge."""
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in endings and path.is_file() and not NOT_OURS & set(path.relative_to(root).parts):
                yield path


Nodes = dict[type[ast.AST], list[ast.AST]]


@lru_cache(maxsize=4000)
def _read(text: str) -> tuple[ast.Module, Nodes]:
    """By what the file says, not by where it lies: a copy of the tree is not read again."""
    tree = ast.parse(text)
    nodes: Nodes = {}
    for node in ast.walk(tree):
        nodes.setdefault(type(node), []).append(node)
    return tree, nodes


def _read_at(path: Path) -> tuple[ast.Module, Nodes]:
    try:
        return _read(path.read_text())
    except SyntaxError as error:
        error.filename = str(path)
        raise


def tree_of(path: Path) -> ast.Module:
    return _read_at(path)[0]


Kind = TypeVar("Kind", bound=ast.AST)


def nodes_of(path: Path, *kinds: type[Kind]) -> list[Kind]:
    """The file's nodes of these kinds, kind by kind."""
    nodes = _read_at(path)[1]
    return [node for kind in kinds for node in nodes.get(kind, []) if isinstance(node, kind)]


def finding(root: Path, path: Path, node_or_line: ast.AST | int, what: str) -> str:
    line = node_or_line if isinstance(node_or_line, int) else getattr(node_or_line, "lineno", 1)
    return f"{path.relative_to(root)}:{line}: {what}"


def rooms(root: Path) -> list[Path]:
    """Folders of the stack that hold a part of the business (doors, use cases and config are no rooms)."""
    outside = {"config", "doors", "usecases", "kernel"} | NOT_OURS
    return [path for path in sorted(package(root).iterdir()) if path.is_dir() and path.name not in outside]


def core_files(root: Path) -> Iterator[Path]:
    """The pure core: kernel, terms, errors, rules."""
    yield from files(root, "src/huitou/kernel")
    for room in rooms(root):
        for name in ("terms", "errors"):
            if (room / f"{name}.py").exists():
                yield room / f"{name}.py"
        if (room / "rules").is_dir():
            yield from files(root, str((room / "rules").relative_to(root)))


def contracts(root: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(root / ".importlinter")
    return parser


def stack(root: Path) -> dict[str, int]:
    """Height of each room: 0 is the bottom. Rooms on one level share their height."""
    levels = contracts(root)["importlinter:contract:stack"]["layers"].split("\n")
    named = [re.findall(r"\w+", level) for level in levels if level.strip()]
    return {room: height for height, level in enumerate(reversed(named)) for room in level}


def dotted(node: ast.expr) -> str:
    """`datetime.datetime.now` of an attribute chain; empty where it is something else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join(reversed([*parts, node.id])) if isinstance(node, ast.Name) else ""


def imported_modules(path: Path) -> Iterator[tuple[ast.stmt, str]]:
    """Every module that the file imports, and `module.name` for names taken from one."""
    for node in nodes_of(path, ast.Import):
        for alias in node.names:
            yield node, alias.name
    for one in nodes_of(path, ast.ImportFrom):
        if one.module:
            yield one, one.module
            for alias in one.names:
                yield one, f"{one.module}.{alias.name}"


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((word.value for word in call.keywords if word.arg == name), None)


def text_of(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
