"""Tills that post receipts over HTTP from processes of their own, whatever happens to the site meanwhile."""

from __future__ import annotations

import hashlib
import http.client
import json
import multiprocessing
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

PATIENCE_SECONDS = 120.0
"""How long a till goes on trying one receipt."""
MEMBERS = 400
POINTS = 37
"""What each receipt earns: 37.50 yuan."""


class Line:
    """A connection that stays open, and is opened again when it breaks."""

    def __init__(self, port: int, key: str) -> None:
        self.port, self.head = port, {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self._line: http.client.HTTPConnection | None = None

    def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        """Status and body of one try. Raises OSError or HTTPException when nobody can say what came of it."""
        try:
            if self._line is None:
                self._line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            self._line.request("POST", path, body, self.head)
            answer = self._line.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line = None

    def insist(self, path: str, body: bytes) -> tuple[bytes, int]:
        """Post until there is an answer that is no failure; the answer, and how many tries it took."""
        until = time.monotonic() + PATIENCE_SECONDS
        tries = 1
        said = ""
        while time.monotonic() < until:
            try:
                status, answer = self.post(path, body)
                if status == 200:
                    return answer, tries
                said = f"{status}: {answer.decode(errors='replace')[:300]}"
                assert status >= 500, said
            except (OSError, http.client.HTTPException) as error:
                said = repr(error)
            tries += 1
            time.sleep(0.1)
        raise AssertionError(f"no answer in {PATIENCE_SECONDS:.0f} s; last: {said}")


def body_of(number: int) -> bytes:
    """The receipt of this number: three lines of a member's."""
    lines = [("milk", "12.50"), ("rice", "20.00"), ("tea", "5.00")]
    said = {
        "store": "S1",
        "till": str(number % 7),
        "number": str(number),
        "at": datetime.fromtimestamp(1763600000 + number, UTC).isoformat(),
        "member": {"kind": "card", "value": f"C{number % MEMBERS}"},
        "lines": [
            {"line": place, "sku": sku, "name": sku, "quantity": "1.000", "amount": amount}
            for place, (sku, amount) in enumerate(lines, 1)
        ],
    }
    return json.dumps(said).encode()


def digest(answer: bytes) -> str:
    return hashlib.sha256(answer).hexdigest()


@dataclass
class Heard:
    """What one till heard."""

    answers: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    """By receipt, the digests of its answers."""
    count: int = 0
    retries: int = 0
    longest_seconds: float = 0.0
    unknown: int = 0
    """Receipts posted once of which nobody could say what came of them."""

    def note(self, number: int, answer: bytes, since: float) -> None:
        self.answers[number].add(digest(answer))
        self.count += 1
        self.longest_seconds = max(self.longest_seconds, time.monotonic() - since)


def same_again(receipts: int, copies: int, tills: int) -> list[list[int]]:
    """Every receipt `copies` times, dealt to the tills: most of them close together, two of them long after."""
    dice = random.Random(20261125)
    posts: list[int] = []
    late: list[int] = []
    for first in range(0, receipts, 25):
        window = list(range(first, min(first + 25, receipts)))
        close = window * (copies - 2)
        dice.shuffle(close)
        posts += close
        late += window * 2
    dice.shuffle(late)
    posts += late
    return [posts[place::tills] for place in range(tills)]


def insisting(line: Line, numbers: Sequence[int], heard: Heard) -> Iterator[None]:
    """Post each until it is answered."""
    for number in numbers:
        since = time.monotonic()
        answer, tries = line.insist("/api/v1/receipts", body_of(number))
        heard.retries += tries - 1
        heard.note(number, answer, since)
        yield


def once(line: Line, numbers: Sequence[int], heard: Heard) -> Iterator[None]:
    """Post each a single time; where no answer comes, nobody asks again."""
    for number in numbers:
        since = time.monotonic()
        try:
            status, answer = line.post("/api/v1/receipts", body_of(number))
            assert status == 200 or status >= 500, answer
            if status == 200:
                heard.note(number, answer, since)
            else:
                heard.unknown += 1
                time.sleep(0.05)
        except (OSError, http.client.HTTPException):
            heard.unknown += 1
            time.sleep(0.05)
        yield


Way = Callable[[Line, Sequence[int], Heard], Iterator[None]]


class Tills:
    """Processes that post; `posted()` says how far they are, `heard()` waits for their end."""

    def __init__(self, port: int, key: str, way: Way, dealt: Sequence[Sequence[int]]) -> None:
        fork = multiprocessing.get_context("fork")
        self._count, self._ended = fork.Value("q", 0), fork.Value("q", 0)
        self._pipes, self._processes = [], []
        for numbers in dealt:
            ours, theirs = fork.Pipe(duplex=False)
            told = (self._count, self._ended, theirs)
            process = fork.Process(target=_post, args=(port, key, way, numbers, *told), daemon=True)
            process.start()
            theirs.close()
            self._pipes.append(ours)
            self._processes.append(process)

    def posted(self) -> int:
        return self._count.value

    def running(self) -> bool:
        """Whether one of them still posts. A till that failed ends them all; one that is done early ends none."""
        return self._ended.value < len(self._processes) and any(process.is_alive() for process in self._processes)

    def heard(self) -> list[Heard]:
        said = [pipe.recv() for pipe in self._pipes]
        for process in self._processes:
            process.join()
        assert not any(isinstance(word, str) for word in said), next(word for word in said if isinstance(word, str))
        return said

    def end(self) -> None:
        """Whatever they were doing."""
        for process in self._processes:
            process.kill()
            process.join()


def _post(port: int, key: str, way: Way, numbers: Sequence[int], count: Any, ended: Any, pipe: Any) -> None:
    heard = Heard()

    def over(by: int) -> None:
        with ended.get_lock():
            ended.value += by

    try:
        for _ in way(Line(port, key), numbers, heard):
            with count.get_lock():
                count.value += 1
        heard.answers = dict(heard.answers)
        over(1)
        pipe.send(heard)
    except BaseException as error:
        over(1_000)
        pipe.send(repr(error))
    pipe.close()
