"""A lasting random part of the members: who is in it depends on the seed and the member's number alone."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from huitou.kernel.errors import N_
from huitou.segments.rules.goods import quoted
from huitou.segments.terms import Count, Known, Leaf, Moment, Person, Said, Selection, Trouble, Word


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket(Leaf):
    """Of `of` equal buckets, counted from 0, those from `first` to `last`."""

    name: ClassVar[str] = "bucket"

    seed: Word
    of: Count
    first: Count
    last: Count

    def troubles(self, known: Known) -> Sequence[Trouble]:
        if self.of < 1 or self.last >= self.of:
            return [Trouble("last", "bucket_outside", {"last": max(0, self.of - 1)})]
        if self.first > self.last:
            return [Trouble("last", "backwards", {"least": self.first, "most": self.last})]
        return []

    def holds(self, person: Person, moment: Moment) -> bool:
        return self.first <= bucket_of(self.seed, person.member_id, self.of) <= self.last

    def sql(self, moment: Moment) -> Selection:
        number = f"(md5_number_lower({quoted(self.seed + ':')} || member_id) % {int(self.of)})"
        return Selection(condition=f"{number} BETWEEN {int(self.first)} AND {int(self.last)}")

    def said(self) -> Said:
        facts = {"first": str(self.first), "last": str(self.last), "of": str(self.of), "seed": self.seed}
        if self.first == self.last:
            return Said(N_("are in the bucket {first} of {of}, drawn by “{seed}”"), facts)
        return Said(N_("are in the buckets {first} to {last} of {of}, drawn by “{seed}”"), facts)


def bucket_of(seed: str, member_id: int, buckets: int) -> int:
    """The second half of an MD5, which the lake's engine has too; it guards no secret."""
    digest = hashlib.md5(f"{seed}:{member_id}".encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[8:], "little") % buckets
