"""Both evaluators over random trees and members: `python -m tests.segments.agree [PAIRS]`, 100,000 unless given.

Each pair is a tree and a member; the first that differ are printed with their tree and their history.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from huitou.segments.rules.document import parsed
from huitou.segments.rules.exchange import write_segment
from huitou.segments.rules.membership import holds, leaves, troubles
from huitou.segments.store.crowd import Crowd
from huitou.segments.terms import Person
from tests.segments.worlds import Trees, World


@dataclass
class Compared:
    """What was compared: pairs, those that are in, by leaf those it holds for and not, and what differs."""

    pairs: int = 0
    inside: int = 0
    met: Counter = field(default_factory=Counter)
    unmet: Counter = field(default_factory=Counter)
    differing: list[tuple[str, Person, bool]] = field(default_factory=list)


def compare(
    seed: int, *, trees: int, members: int, compared: Compared, only: str = "", chance: Random | None = None
) -> None:
    """So many random trees over so many random members; `only` a leaf of this name; `chance` draws both."""
    world = World(seed, members, chance)
    drawn = Trees(seed, world.moment.today, only, chance)
    with world.session() as session:
        crowd = Crowd(session, world.moment)
        for _ in range(trees):
            text = drawn.document()
            segment = parsed(text)
            assert not list(troubles(segment.where, world.known)), text
            assert parsed_again(segment) == segment, text
            inside = set(crowd.ids(crowd.bits(segment.where)))
            for person in world.people:
                expected = holds(segment.where, person, world.moment)
                compared.pairs += 1
                compared.inside += expected
                if expected != (person.member_id in inside):
                    compared.differing.append((text, person, expected))
            for _, leaf in leaves(segment.where):
                found = crowd.count(leaf)
                compared.met[leaf.name] += found
                compared.unmet[leaf.name] += members - found


def parsed_again(segment):
    """What is written is read as the same."""
    import json

    return parsed(json.dumps(write_segment(segment)))


def main(pairs: int) -> int:
    compared = Compared()
    seed = 0
    while compared.pairs < pairs:
        compare(seed, trees=20, members=50, compared=compared)
        seed += 1
    told = [f"{text}\n{person}\npure says {expected}\n" for text, person, expected in compared.differing[:3]]
    told.append(f"{compared.pairs:,} pairs, {compared.inside:,} inside, {len(compared.differing):,} differ")
    told += [f"{name}: held for {met:,} of {met + compared.unmet[name]:,}" for name, met in compared.met.items()]
    sys.stdout.write("\n".join(told) + "\n")
    return 1 if compared.differing else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
