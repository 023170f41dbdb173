"""What a till remembers of what it did alone: whose points and coupons are spent, which numbers are taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from huitou.offline.terms import Kept

Name = tuple[str, str, str, str]
"""Kind, till, business date, number: as the server tells receipts apart."""


@dataclass(slots=True)
class Hold:
    """Points and coupons that a basket holds, and the code that was shown for them."""

    member: int | None
    points: int
    coupons: tuple[str, ...]
    until: datetime
    state: str = "open"
    code: str = ""
    shown_at: datetime | None = None


@dataclass(slots=True)
class Memory:
    """All of it comes from the journal, line by line; nothing else changes it."""

    last: int = 0
    """The sequence of the last line."""
    known: dict[Name, tuple[str, Mapping[str, Any]]] = field(default_factory=dict)
    """Of each receipt the digest of its words and what was told."""
    sold: dict[Name, Mapping[int, tuple[int, int]]] = field(default_factory=dict)
    """Of each sale its lines: thousandths and fen."""
    lines: dict[Name, int] = field(default_factory=dict)
    """Of each sale its line of the journal."""
    at: dict[Name, datetime] = field(default_factory=dict)
    back: dict[Name, dict[int, tuple[int, int]]] = field(default_factory=dict)
    """Of each sale the thousandths and fen that came back, by line."""
    ways_back: dict[Name, dict[str, int]] = field(default_factory=dict)
    """Of each sale the fen that went back, by way."""
    server_returns: set[tuple[str, str, str]] = field(default_factory=set)
    """Till, number and moment of the returns that the server took of them."""
    holds: dict[str, Hold] = field(default_factory=dict)
    codes: set[tuple[int, int]] = field(default_factory=set)
    """(member, minute) of the codes that have paid or held here."""
    used: dict[str, int] = field(default_factory=dict)
    """Coupons that were used here, with the line that did."""
    points: list[tuple[int, int, int]] = field(default_factory=list)
    """(line, member, points spent)."""
    uses: list[tuple[int, str, int, int, int | None, str]] = field(default_factory=list)
    """(line, offer, uses, fen, member, business date)."""
    quotas: dict[tuple[str, int, str], tuple[int, int]] = field(default_factory=dict)
    """By offer, member and month what the server last said through this till that they were given: (line, fen)."""

    def note(self, one: Kept) -> None:
        """Take one line of the journal in."""
        self.last = max(self.last, one.sequence)
        notes = one.notes
        if code := notes.get("code"):
            self.codes.add((code[0], code[1]))
        if one.kind in ("sale", "return"):
            self._receipt(one)
        elif one.kind == "passed_sale":
            self.known[tuple(notes["name"])] = (notes["digest"], one.told)
            self._sold(one, tuple(notes["name"]))
            for offer, fen in notes.get("quotas", ()):
                self.quotas[offer, notes["member"], notes["name"][2][:7]] = (one.sequence, fen)
        elif one.kind == "hold":
            self.holds[notes["basket"]] = Hold(
                notes["member"],
                notes["points"],
                tuple(notes["coupons"]),
                datetime.fromisoformat(notes["until"]),
                code=notes.get("shown", ""),
                shown_at=datetime.fromisoformat(notes["shown_at"]) if notes.get("shown_at") else None,
            )
        elif one.kind == "server_return":
            self.server_returns.add(tuple(notes["name"]))
            self._came_back(tuple(notes["of"]), notes["lines"], one.body.get("tenders") or ())
        elif one.kind == "release" and notes["basket"] in self.holds:
            self.holds[notes["basket"]].state = "released"

    def _receipt(self, one: Kept) -> None:
        notes = one.notes
        name: Name = tuple(notes["name"])
        self.known[name] = (notes["digest"], one.told)
        if one.kind == "return":
            self._came_back(tuple(notes["of"]), notes["lines"], one.body.get("tenders") or ())
            return
        self._sold(one, name)

    def _sold(self, one: Kept, name: Name) -> None:
        """What was sold, here or through here: what can come back, and what is spent of points and coupons."""
        notes = one.notes
        self.lines[name], self.at[name] = one.sequence, one.at
        self.sold[name] = {line: (milli, fen) for line, milli, fen in notes["lines"]}
        for coupon in notes["coupons"]:
            self.used[coupon] = one.sequence
        for offer, uses, fen in notes.get("uses", ()):
            self.uses.append((one.sequence, offer, uses, fen, notes["member"], name[2]))
        if notes["points"]:
            self.points.append((one.sequence, notes["member"], notes["points"]))
        if notes["hold"] in self.holds:
            self.holds[notes["hold"]].state = "posted"

    def _came_back(self, of: Name, lines: Iterable[Any], tenders: Iterable[Mapping[str, str]]) -> None:
        back, ways = self.back.setdefault(of, {}), self.ways_back.setdefault(of, {})
        for line, milli, *fen in lines:
            before = back.get(line, (0, 0))
            back[line] = (before[0] + milli, before[1] + sum(fen))
        for one in tenders:
            ways[one["kind"]] = ways.get(one["kind"], 0) + int(one["amount"].replace(".", "", 1))

    def spent_since(self, member: int, after: int) -> int:
        """Points that this member spent here in lines after that one: the bundle knows of the earlier ones."""
        return sum(points for line, who, points in self.points if who == member and line > after)

    def held_points(self, member: int, now: datetime, *, besides: str | None = None) -> int:
        return sum(
            hold.points
            for basket, hold in self.holds.items()
            if hold.member == member and is_open(hold, now) and basket != besides
        )

    def holder(self, coupon: str, now: datetime) -> tuple[str, Hold] | None:
        """The basket that holds this coupon here."""
        for basket, hold in self.holds.items():
            if coupon in hold.coupons and is_open(hold, now):
                return basket, hold
        return None

    def given_in_month(self, offer: str, member: int, month: str, after: int, bundle_fen: int) -> int:
        """Fen of a quota: what the bundle says or, where that is newer, the server; and what was sold here since."""
        line, fen = self.quotas.get((offer, member, month), (0, 0))
        since, begun = (line, fen) if line > after else (after, bundle_fen)
        return begun + sum(
            one_fen for at, one, _, one_fen, who, day in self.uses
            if at > since and one == offer and who == member and day[:7] == month
        )  # fmt: skip

    def used_offers(self, after: int) -> Iterable[tuple[str, int, int, int | None, str]]:
        """(offer, uses, fen, member, business date) of the lines after that one."""
        return [rest for line, *rest in self.uses if line > after]  # type: ignore[misc]


def may_go(one: Kept, *, needed_after: int, before: datetime) -> bool:
    """Whether a line of the journal is of no more use: the server has it, the bundle knows of it, and it is old.
    `needed_after`: the lines behind this one are still needed, whatever their age."""
    return one.sequence <= needed_after and one.at < before


def is_open(hold: Hold, now: datetime) -> bool:
    return hold.state == "open" and hold.until > now


def remembered(lines: Iterable[Kept]) -> Memory:
    memory = Memory()
    for one in lines:
        memory.note(one)
    return memory
