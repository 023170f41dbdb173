"""Files: their size, their names, and what pages may not hold."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.house.sources import FUNCTIONS, contracts, files, finding, nodes_of, package, rooms, tree_of

FILE_LINES = 500
FUNCTION_LINES = 70
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc", "data", "info"}
FACE = {"__init__", "apps", "errors", "migrations", "personal_data", "service", "terms", "trip", "without_database"}
UNFINISHED = re.compile(r"\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b")
OURS = ("src", "tests", "scripts", "benchmarks")
PAGES = (".html", ".css", ".js")


def files_are_short(root: Path) -> list[str]:
    return [
        finding(root, path, FILE_LINES, f"{length} lines; {FILE_LINES} is the most")
        for path in files(root, *OURS, endings=(".py", *PAGES))
        if (length := len(path.read_text().splitlines())) > FILE_LINES
    ]


def functions_are_short(root: Path) -> list[str]:
    found = []
    for path in files(root, *OURS):
        for node in nodes_of(path, *FUNCTIONS):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                what = f"{node.name} has {length} lines; {FUNCTION_LINES} is the most"
                found.append(finding(root, path, node, what))
    return found


def names_say_something(root: Path) -> list[str]:
    found = []
    for path in files(root, *OURS, endings=(".py", *PAGES)):
        for part in path.relative_to(root).with_suffix("").parts:
            if part in SAYS_NOTHING:
                found.append(finding(root, path, 1, f'the name "{part}" says nothing; use the shop\'s word'))
    return found


def nothing_is_left_unfinished(root: Path) -> list[str]:
    return [
        finding(root, path, number, line.strip())
        for path in files(root, *OURS, endings=(".py", ".sh", *PAGES))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if UNFINISHED.search(line)
    ]


def no_room_forgets_what_is_private(root: Path) -> list[str]:
    """Every module of a room that is not its face is protected by a contract of that room; no room has adapters."""
    sections = contracts(root)
    without_adapters = sections["importlinter:contract:adapters"]["source_modules"].split()
    found = []
    for room in rooms(root):
        if f"huitou.{room.name}" not in without_adapters:
            what = f"huitou.{room.name} does not stand in [importlinter:contract:adapters]"
            found.append(finding(root, room / "__init__.py", 1, what))
        section = f"importlinter:contract:{room.name}-private"
        of_room = f"importlinter:contract:{room.name}-"
        own = [name for name in sections if name.startswith(of_room) and name.endswith("-private")]
        listed = [module for name in own for module in sections[name]["protected_modules"].split()]
        for path in sorted(room.iterdir()):
            module = path.stem if path.suffix == ".py" else path.name if _is_package(path) else ""
            if module and module not in FACE and f"huitou.{room.name}.{module}" not in listed:
                what = f"huitou.{room.name}.{module} is not protected by [{section}] in .importlinter"
                found.append(finding(root, path, 1, what))
    return found


def pages_obey_the_content_policy(root: Path) -> list[str]:
    """The content security policy runs no inline style, script or handler; a page that has one is broken."""
    inline = re.compile(r"""\sstyle\s*=|<style\b|\son[a-z]+\s*=\s*["']|javascript:""", re.IGNORECASE)
    script = re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.IGNORECASE)
    return [
        finding(root, path, number, f"inline style, script or handler: {line.strip()[:80]}")
        for path in files(root, "src/huitou", endings=(".html",))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if inline.search(line) or script.search(line)
    ]


def colours_stand_in_one_file(root: Path) -> list[str]:
    """A raw colour outside tokens.css does not follow the theme."""
    colour = re.compile(
        r"(?<![\w&/\"'])#(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{6}|[0-9a-fA-F]{3,4})\b|[\"']#[0-9a-fA-F]{6}[\"']"
    )
    return [
        finding(root, path, number, f"raw colour: {line.strip()[:80]}")
        for path in files(root, "src/huitou", endings=PAGES)
        if path.name != "tokens.css"
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if colour.search(line)
    ]


def every_package_says_what_it_holds(root: Path) -> list[str]:
    """The first line of a room's __init__.py is the map that ARCHITECTURE.md points to."""
    return [
        finding(root, room / "__init__.py", 1, "a room begins with one sentence of what it holds")
        for room in [*rooms(root), package(root) / "kernel"]
        if not ast.get_docstring(tree_of(room / "__init__.py"))
    ]


def _is_package(path: Path) -> bool:
    return path.is_dir() and (path / "__init__.py").exists()
