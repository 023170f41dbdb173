"""Beside the calls: what waits is sent as soon as the server is there, and the bundle is brought up to date."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from huitou.config.offline_till.serving import Desk
from huitou.config.offline_till.upstream import CLOCK_SECONDS, Answered, Gone
from huitou.kernel.errors import N_, HuitouError
from huitou.offline.errors import TillDiskFull

PIECE = 200
"""Receipts in one batch: a second or so of the server."""
LOOK_SECONDS = 1.0
SLOW_SECONDS = 60.0
"""A batch and a whole bundle may take longer than a cashier waits."""
NOT_USED = N_("The bundle that was kept here is not used: {message} [{code}] It is fetched anew.")
NOT_TRUSTED = N_("The bundle that the server sent is not used: {message} [{code}]")
FAILED = N_("The server refused the bundle: {message} [{code}]")
NOT_TAKEN = N_("The server does not take what was sold: {message} [{code}] It is kept here and sent again.")
NOT_NOTED = N_("What the server took was not noted here: {message} [{code}] Its goods cannot come back while alone.")
DISK_FULL = N_(
    "The disk of this machine is full: what the server said is not noted here, and is asked again in a minute. "
    "Make room on the disk of {folder}. [{code}]"
)
CLOCK_OFF = N_("The clock of this machine is {seconds} seconds off the server's; the server's time is used.")
REFUSED = N_("The server refuses receipt {number}: {message} [{code}] It is kept in {file} for a person.")
SENT = N_(
    "{count} receipts of the time alone were sent; {listed} of them were put aside. What a person has to look at "
    "stands in the list of conflicts."
)


class KeepingUp:
    """`every`: seconds between two bundles."""

    def __init__(self, desk: Desk, every: float, say: Callable[..., None]) -> None:
        self._desk, self._every, self._say = desk, every, say
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._fetched_at = float("-inf")
        self._told_clock = 0
        self._not_taken: str | None = None
        """The code by which the server refuses all that waits; told once."""
        self._again_at = float("-inf")

    def start(self) -> None:
        if (trouble := self._desk.till.trouble) is not None:
            self._say(NOT_USED, message=str(trouble), code=trouble.code)
        # The first bundle before the first call, where the server is there.
        self._desk.upstream.offset = self._desk.upstream.offset or _kept_offset(self._desk)
        self._once()
        self._thread.start()

    def end(self) -> None:
        self._over.set()
        self._thread.join(timeout=SLOW_SECONDS)

    def _run(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            self._once()

    def _once(self) -> None:
        try:
            sent = self._send()
            if sent or time.monotonic() - self._fetched_at >= self._every:
                self._fetch()
            self._tell_clock()
            self._tell_not_noted()
            self._desk.till.tidy(now=self._desk.upstream.now())
        except Gone:
            return
        except TillDiskFull as full:  # nobody refused anything: the server takes a receipt twice as once
            self._fetched_at = time.monotonic()
            self._again_at = time.monotonic() + SLOW_SECONDS
            self._say(DISK_FULL, folder=self._desk.till.folder.path, code=full.code)
        except HuitouError as refusal:
            self._fetched_at = time.monotonic()
            self._say(NOT_TRUSTED, message=str(refusal), code=refusal.code)
        except (
            ValueError,
            LookupError,
            TypeError,
        ):  # cut off or changed on the way: what waits is sent again, and nothing ends here
            return

    def _send(self) -> int:
        """Everything that waits, in order; how many. What is answered is acknowledged line by line. Raises Gone."""
        count = listed = 0
        if time.monotonic() < self._again_at:  # nobody gives the key back within a second
            return 0
        while waiting := self._desk.till.to_send(PIECE):
            body = b"\n".join(json.dumps(line, ensure_ascii=False).encode() for _, line in waiting)
            headers = {"Content-Type": "application/x-ndjson"}
            told = self._desk.upstream.call("POST", "/receipts/batch", body, headers, timeout=SLOW_SECONDS)
            if told.status != 200:
                self._tell_not_taken(told)
                raise Gone()
            self._not_taken = None
            self._again_at = float("-inf")
            answers = [json.loads(line) for line in told.body.splitlines()]
            done = [one for one in answers if one["status"] != "failed"]
            if not done:
                raise Gone()
            self._keep_refused(waiting, done)
            self._desk.till.folder.note_sent(waiting[len(done) - 1][0])
            count += len(done)
            listed += sum(one["status"] in ("quarantined", "refused") for one in done)
        if count:
            self._say(SENT, count=count, listed=listed)
        return count

    def _keep_refused(self, waiting: list[tuple[int, dict[str, Any]]], done: list[dict[str, Any]]) -> None:
        """A line that the server will never take happened all the same. Raises TillDiskFull: then it is sent again."""
        folder = self._desk.till.folder
        refused = [
            {"sequence": sequence, "line": line, "answer": answer}
            for (sequence, line), answer in zip(waiting, done, strict=False)
            if answer["status"] == "refused"
        ]
        folder.note_refused(refused)
        for one in refused:
            answer = one["answer"]
            self._say(
                REFUSED, number=one["line"].get("number"), message=answer.get("message", ""),
                code=answer.get("code", ""), file=folder.refused_path,
            )  # fmt: skip

    def _fetch(self) -> None:
        """Raises Gone, and what is wrong with the bundle."""
        till, upstream = self._desk.till, self._desk.upstream
        sent = till.known_to_server()
        told = upstream.call("GET", self._bundle_path(till.have()), b"", {}, timeout=SLOW_SECONDS)
        self._fetched_at = time.monotonic()
        if told.status != 200:
            refused: dict[str, Any] = json.loads(told.body)
            self._say(FAILED, message=refused.get("message", ""), code=refused.get("code", told.status))
            return
        try:
            till.take_bundle(told.body, now=upstream.now(), sent=sent)
        except HuitouError:
            if not till.have():
                raise
            whole = upstream.call("GET", self._bundle_path(""), b"", {}, timeout=SLOW_SECONDS)
            till.take_bundle(whole.body, now=upstream.now(), sent=sent)

    def _bundle_path(self, have: str) -> str:
        till = self._desk.till
        return "/offline-bundle?" + urlencode({"store": till.store, "have": have, "till_key": till.public_key.hex()})

    def _tell_not_taken(self, told: Answered) -> None:
        """A key that was revoked, or may not send batches: nothing would arrive, and nobody would hear of it."""
        refused: dict[str, Any] = json.loads(told.body)
        code = str(refused.get("code", told.status))
        self._again_at = time.monotonic() + SLOW_SECONDS
        if code != self._not_taken:
            self._not_taken = code
            self._say(NOT_TAKEN, message=refused.get("message", ""), code=code)

    def _tell_not_noted(self) -> None:
        refusal, self._desk.not_noted = self._desk.not_noted, None
        if refusal is not None:
            self._say(NOT_NOTED, message=str(refusal), code=refusal.code)

    def _tell_clock(self) -> None:
        offset = int(self._desk.upstream.offset.total_seconds())
        if abs(offset - self._told_clock) >= CLOCK_SECONDS:
            self._told_clock = offset
            self._desk.till.folder.note_clock(offset)
            if abs(offset) >= CLOCK_SECONDS:
                self._say(CLOCK_OFF, seconds=-offset)


def _kept_offset(desk: Desk) -> timedelta:
    return timedelta(seconds=desk.till.folder.clock())
