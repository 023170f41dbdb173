"""The door of uploads."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from huitou.uploads import store
from huitou.uploads.errors import (
    NoRoomForUpload,
    PieceDamaged,
    PieceOutOfPlace,
    PieceTooLarge,
    TooManyUploads,
    UploadEmpty,
    UploadNameUnfit,
    UploadTooLarge,
    UploadUnknown,
)
from huitou.uploads.rules.names import fit_name
from huitou.uploads.terms import AT_ONCE, CHUNK_BYTES, KEPT_HOURS, UploadSeen

_MB = 1 << 20
_LEFT_FREE_BYTES = 512 * _MB
"""An upload leaves so much of the disk to the database and the lake."""


def largest_bytes() -> int:
    return settings.UPLOAD_MAX_MB * _MB


@transaction.atomic
def begin(owner_id: int, *, file_name: str, size_bytes: int, mark: str) -> UploadSeen:
    """Make room for a file. The same choice of a file again goes on with the one that is here already.

    Raises UploadNameUnfit, UploadEmpty, UploadTooLarge, NoRoomForUpload or TooManyUploads.
    """
    name = fit_name(file_name)
    if name is None:
        raise UploadNameUnfit()
    if size_bytes <= 0:
        raise UploadEmpty()
    if size_bytes > largest_bytes():
        raise UploadTooLarge(most=settings.UPLOAD_MAX_MB)
    store.hold_owner(owner_id)
    here = store.of_owner(owner_id)
    for upload in here:
        if (upload.file_name, upload.size_bytes, upload.mark) == (name, size_bytes, mark) and not upload.whole:
            return upload
    if len(here) >= AT_ONCE:
        raise TooManyUploads(count=len(here))
    free = store.free_bytes() - _LEFT_FREE_BYTES
    if size_bytes > free:
        raise NoRoomForUpload(free=max(0, free) // _MB)
    return store.insert(owner_id, name, mark, size_bytes)


@transaction.atomic
def append(upload_id: int, owner_id: int, *, offset: int, piece: bytes, crc32: int, now: datetime) -> UploadSeen:
    """Put the next piece behind what is here; `crc32` is that of the piece.

    Raises UploadUnknown, PieceTooLarge, PieceDamaged, or PieceOutOfPlace where the piece does not begin at the end of
    what was received: a piece that comes twice is in place once.
    """
    upload = hold(upload_id, owner_id)
    if offset != upload.received_bytes or upload.whole:
        raise PieceOutOfPlace(received=upload.received_bytes)
    if not piece or len(piece) > min(CHUNK_BYTES, upload.size_bytes - offset):
        raise PieceTooLarge(most=CHUNK_BYTES)
    if zlib.crc32(piece) != crc32:
        raise PieceDamaged()
    store.write_piece(upload, piece)
    store.note_received(upload.id, offset + len(piece), zlib.crc32(piece, upload.crc32), now)
    return one(upload_id, owner_id)


def one(upload_id: int, owner_id: int) -> UploadSeen:
    """One of the person's own. Raises UploadUnknown."""
    upload = store.find(upload_id, owner_id)
    if upload is None:
        raise UploadUnknown(hours=KEPT_HOURS)
    return upload


def hold(upload_id: int, owner_id: int) -> UploadSeen:
    """The same, and nobody else changes it until the transaction ends. Raises UploadUnknown."""
    upload = store.find(upload_id, owner_id, hold=True)
    if upload is None:
        raise UploadUnknown(hours=KEPT_HOURS)
    return upload


def of_owner(owner_id: int) -> list[UploadSeen]:
    """Newest first."""
    return store.of_owner(owner_id)


def path_of(upload: UploadSeen) -> Path:
    """Where its bytes lie, under its own name."""
    return store.path_of(upload)


def note_answers(upload_id: int, owner_id: int, answers: Mapping[str, Any], now: datetime) -> None:
    """Keep what the person has said about the file so far. Raises UploadUnknown."""
    if not store.note_answers(upload_id, owner_id, answers, now):
        raise UploadUnknown(hours=KEPT_HOURS)


def drop(upload_id: int, owner_id: int) -> None:
    """Throw one's own away; one that is gone already stays gone."""
    if store.delete(upload_id, owner_id):
        transaction.on_commit(lambda: store.remove_bytes(upload_id))


def sweep(now: datetime) -> int:
    """Take away what nobody has touched for KEPT_HOURS, and bytes that belong to nothing; returns how many files."""
    gone = store.delete_untouched(now - timedelta(hours=KEPT_HOURS))
    swept = store.sweep_folders()
    return max(gone, swept)
