"""Imports as lists and pages show them: plain values, times as ISO 8601 in UTC."""

from __future__ import annotations

from typing import Any

from huitou.receipts.service import import_life
from huitou.receipts.terms import ImportSeen


def list_imports(*, before: int | None = None, limit: int = 20) -> list[dict[str, Any]]:
    """Newest first, older than import `before`. Each: import, state (taken or undone), kind, source, file_name, actor,
    at, rows_taken, rows_refused, rows_waiting (refused, and neither taken since nor dismissed), undone_at, undone_by.
    """
    return [_short(seen) for seen in import_life.imports_seen(before=before, limit=limit)]


def show_import(number: int) -> dict[str, Any]:
    """One import: what the list says, and mapping, reading (how the file was read besides), report, undo (what it took
    away), mends (the import whose refused rows it took), refused (rows that wait, by code). Raises ImportUnknown."""
    seen = import_life.import_seen(number)
    return _short(seen) | {
        "mapping": dict(seen.mapping),
        "reading": dict(seen.reading),
        "report": dict(seen.report),
        "undo": dict(seen.undo),
        "mends": seen.mends,
        "file_digest": seen.file_digest,
        "refused": import_life.refused_by_code(seen.id),
    }


def _short(seen: ImportSeen) -> dict[str, Any]:
    return {
        "import": seen.id,
        "state": seen.state,
        "kind": seen.kind,
        "source": seen.source,
        "file_name": seen.file_name,
        "actor": seen.actor,
        "at": seen.started_at.isoformat(),
        "rows_taken": seen.report.get("rows_taken", 0),
        "rows_refused": seen.report.get("rows_refused", 0),
        "rows_waiting": seen.rows_waiting,
        "undone_at": seen.undone_at.isoformat() if seen.undone_at else None,
        "undone_by": seen.undone_by,
    }
