"""What the rooms reach the world by is chosen here, and nowhere else."""

from __future__ import annotations

from huitou.config.folders import open_here
from huitou.config.sftp import KeysBySsh, open_by_sftp
from huitou.inbox import service as inbox


def wire() -> None:
    """Hand the adapters to the rooms, once a process has set Django up."""
    inbox.use_folders({"file": open_here, "sftp": open_by_sftp}, KeysBySsh())
