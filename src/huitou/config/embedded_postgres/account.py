"""Which system user the server runs as. PostgreSQL refuses root, so for root it is another one."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from huitou.config.embedded_postgres.errors import DatabaseFolderOfOther, NoServerAccount
from huitou.config.embedded_postgres.place import Place, binary
from huitou.config.parent_death import die_with_parent

ACCOUNT_NAME = "huitou"

REACH = ((), ("dac_read_search",), ("dac_override",))
"""Capabilities that let the account pass folders closed to it (a home below /root), least first."""


@dataclass(frozen=True, slots=True)
class Account:
    """A system user, and how to start a program as that user."""

    uid: int
    gid: int
    capability: str = ""

    @property
    def is_me(self) -> bool:
        return self.uid == os.geteuid()

    def command(self, arguments: list[str], *, when_parent_dies: signal.Signals) -> list[str]:
        """`arguments` as this user; the program gets the signal `when_parent_dies`."""
        if self.is_me:
            return arguments
        reach = []
        if self.capability:
            reach = [
                f"--inh-caps=+{self.capability}",
                f"--ambient-caps=+{self.capability}",
                # PostgreSQL asks access(2) whether it can run its own programs, and that call forgets the
                # capabilities of ordinary users unless this bit is set.
                "--securebits=+no_setuid_fixup",
            ]
        lowered = ["setpriv", f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups", *reach]
        return [*lowered, f"--pdeathsig={when_parent_dies.name.removeprefix('SIG')}", *arguments]

    def before_start(self, *, when_parent_dies: signal.Signals) -> Callable[[], None] | None:
        """Popen's preexec_fn. setpriv does it for another user, because a change of user clears the wish."""
        return die_with_parent(when_parent_dies) if self.is_me else None

    def own(self, folder: Path) -> None:
        """Make `folder`, private to this user."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.stat().st_uid != self.uid:
            os.chown(folder, self.uid, self.gid)
        folder.chmod(0o700)


def server_account(place: Place) -> Account:
    """The user for the server of `place`: ourselves, or for root the folder's owner or a system user.

    Raises DatabaseFolderOfOther and NoServerAccount.
    """
    owner = place.data.stat() if place.data.exists() else None
    if os.geteuid() != 0:
        if owner and owner.st_uid != os.geteuid():
            raise DatabaseFolderOfOther(folder=place.data, owner=_name(owner.st_uid))
        return Account(os.geteuid(), os.getegid())
    if owner and owner.st_uid != 0:
        return _reaching(place, owner.st_uid, owner.st_gid)
    entry = _system_user()
    return _reaching(place, entry.pw_uid, entry.pw_gid)


def _reaching(place: Place, uid: int, gid: int) -> Account:
    """The account with the least capability that can pass to the data and the binaries."""
    if not shutil.which("setpriv"):
        raise NoServerAccount(account=_name(uid), folder=place.folder, reason="setpriv is missing")
    reason = ""
    for capabilities in REACH:
        account = Account(uid, gid, *capabilities)
        see = ["test", "-d", f"{place.folder}/.", "-a", "-x", str(binary("postgres"))]
        tried = subprocess.run(
            account.command(see, when_parent_dies=signal.SIGKILL),
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
        )
        if tried.returncode == 0:
            return account
        reason = tried.stderr.strip() or "a folder above it is closed"
    raise NoServerAccount(account=_name(uid), folder=place.folder, reason=reason)


def _system_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(ACCOUNT_NAME)
    except KeyError:
        pass
    add = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    nologin = shutil.which("nologin", path="/usr/sbin:/sbin:/usr/bin:/bin") or "/bin/false"
    with suppress(FileNotFoundError):
        subprocess.run([*add, "--shell", nologin, ACCOUNT_NAME], capture_output=True, check=False)
    try:
        return pwd.getpwnam(ACCOUNT_NAME)
    except KeyError:
        return pwd.getpwnam("nobody")


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
