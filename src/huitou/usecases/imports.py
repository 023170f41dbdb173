"""Imports as lists and pages show them: plain values, times as ISO 8601 in UTC."""

from __future__ import annotations

from typing import Any

from huitou.inbox import service as inbox
from huitou.inbox.terms import JobSeen
from huitou.receipts.service import import_life
from huitou.receipts.terms.imports import ImportSeen
from huitou.usecases import import_words


def list_imports(*, before: int | None = None, limit: int = 20) -> list[dict[str, Any]]:
    """Newest first, older than import `before`. Each: import, job, state, kind, source, file_name, actor, at,
    rows_taken, rows_refused, rows_waiting (refused, and neither taken since nor dismissed), undone_at, undone_by.

    `state`: taken or undone; and, of the first page, what made no import (`import` None, `job` its number): waiting,
    running, failed or cancelled, with `failure` (code, message, next_step, facts). Dry runs are not listed. Jobs whose
    process was killed have failed from now on.
    """
    inbox.end_interrupted()
    found = [_short(seen) for seen in import_life.imports_seen(before=before, limit=limit)]
    if before is None:
        jobs = [
            _of_job(job)
            for job in inbox.jobs_without_import(limit)
            if job.what not in ("refresh", "sample") and not job.dry_run and job.state != "done"
        ]
        found = sorted([*found, *jobs], key=lambda one: str(one["at"]), reverse=True)[:limit]
    return found


def _of_job(job: JobSeen) -> dict[str, Any]:
    return {
        "import": None,
        "job": job.id,
        "what": job.what,
        "state": job.state,
        "kind": job.kind,
        "source": job.source,
        "file_name": job.file_name,
        "actor": job.actor,
        "at": job.asked_at.isoformat(),
        "rows_taken": 0,
        "rows_refused": 0,
        "rows_waiting": 0,
        "undone_at": None,
        "undone_by": "",
        "failure": dict(job.failure),
    }


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
        "job": None,
        "what": "import",
        "state": seen.state,
        "kind": seen.kind,
        "source": seen.source,
        "file_name": seen.file_name,
        "actor": seen.actor,
        "at": seen.started_at.isoformat(),
        "rows_taken": import_words.takes(seen.report),
        "rows_refused": seen.report.get("rows_refused", 0),
        "rows_waiting": seen.rows_waiting,
        "undone_at": seen.undone_at.isoformat() if seen.undone_at else None,
        "undone_by": seen.undone_by,
    }
