"""The core computes: no clock, no chance, no float for money, nothing from outside the standard library."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.house.sources import (
    FUNCTIONS,
    core_files,
    dotted,
    files,
    finding,
    imported_modules,
    nodes_of,
    rooms,
    tree_of,
)

CLOCKS = {"now", "utcnow", "today", "localtime", "gmtime", "monotonic", "perf_counter", "time_ns"}
CLOCK_OWNERS = {"datetime", "date", "time", "timezone", "dt"}
WALL_CLOCK = {"now", "utcnow", "today", "localdate", "time_ns"}
CHANCE = {"random", "secrets", "uuid", "numpy.random"}
EXACT = re.compile(r"(^|_)(fen|points|milli)(_|$)")


def no_clock_and_no_chance(root: Path) -> list[str]:
    """Time and seeds are arguments of the core."""
    found = []
    for path in core_files(root):
        for node, module in imported_modules(path):
            if module in CHANCE or module == "time" or module == "os.urandom":
                found.append(finding(root, path, node, f"imports {module}; time and seeds are arguments here"))
        for read in nodes_of(path, ast.Attribute):
            if read.attr in CLOCKS:
                owner = dotted(read.value).rpartition(".")[2]
                if owner in CLOCK_OWNERS:
                    what = f"reads the clock by {dotted(read)}; the moment is an argument here"
                    found.append(finding(root, path, read, what))
    return found


def only_doors_and_config_read_the_clock(root: Path) -> list[str]:
    """Rooms and use cases get the moment from whoever called them, so that a test can be at any moment."""
    found = []
    homes = [str(room.relative_to(root)) for room in rooms(root)]
    for path in files(root, *homes, "src/huitou/usecases"):
        for node in nodes_of(path, ast.Attribute):
            if node.attr in WALL_CLOCK and dotted(node.value).rpartition(".")[2] in CLOCK_OWNERS:
                what = f"reads the clock by {dotted(node)}; the caller hands the moment in"
                found.append(finding(root, path, node, what))
    return found


def core_is_standard_library(root: Path) -> list[str]:
    """What the forbidden list of import-linter has not heard of is caught here."""
    found = []
    for path in core_files(root):
        for node, module in imported_modules(path):
            top = module.partition(".")[0]
            if top != "huitou" and top not in sys.stdlib_module_names:
                found.append(finding(root, path, node, f"imports {module}; the core is standard library only"))
    return found


def no_float_for_money(root: Path) -> list[str]:
    """Fen, points and thousandths are integers: no float in a statement that names one of them."""
    found = []
    for path in files(root, "src/huitou"):
        if not _floats(path):
            continue
        for node in _statements(tree_of(path)):
            reason = _float_in(node)
            if reason and any(EXACT.search(name) for name in _names(node)):
                found.append(finding(root, path, node, f"{reason} beside fen, points or thousandths"))
    return found


def kernel_loyalty_receipts_know_no_float(root: Path) -> list[str]:
    """Where money, points and quantities live, the word itself is out, and so is true division."""
    found = []
    rules = [path for path in core_files(root) if path.parent.name == "rules" and "insight" not in path.parts]
    homes = [*files(root, "src/huitou/kernel", "src/huitou/loyalty", "src/huitou/receipts"), *rules]
    for path in sorted(set(homes)):
        if "migrations" in path.parts:
            continue
        for node in _floats(path):
            what = "names float" if isinstance(node, ast.Name) else f"holds the float {node.value}"
            found.append(finding(root, path, node, what))
    return found


def _floats(path: Path) -> list[ast.Name | ast.Constant]:
    """Where a file names the word, and the numbers of that kind."""
    return [
        *(name for name in nodes_of(path, ast.Name) if name.id == "float"),
        *(number for number in nodes_of(path, ast.Constant) if isinstance(number.value, float)),
    ]


def _statements(tree: ast.Module) -> Iterator[ast.AST]:
    """Statements without their bodies; each argument of a function and of a call by itself."""
    for node in ast.walk(tree):
        if isinstance(node, FUNCTIONS):
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            yield from arguments
            if node.returns is not None:
                yield ast.AnnAssign(
                    target=ast.Name(id=node.name), annotation=node.returns, simple=1, lineno=node.lineno
                )
        elif isinstance(node, ast.stmt) and not hasattr(node, "body"):
            yield node
        elif isinstance(node, ast.If | ast.While):
            yield node.test
        elif isinstance(node, ast.keyword):
            yield node


def _within(node: ast.AST) -> Iterator[ast.AST]:
    """The node and what is below it, without the named arguments of calls: each of those stands for itself."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.keyword):
            yield from _within(child)


def _names(node: ast.AST) -> Iterator[str]:
    for part in _within(node):
        if isinstance(part, ast.Name):
            yield part.id
        elif isinstance(part, ast.Attribute):
            yield part.attr
        elif isinstance(part, ast.arg | ast.keyword) and part.arg:
            yield part.arg


def _float_in(node: ast.AST) -> str:
    for part in _within(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, float):
            return f"the float {part.value}"
        if isinstance(part, ast.Name) and part.id == "float":
            return "float"
    return ""
