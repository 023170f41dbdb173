"""Rows of uploads, and the folder in which their bytes lie: one folder each, so that the file keeps its name."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from huitou.uploads.models import Upload
from huitou.uploads.terms import UploadSeen

_SETTLED_SECONDS = 3600


def folder_of(upload_id: int) -> Path:
    return settings.UPLOAD_PATH / str(upload_id)


def path_of(upload: UploadSeen) -> Path:
    return folder_of(upload.id) / upload.file_name


def free_bytes() -> int:
    settings.UPLOAD_PATH.mkdir(parents=True, exist_ok=True, mode=0o700)
    return shutil.disk_usage(settings.UPLOAD_PATH).free


def hold_owner(owner_id: int) -> None:
    """Two windows of one person begin one after the other, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('uploads'), %s)", [owner_id])


def insert(owner_id: int, file_name: str, mark: str, size_bytes: int) -> UploadSeen:
    row = Upload.objects.create(owner_id=owner_id, file_name=file_name, mark=mark, size_bytes=size_bytes)
    row.refresh_from_db()
    return _seen(row)


def of_owner(owner_id: int) -> list[UploadSeen]:
    return [_seen(row) for row in Upload.objects.filter(owner_id=owner_id).order_by("-id")]


def find(upload_id: int, owner_id: int, *, hold: bool = False) -> UploadSeen | None:
    """None where it is nobody's or another's. `hold`: nobody else changes it until the transaction ends."""
    rows = Upload.objects.filter(pk=upload_id, owner_id=owner_id)
    row = (rows.select_for_update() if hold else rows).first()
    return _seen(row) if row else None


def write_piece(upload: UploadSeen, piece: bytes) -> None:
    """On the disk behind what is known to be here; what a broken transaction left there is written over."""
    path = path_of(upload)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.seek(upload.received_bytes)
        file.write(piece)
        file.truncate()


def note_received(upload_id: int, received_bytes: int, crc32: int, now: datetime) -> None:
    Upload.objects.filter(pk=upload_id).update(received_bytes=received_bytes, crc32=crc32, touched_at=now)


def note_answers(upload_id: int, owner_id: int, answers: Mapping[str, Any], now: datetime) -> bool:
    kept = json.loads(json.dumps(dict(answers)))
    return bool(Upload.objects.filter(pk=upload_id, owner_id=owner_id).update(answers=kept, touched_at=now))


def delete(upload_id: int, owner_id: int) -> bool:
    deleted, _ = Upload.objects.filter(pk=upload_id, owner_id=owner_id).delete()
    return bool(deleted)


def delete_untouched(before: datetime) -> int:
    deleted, _ = Upload.objects.filter(touched_at__lt=before).delete()
    return deleted


def remove_bytes(upload_id: int) -> None:
    shutil.rmtree(folder_of(upload_id), ignore_errors=True)


def sweep_folders() -> int:
    """Remove the bytes of uploads that have no row; returns how many."""
    if not settings.UPLOAD_PATH.is_dir():
        return 0
    known = {str(key) for key in Upload.objects.values_list("pk", flat=True)}
    # One that somebody began a moment ago may not have been among the rows that were read.
    settled = time.time() - _SETTLED_SECONDS
    orphans = [p for p in settings.UPLOAD_PATH.iterdir() if p.name not in known and p.stat().st_mtime < settled]
    for path in orphans:
        shutil.rmtree(path, ignore_errors=True)
    return len(orphans)


def _seen(row: Upload) -> UploadSeen:
    return UploadSeen(
        id=row.pk,
        owner_id=row.owner_id,
        file_name=row.file_name,
        mark=row.mark,
        size_bytes=row.size_bytes,
        received_bytes=row.received_bytes,
        crc32=row.crc32,
        begun_at=row.begun_at,
        answers=row.answers,
    )
