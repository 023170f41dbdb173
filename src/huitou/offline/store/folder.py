"""The till's folder: its key, its bundle, its journal. One process works in it.

lock            who works here
till.key        the till's own secret, 32 bytes
bundle.htb      the last bundle as the server signed it, and all rows
journal.jsonl   what was sold, taken back, held, line by line; written anew without what nobody needs any more
sent            the last line that the server has acknowledged
clock           by how many seconds this machine's clock differs from the server's
"""

from __future__ import annotations

import fcntl
import json
import os
import threading
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any

from huitou.offline.errors import JournalBroken, TillDiskFull, TillFolderBusy, TillFolderUnfit
from huitou.offline.rules import rows as rules
from huitou.offline.terms import Kept, Rows

_KEY, _BUNDLE, _JOURNAL, _SENT, _CLOCK = "till.key", "bundle.htb", "journal.jsonl", "sent", "clock"
_BEGUN, _REFUSED = "begun", "refused.jsonl"
_NO_ROOM = (28, 122)
"""ENOSPC and EDQUOT."""


class TillFolder:
    """Open until `close`. Raises TillFolderBusy, TillFolderUnfit and JournalBroken."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._write = threading.Lock()
        try:
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._lock = (path / "lock").open("a+")
        except OSError as error:
            raise TillFolderUnfit(folder=path, reason=error.strerror) from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock.seek(0)
            raise TillFolderBusy(folder=path, process=self._lock.read().strip() or "?") from error
        self._lock.truncate(0)
        self._lock.write(str(os.getpid()))
        self._lock.flush()
        self._check = ""
        self._end = 0
        self._journal: IO[bytes] | None = None
        self._receipts: list[tuple[int, int]] = []
        """(line, its place in the file) of every receipt that the server has to hear of."""
        self._passed: dict[int, int] = {}
        """The same of the sales that the server took itself."""
        self._oldest: datetime | None = None
        self._begun: datetime | None = None
        self._sent = int(self._note(_SENT, "0"))

    def close(self) -> None:
        if self._journal is not None:
            self._journal.close()
        self._lock.close()

    # ---- the key

    def secret(self, make: Any) -> bytes:
        """The till's own secret; `make` gives one where there is none yet."""
        path = self.path / _KEY
        if not path.exists():
            self._replace(path, make())
        return path.read_bytes()

    # ---- the bundle

    def keep_bundle(self, signed: bytes, rows: Rows, sent: int) -> None:
        """Whole or not at all. `sent`: the last line of the journal that the server knew when it made the bundle."""
        body = zlib.compress(json.dumps({"rows": rules.in_columns(rows), "sent": sent}).encode(), 3)
        self._replace(self.path / _BUNDLE, len(signed).to_bytes(4, "big") + signed + body)

    def bundle(self) -> tuple[bytes, Rows | None, int] | None:
        """As it was kept, unchecked; None where there is none, or what lies there is none. Its rows are None where
        their columns are not those of this version of Huitou."""
        try:
            text = (self.path / _BUNDLE).read_bytes()
            size = int.from_bytes(text[:4], "big")
            body = json.loads(zlib.decompress(text[4 + size :]))
            return text[4 : 4 + size], _rows(body["rows"]), body["sent"]
        except (OSError, ValueError, KeyError, TypeError, zlib.error):
            return None

    # ---- small notes

    def sent(self) -> int:
        """The last line that the server has acknowledged."""
        return self._sent

    def note_sent(self, sequence: int) -> None:
        self._replace(self.path / _SENT, str(sequence).encode())
        self._sent = sequence

    def note_refused(self, lines: Sequence[Mapping[str, Any]]) -> None:
        """Keep what the server refused for good, with why, before it counts as sent: it has happened. A line that is
        noted again, after a kill, counts once. Raises TillDiskFull."""
        before = self.refused()
        new = [line for line in lines if line["sequence"] not in before]
        if new:
            text = b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in [*before.values(), *new])
            self._replace(self.refused_path, text)

    @property
    def refused_path(self) -> Path:
        return self.path / _REFUSED

    def refused(self) -> dict[int, dict[str, Any]]:
        """By their line in the journal; who has looked at them takes the file away."""
        try:
            lines = [json.loads(line) for line in self.refused_path.read_bytes().splitlines()]
            return {line["sequence"]: line for line in lines}
        except (OSError, ValueError, LookupError, TypeError):
            return {}

    def known(self, last: int) -> int:
        """The last line before the first receipt that the server has not acknowledged; of all of them, `last`."""
        first = bisect_right(self._receipts, (self._sent, self._end))
        return self._receipts[first][0] - 1 if first < len(self._receipts) else last

    def waiting(self) -> int:
        """How many receipts the server has not acknowledged."""
        return len(self._receipts) - bisect_right(self._receipts, (self._sent, self._end))

    def clock(self) -> int:
        return int(self._note(_CLOCK, "0"))

    def note_clock(self, seconds: int) -> None:
        self._replace(self.path / _CLOCK, str(seconds).encode())

    def _note(self, name: str, usual: str) -> str:
        try:
            text = (self.path / name).read_text().strip()
        except OSError:
            return usual
        return text if text.lstrip("-").isdigit() else usual

    def _replace(self, path: Path, text: bytes) -> None:
        """Raises TillDiskFull."""
        part = path.with_name(f"{path.name}.part")
        try:
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
            self._sync_folder()
        except OSError as error:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise self._refused(error) from error

    def _sync_folder(self) -> None:
        descriptor = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _refused(self, error: OSError) -> TillDiskFull | TillFolderUnfit:
        if error.errno in _NO_ROOM:
            return TillDiskFull(folder=self.path)
        return TillFolderUnfit(folder=self.path, reason=error.strerror or str(error))

    # ---- the journal

    def read_journal(self) -> list[Kept]:
        """Every line. A last one that was being written when the power went was never acknowledged, and goes.

        Raises JournalBroken for any other that is not what was written.
        """
        path = self.path / _JOURNAL
        fresh = not path.exists()
        self._journal = path.open("a+b")
        path.chmod(0o600)
        if fresh:
            self._sync_folder()
        self._journal.seek(0)
        found = self._take_in(self._journal.read().split(b"\n"))
        self._journal.truncate(self._end)
        return found

    def _take_in(self, lines: list[bytes]) -> list[Kept]:
        """The lines of a journal, and where each of them stands. Raises JournalBroken."""
        found: list[Kept] = []
        for number, text in enumerate(lines[:-1], 1):
            kept = _read(text, self._check)
            if kept is None:
                if number == len(lines) - 1 and not _is_json(text):
                    break
                raise JournalBroken(line=number, file=self.path / _JOURNAL)
            found.append(kept)
            self._place(kept)
            self._check = _check_of(text)
            self._end += len(text) + 1
        return found

    def oldest(self) -> datetime | None:
        """When the first line was written; None where there is none."""
        return self._oldest

    def begun(self) -> datetime | None:
        """When the journal was written anew; None where it never was."""
        return self._begun

    def rotate(self, stays: Callable[[Kept], bool], last: int, now: datetime) -> tuple[int, list[Kept]]:
        """Write the journal anew with the lines that stay, and a first one from which on it goes: (how many went, the
        lines now). The new one takes the place of the old in one step: whoever is killed before it has the old one
        whole, and after it the new one.

        Raises TillDiskFull and TillFolderUnfit, and then the old one stands.
        """
        assert self._journal is not None, "the journal was read first"
        with self._write:
            old = (self.path / _JOURNAL).read_bytes()[: self._end].split(b"\n")[:-1]
            first = int(self._begun is None)
            lines = [_written(Kept(last, _BEGUN, now, {}), None, "")]
            for text in old:
                said = json.loads(text)
                kept = _kept(said)
                if kept.kind != _BEGUN and stays(kept):
                    lines.append(_written(kept, said["mark"], _check_of(lines[-1])))
            self._replace(self.path / _JOURNAL, b"".join(line + b"\n" for line in lines))
            self._journal.close()
            self._journal = (self.path / _JOURNAL).open("a+b")
            self._check, self._end, self._receipts, self._passed, self._oldest = "", 0, [], {}, None
            found = self._take_in([*lines, b""])
            return len(old) - len(found) + first, found

    def append(self, one: Kept, mark: dict[str, Any] | None) -> None:
        """On the disk when this comes back. Raises TillDiskFull and TillFolderUnfit, and then nothing was kept."""
        assert self._journal is not None, "the journal was read first"
        with self._write:
            text = _written(one, mark, self._check)
            line = text + b"\n"
            try:
                self._journal.write(line)
                self._journal.flush()
                os.fsync(self._journal.fileno())
            except OSError as error:
                self._take_back()
                raise self._refused(error) from error
            self._place(one)
            self._check = _check_of(text)
            self._end += len(line)

    def _place(self, one: Kept) -> None:
        if one.kind in ("sale", "return"):
            self._receipts.append((one.sequence, self._end))
        elif one.kind == "passed_sale":
            self._passed[one.sequence] = self._end
        if one.kind == _BEGUN:
            self._begun = one.at
        elif self._oldest is None:
            self._oldest = one.at

    def _take_back(self) -> None:
        """What is on the disk of a line that failed. The file is opened anew: what the writer buffers is gone."""
        path = self.path / _JOURNAL
        with suppress(OSError):
            self._journal.close()  # type: ignore[union-attr]
        self._journal = path.open("a+b")
        self._journal.truncate(self._end)

    def line(self, sequence: int) -> Kept:
        """This receipt, from the disk."""
        place = self._passed.get(sequence)
        if place is None:
            number, place = self._receipts[bisect_right(self._receipts, (sequence, -1))]
            assert number == sequence, "who asks has its number from here"
        with (self.path / _JOURNAL).open("rb") as file:
            file.seek(place)
            return _kept(json.loads(file.readline()))

    def lines_after(self, sequence: int) -> Iterator[tuple[Kept, dict[str, Any]]]:
        """The receipts behind this line with their marks, in order: what is to be sent."""
        first = bisect_right(self._receipts, (sequence, self._end))
        if first == len(self._receipts):
            return
        with (self.path / _JOURNAL).open("rb") as file:
            file.seek(self._receipts[first][1])
            for text in file:
                if not text.endswith(b"\n"):
                    return
                said = json.loads(text)
                if said["n"] > sequence and said["mark"] is not None:
                    yield _kept(said), said["mark"]


def _rows(body: Mapping[str, Any]) -> Rows | None:
    """None where the columns are those of another version."""
    try:
        return {section: rules.from_columns(section, columns) for section, columns in body.items()}
    except ValueError:
        return None


def _written(one: Kept, mark: dict[str, Any] | None, before: str) -> bytes:
    said = asdict(one)
    body = {"n": said.pop("sequence"), **said, "at": one.at.isoformat(), "mark": mark}
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    check = blake2b((before + text).encode(), digest_size=8).hexdigest()
    return f'{text[:-1]},"check":"{check}"}}'.encode()


def _check_of(text: bytes) -> str:
    return str(json.loads(text)["check"])


def _read(text: bytes, before: str) -> Kept | None:
    """None where it is not what was written behind the line before."""
    head, found, check = text.decode(errors="replace").rpartition(',"check":"')
    if not found or blake2b((before + head + "}").encode(), digest_size=8).hexdigest() != check[:-2]:
        return None
    return _kept(json.loads(text))


def _is_json(text: bytes) -> bool:
    """What was torn while it was written is none."""
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _kept(said: dict[str, Any]) -> Kept:
    return Kept(said["n"], said["kind"], datetime.fromisoformat(said["at"]), said["body"], said["told"], said["notes"])
