"""Every setting, error code, KPI, job and command has its line in the documents.

This reads the source, not the running product: `scripts/generate_docs.py` does the other half of the pair.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.sources import FUNCTIONS, dotted, files, finding, keyword, nodes_of, text_of

SETTING = re.compile(r"\bHUITOU_[A-Z][A-Z0-9_]*\b")
LINK = re.compile(r"\]\(([^)\s]+)\)")
KPI_FOLDER = "src/huitou/insight/rules/kpis"


def settings_are_documented(root: Path) -> list[str]:
    return _missing(root, "docs/settings.md", _settings(root))


def error_codes_are_documented(root: Path) -> list[str]:
    return _missing(root, "docs/errors.md", _error_codes(root))


def kpis_are_documented(root: Path) -> list[str]:
    return _missing(root, "docs/kpis.md", _kpis(root))


def jobs_are_documented(root: Path) -> list[str]:
    return _missing(root, "docs/operations.md", _jobs(root))


def commands_are_documented(root: Path) -> list[str]:
    """A command of a group stands there with its group: `import receipts`."""
    return _missing(root, "docs/cli.md", _commands(root), before=r"(?:[\w-]+ )*")


def error_codes_are_said_once(root: Path) -> list[str]:
    """A code is stable and means one thing."""
    first: dict[str, str] = {}
    found = []
    for path, node, code in _error_codes(root):
        if code in first:
            found.append(finding(root, path, node, f"the code {code} is taken by {first[code]}"))
        first.setdefault(code, str(path.relative_to(root)))
    return found


def links_lead_somewhere(root: Path) -> list[str]:
    """A link between our own pages leads to a file that is there."""
    found = []
    for path in [*sorted(root.glob("*.md")), *files(root, "docs", endings=(".md",))]:
        for number, line in enumerate(path.read_text().splitlines(), 1):
            for target in LINK.findall(line):
                ours = not target.startswith(("http://", "https://", "#", "mailto:"))
                if ours and not (path.parent / target.partition("#")[0]).exists():
                    found.append(finding(root, path, number, f"{target} is not there"))
    return found


def decisions_have_a_number_of_their_own(root: Path) -> list[str]:
    """No two decisions share a number, and the heading of each says the one in its file's name."""
    taken: dict[str, str] = {}
    found = []
    for path in files(root, "docs/adr", endings=(".md",)):
        number = path.name[:4]
        if number in taken:
            found.append(finding(root, path, 1, f"the number {number} is taken by {taken[number]}"))
        if not path.read_text().startswith(f"# {int(number)}. "):
            found.append(finding(root, path, 1, f"the heading does not say {int(number)}"))
        taken[number] = path.name
    return found


Named = tuple[Path, ast.AST | int, str]


def _missing(root: Path, page: str, names: Iterator[Named], *, before: str = "") -> list[str]:
    """Names that do not stand between backticks on the page, with `before` allowed in front of them."""
    text = (root / page).read_text() if (root / page).exists() else ""
    return [
        finding(root, path, node, f"{name} has no line in {page}")
        for path, node, name in names
        if not re.search(f"`{before}{re.escape(name)}`", text)
    ]


def _settings(root: Path) -> Iterator[Named]:
    for path in files(root, "src/huitou"):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            for name in SETTING.findall(line):
                yield path, number, name


def _error_codes(root: Path) -> Iterator[Named]:
    """Classes with `code` and `message`, wherever a room or a door states them."""
    for path in files(root, "src/huitou"):
        for node in nodes_of(path, ast.ClassDef):
            values = dict(_class_values(node))
            code = text_of(values.get("code"))
            if code and "message" in values:
                yield path, node, code


def _class_values(node: ast.ClassDef) -> Iterator[tuple[str, ast.expr]]:
    for statement in node.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            yield statement.targets[0].id, statement.value
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value:
            yield statement.target.id, statement.value


def _kpis(root: Path) -> Iterator[Named]:
    for path in files(root, KPI_FOLDER):
        for node in nodes_of(path, ast.Call):
            name = text_of(keyword(node, "name"))
            if name and dotted(node.func) == "Kpi":
                yield path, node, name


def _jobs(root: Path) -> Iterator[Named]:
    for path in files(root, "src/huitou/doors/jobs"):
        for function, name in _decorated(path, {"task", "periodic"}):
            yield path, function, name or function.name


def _commands(root: Path) -> Iterator[Named]:
    for path in files(root, "src/huitou/doors/cli", "src/huitou/config"):
        for function, name in _decorated(path, {"command"}):
            yield path, function, name or function.name.replace("_", "-")


def _decorated(path: Path, verbs: set[str]) -> Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef, str]]:
    """Functions under `@something.verb` or `@something.verb("name")`, with the name that is given there."""
    for node in nodes_of(path, *FUNCTIONS):
        for decorator in node.decorator_list:
            call = decorator if isinstance(decorator, ast.Call) else None
            if dotted(call.func if call else decorator).rpartition(".")[2] in verbs:
                first = call.args[0] if call and call.args else keyword(call, "name") if call else None
                yield node, text_of(first) or ""
                break
