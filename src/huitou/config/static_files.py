"""Gather the pages' static files where the web server reads them, when they have changed."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path


def gather_static_files() -> None:
    """Fill STATIC_ROOT; does nothing when it already holds the files of this release.

    Written beside and renamed, so that an interrupted run leaves no half.
    """
    from django.conf import settings
    from django.core.management import call_command
    from django.test.utils import override_settings

    root = Path(settings.STATIC_ROOT)
    mark = root / ".gathered"
    wanted = _fingerprint()
    if mark.exists() and mark.read_text() == wanted:
        return
    new = root.with_name(root.name + ".new")
    shutil.rmtree(new, ignore_errors=True)
    with override_settings(STATIC_ROOT=new):
        call_command("collectstatic", interactive=False, verbosity=0)
    (new / ".gathered").write_text(wanted)
    shutil.rmtree(root, ignore_errors=True)
    new.rename(root)


def _fingerprint() -> str:
    """Changes when a static file, or the way they are stored, changes."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders

    seen = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda found: found[0]):
            state = os.stat(storage.path(path))
            seen.update(f"{path} {state.st_size} {state.st_mtime_ns}\n".encode())
    return seen.hexdigest()
