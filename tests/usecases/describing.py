"""Files that describe members, products and stores, written and imported by the real import."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.builders import NOW

from huitou.lake import service as lake


def take_described(folder: Path, kind: str, rows: Sequence[Mapping[str, str]], **more: Any):
    """The rows as a file whose headers are the fields' names, imported at the tests' fixed moment."""
    from huitou.usecases.import_described import import_described

    columns = list(dict.fromkeys(name for row in rows for name in row))
    path = folder / f"{kind}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    mapping = {name: name for name in columns}
    with lake.open_file(path) as opened:
        return import_described(opened, kind, mapping, **{"now": NOW, "source": "crm", **more})


def counted(report: Any) -> tuple[int, int, int]:
    return report.new, report.changed, report.same


def reasons(report: Any) -> dict[int, str]:
    return {row["row_number"]: row["code"] for row in report.refused}
