"""A small chain with live segments, and a clock that a test turns."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from huitou.segments.service import live
from huitou.usecases import live_segments
from huitou.usecases import segments as asking
from huitou.usecases.load_lake import hear_facts, tell_claims, tell_moves
from tests.builders import line, member_ids, run, take_into_lake

BEGIN = datetime(2026, 11, 6, 4, tzinfo=UTC)


class World:
    """A small chain, its live segments, and a clock that the test turns."""

    def __init__(self, folder) -> None:
        self.folder, self.now, self.files = folder, BEGIN, 0
        self.cards = member_ids()

    def clock(self) -> datetime:
        return self.now

    def follow(self) -> int:
        """One by one and all at once, by turns: both evaluators keep the same members."""
        live.ONE_BY_ONE = 8 - live.ONE_BY_ONE
        return live_segments.follow_all(self.clock)

    def define(self, **wanted) -> None:
        for name, where in wanted.items():
            asking.define_segment(name, json.dumps({"language": 1, "where": where}), made_by="test")
            live_segments.switch_live(name, on=True, actor="test")
        self.follow()

    def asked_of_all(self) -> dict[str, list[int]]:
        """What a count of everybody says, once the lake has heard of everything."""
        hear_facts(at_once=True)
        tell_claims()
        tell_moves()
        every = asking.segments.trees()
        with asking.open_crowd(self.now) as crowd:
            return {
                one.name: list(crowd.ids(crowd.bits(asking.segments.resolved(every[one.name], every))))
                for one in live.listed()
            }

    def kept(self) -> dict[str, list[int]]:
        return {one.name: live.members_of(one.name) for one in live.listed()}

    def agrees(self) -> bool:
        self.follow()
        return self.kept() == self.asked_of_all()

    def sell(self, card: str | None, at: str, sku: str = "milk") -> int:
        self.files += 1
        said = line(f"N{self.files}", at, sku, store="east", **({"member": card} if card else {}))
        return take_into_lake(self.folder, [said], source=f"more {self.files}").import_id

    def view(self, card: str) -> None:
        self.files += 1
        run(
            "INSERT INTO members_event (source, source_id, kind, member_id, store_id, at, body, digest) VALUES "
            f"('app', 'v{self.files}', 'view', {self.cards[card]}, NULL, '{self.now.isoformat()}', '{{}}', '')"
        )


def moved_once_and_in_order() -> None:
    for one in live.listed():
        inside: set[int] = set()
        for move in live.moves(one.name):
            assert move.entered != (move.member_id in inside), "who is in cannot enter, who is out cannot leave"
            (inside.add if move.entered else inside.remove)(move.member_id)
        assert sorted(inside) == live.members_of(one.name)
