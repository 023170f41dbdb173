"""Tables: keys point down, members' rows are covered, migrations go both ways, nothing listens in secret."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.sources import (
    dotted,
    files,
    finding,
    imported_modules,
    keyword,
    nodes_of,
    package,
    rooms,
    stack,
    text_of,
    tree_of,
)

RELATIONS = {"ForeignKey", "OneToOneField", "ManyToManyField"}
FRAMEWORK = {"auth", "contenttypes", "sessions"}


def keys_point_down(root: Path) -> list[str]:
    """A foreign key names a table of its own room or of one below, as a string, and leaves no name behind."""
    heights = stack(root)
    found = []
    for path in _models_files(root):
        room = path.parent.name
        for call in _relations(tree_of(path)):
            target = text_of(call.args[0] if call.args else keyword(call, "to"))
            if target is None or target.count(".") != 1:
                found.append(finding(root, path, call, 'names its target as a class; write "room.Model"'))
                continue
            below = target.partition(".")[0]
            if below not in heights:
                found.append(finding(root, path, call, f"points to {target}, which is no room"))
            elif below != room and heights[below] >= heights[room]:
                found.append(finding(root, path, call, f"{room} points up or sideways to {target}"))
            if text_of(keyword(call, "related_name")) != "+":
                found.append(finding(root, path, call, f'the key to {target} needs related_name="+"'))
    return found


def members_rows_are_covered(root: Path) -> list[str]:
    """Each table that names a member stands in TABLES of its room's personal_data.py."""
    found = []
    for path in _models_files(root):
        room = path.parent.name
        covered = _covered_tables(path.parent / "personal_data.py")
        for model in _models(tree_of(path)):
            table = f"{room}_{model.name.lower()}"
            if (table == "members_member" or _names_a_member(model)) and table not in covered:
                what = f"{table} names a member and is not in TABLES of {room}/personal_data.py"
                found.append(finding(root, path, model, what))
    return found


def nobody_looks_through_a_query_for_each_row(root: Path) -> list[str]:
    """PostgreSQL makes no join of NOT IN (SELECT ...): beyond the memory of a hash it reads the whole query for each
    row. NOT EXISTS is a join. The lake's engine knows no such difference."""
    return [
        finding(root, path, number, "NOT IN (SELECT ...) grows with the square; write NOT EXISTS")
        for path in files(root, "src")
        if path.relative_to(package(root)).parts[0] != "lake" and "migrations" not in path.parts
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if "NOT IN (SELECT" in line
    ]


def migrations_go_back(root: Path) -> list[str]:
    found = []
    for path in files(root, "src/huitou"):
        if path.parent.name != "migrations":
            continue
        for node in nodes_of(path, ast.Call):
            name = dotted(node.func).rpartition(".")[2]
            back = {"RunSQL": "reverse_sql", "RunPython": "reverse_code"}.get(name)
            if back and len(node.args) < 2 and keyword(node, back) is None:
                found.append(finding(root, path, node, f"{name} without {back} cannot be undone"))
    return found


def migrations_stand_in_one_row(root: Path) -> list[str]:
    """Two migrations of a room with one number are two ends, and no database can be brought up to date."""
    found = []
    first: dict[tuple[Path, str], Path] = {}
    for path in files(root, "src/huitou"):
        number = path.name.partition("_")[0]
        if path.parent.name == "migrations" and number.isdigit():
            other = first.setdefault((path.parent, number), path)
            if other != path:
                found.append(finding(root, path, 1, f"has the number of {other.name}"))
    return found


def no_signals(root: Path) -> list[str]:
    """What follows a change stands in the outbox, not in a listener."""
    found = []
    for path in files(root, "src/huitou"):
        for node, module in imported_modules(path):
            if module.startswith("django.dispatch") or (module.startswith("django.") and module.endswith(".signals")):
                found.append(finding(root, path, node, f"imports {module}; facts go through the outbox"))
    return found


def _models_files(root: Path) -> Iterator[Path]:
    for room in rooms(root):
        if (room / "models.py").exists():
            yield room / "models.py"


def _models(tree: ast.Module) -> Iterator[ast.ClassDef]:
    yield from (node for node in tree.body if isinstance(node, ast.ClassDef))


def _relations(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] in RELATIONS:
            yield node


def _names_a_member(model: ast.ClassDef) -> bool:
    if any(text_of(call.args[0]) == "members.Member" for call in _relations(model) if call.args):
        return True
    return any(
        isinstance(target, ast.Name) and target.id in {"member", "member_id"}
        for statement in model.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
    )


def _covered_tables(path: Path) -> set[str]:
    if not path.exists():
        return set()
    for node in tree_of(path).body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if any(isinstance(target, ast.Name) and target.id == "TABLES" for target in targets):
            return set(ast.literal_eval(node.value))
    return set()
