"""A bundle as the till asks it: what a code means, who a card is, which coupons are whose."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from huitou.catalogue import without_database as catalogue
from huitou.catalogue.terms import GoodsSeen
from huitou.kernel.ids import member_number
from huitou.kernel.money import Money
from huitou.loyalty import without_database as points
from huitou.members import without_database as members
from huitou.members.errors import CodeUnknown
from huitou.members.terms import MemberFacts, MemberRef, RefKind
from huitou.members.without_database import CodeRead
from huitou.offers.service import compile_programme, read_offers
from huitou.offers.service.quoting import left_of_offer
from huitou.offers.terms import Limits
from huitou.offers.terms.coupons import CouponAtTill, KindToGive
from huitou.offers.terms.kept import OfferTerms
from huitou.offline.errors import BundleEnded, BundleFromFuture, CodeNeedsServer, FoundByServerAlone, MemberNotHere
from huitou.offline.rules.memory import Memory
from huitou.offline.sealing import card_digest
from huitou.offline.terms import CLOCK_SLACK, Bundle, Row

WALLET = 50
"""Coupons of a member that a quote looks at, those that end first: as many as with the server."""
_LEAST_GTIN = 12
_ANOTHER_TILL = "\x00"


def _day(text: object) -> date | None:
    return date.fromisoformat(str(text)) if text else None


class Shop:
    """A store as its bundle has it, made once for each. `public_key`: the installation's; `cards_key`: what the digests
    were made with."""

    def __init__(self, bundle: Bundle, public_key: bytes, cards_key: bytes) -> None:
        self.bundle, self.header = bundle, bundle.header
        self._public_key, self._cards_key = public_key, cards_key
        rows = bundle.rows
        self._schemes = catalogue.read_schemes(self.header.scale_codes)
        self._goods = {str(row[0]): row for row in rows["goods"]}
        self._codes = {str(code): (str(sku), int(pieces or 1)) for code, sku, pieces in rows["codes"]}
        self._members = {row[0]: row for row in rows["members"]}
        self._cards = {str(digest): member for digest, member in rows["cards"]}
        self._kinds = {row[0]: row for row in rows["kinds"]}
        self.gives = {
            str(kind): KindToGive(str(kind), "", "", bool(personal), None, _day(until), None)
            for kind, personal, until in rows["gives"]
        }
        """The kinds of coupons that its offers give."""
        self._coupons: dict[str, tuple[int, Row]] = {}
        self._wallets: dict[int, list[str]] = defaultdict(list)
        for place, row in enumerate(rows["coupons"], 1):
            self._coupons[str(row[0])] = (place, row)
            self._wallets[row[2]].append(str(row[0]))  # type: ignore[index]
        documents = [json.loads(str(row[1])) for row in rows["offers"]]
        self.compiled = compile_programme(read_offers(documents))
        self.terms = {str(row[0]): OfferTerms(*row[2:]) for row in rows["offers"]}  # type: ignore[arg-type]
        self._spent = {str(row[0]): row for row in rows["spent"]}
        self._segments: dict[int, list[str]] = defaultdict(list)
        for name, member in rows["segments"]:
            self._segments[member].append(str(name))  # type: ignore[index]
        self._quotas = {(row[0], row[1], row[2]): int(row[3] or 0) for row in rows["quotas"]}
        self._used = {(row[0], row[1], row[2]): int(row[3] or 0) for row in rows["used"]}

    # ---- when

    def day(self, at: datetime) -> date:
        zone = ZoneInfo(self.header.store.zone or self.header.zone)
        return catalogue.business_date(at, zone=zone, day_starts_at=self.header.store.day_starts_at)

    def require_people(self, now: datetime) -> None:
        """Raises BundleEnded and BundleFromFuture: what the bundle says of people does not hold now."""
        if now > self.header.ends_at:
            raise BundleEnded(made_at=self.header.made_at.isoformat(timespec="minutes"))
        if now < self.header.made_at - CLOCK_SLACK:
            made_at = self.header.made_at.isoformat(timespec="minutes")
            raise BundleFromFuture(made_at=made_at, now=now.isoformat(timespec="minutes"))

    # ---- what

    def goods(self, codes: Iterable[str]) -> dict[str, GoodsSeen]:
        """What the till means by these codes; unknown ones are missing."""
        found = {}
        for code in set(codes):
            read = catalogue.read_code(code, self._schemes)
            sku, pieces = self._product_of(read)
            if sku is not None:
                _, _, category, brand, supplier, weighed, fen, promotable = self._goods[sku]
                found[code] = GoodsSeen(
                    0, sku, str(category), str(brand), str(supplier), bool(weighed),
                    None if fen is None else int(fen), bool(promotable), pieces, read.weight_g, read.price_fen,
                )  # fmt: skip
        return found

    def name_of(self, code: str) -> str:
        """What the product of this code is called; empty where there is none."""
        sku, _ = self._product_of(catalogue.read_code(code, self._schemes))
        return str(self._goods[sku][1]) if sku is not None else ""

    def price_list(self) -> dict[str, Any]:
        """As `GET /goods` tells it."""
        codes: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for code, (sku, pieces) in self._codes.items():
            codes[str(sku)].append({"code": code, "pieces": pieces})
        goods = [
            {"sku": str(sku), "name": str(name), "category": str(category), "weighed": bool(weighed),
             "price": None if fen is None else str(Money(int(fen))), "promotable": bool(promotable),
             "codes": codes[str(sku)]}
            for sku, name, category, _, _, weighed, fen, promotable in self._goods.values()
        ]  # fmt: skip
        return {"goods": goods, "scale_codes": [scheme.pattern for scheme in self._schemes]}

    def _product_of(self, read: catalogue.Scanned) -> tuple[str | None, int]:
        """A sku first, word for word; then a barcode or PLU; last a sku that is the same barcode spelled otherwise."""
        if read.sku in self._goods:
            return read.sku, 1
        if read.code in self._codes:
            return self._codes[read.code]
        longer = len(read.code) >= _LEAST_GTIN and read.code in self._goods
        return (read.code if longer else None), 1

    # ---- who

    def find(self, ref: MemberRef, at: datetime) -> tuple[int, CodeRead | None]:
        """The member, and the code that proved them, if one did.

        Raises CodeUnknown, CodeNeedsServer, FoundByServerAlone, MemberNotHere, and what `require_people` does.
        """
        self.require_people(at)
        if ref.kind == RefKind.CODE:
            if not members.looks_signed(ref.value):
                raise CodeNeedsServer() if members.looks_like_code(ref.value) else CodeUnknown()
            read = members.read_signed(ref.value, at=at, public_key=self._public_key)
            if read is None:
                raise CodeUnknown()
            return read.member, read
        if ref.kind in (RefKind.CARD, RefKind.EXTERNAL):
            found = self._cards.get(card_digest(self._cards_key, ref.kind, ref.value))
        elif ref.kind == RefKind.MEMBER:
            number = member_number(ref.value)
            found = number if number in self._members else None
        else:
            raise FoundByServerAlone()
        if found is None:
            raise MemberNotHere()
        return int(found), None

    def facts(self, member: int) -> MemberFacts:
        """As offers ask for them; of somebody who is at home in another store nothing but who it is."""
        row = self._members.get(member)
        if row is None:
            return MemberFacts(member, None, "")
        month = int(row[2] or 0)
        return MemberFacts(member, date(2000, month, 1) if month else None, str(row[1]), bool(row[4]))

    def segments(self, member: int | None) -> tuple[str, ...]:
        """Those of the live segments that offers ask for in which they were when the bundle was made."""
        return () if member is None else tuple(sorted(self._segments.get(member, ())))

    def points(self, member: int) -> int:
        """What they could spend at most when the bundle was made."""
        row = self._members.get(member)
        return 0 if row is None else int(row[3] or 0)

    def worth_of(self, points: int) -> int:
        """Fen that so many points count in budgets."""
        rate = self.header.points_rate
        return 0 if rate is None else rate.worth_of(points)

    def points_payment(self, member: int | None, available: int, due_fen: int) -> dict[str, Any] | None:
        """What points may pay for a basket of this sum; None of nobody, and where points do not pay."""
        rate = self.header.points_rate
        return None if member is None else points.told_payment(rate, available=available, due_fen=due_fen)

    # ---- which coupons

    def coupon(self, code: str, memory: Memory, now: datetime) -> CouponAtTill | None:
        """As it stands now, with what was done here; None where the bundle has none of this code."""
        found = self._coupons.get(code)
        if found is None:
            return None
        place, (_, kind, member, starts, ends, held_until) = found
        state, key, until = "live", None, None
        if holder := memory.holder(code, now):
            state, (key, hold) = "held", holder
            until = hold.until
        elif held_until and (elsewhere := datetime.fromisoformat(str(held_until))) > now:
            state, key, until = "held", _ANOTHER_TILL, elsewhere
        if code in memory.used:
            state, key, until = "used", None, None
        _, personal, transferable, stores, title = self._kinds.get(kind, (kind, 1, 0, "", kind))
        return CouponAtTill(
            place, code, str(kind), None if member is None else int(member), state,  # type: ignore[arg-type]
            date.fromisoformat(str(starts)) if starts else None, date.fromisoformat(str(ends)) if ends else None,
            key, until, None, bool(personal), bool(transferable), tuple(map(int, str(stores).split())),
            str(title),
        )  # fmt: skip

    def wallet(self, member: int, memory: Memory, now: datetime) -> list[CouponAtTill]:
        """The member's coupons that are good on this day, those that end first before the others."""
        day = self.day(now)
        found = [one for code in self._wallets.get(member, ()) if (one := self.coupon(code, memory, now)) is not None]
        good = [
            one for one in found
            if (one.starts is None or one.starts <= day) and (one.ends is None or one.ends >= day)
        ]  # fmt: skip
        return sorted(good, key=lambda one: (one.ends or date.max, one.code))[:WALLET]

    # ---- how much is left

    def left(self, memory: Memory, after: int, member: int | None, day: date) -> dict[str, Limits]:
        """Of each limited offer what is left for one basket, with what was sold here in lines after that one."""
        here = list(memory.used_offers(after))
        found = {}
        for offer, terms in self.terms.items():
            if terms.unlimited:
                continue
            mine = [one for one in here if one[0] == offer]
            _, uses, fen, on, in_store = self._spent.get(offer, (offer, 0, 0, "", 0))
            today, month = day.isoformat(), day.replace(day=1).isoformat()
            of_member = None
            if member is not None:
                theirs = [one for one in mine if one[3] == member]
                of_member = (
                    self._used.get((offer, member, ""), 0) + sum(one[1] for one in theirs),
                    self._used.get((offer, member, today), 0) + sum(one[1] for one in theirs if one[4] == today),
                    memory.given_in_month(offer, member, today[:7], after, self._quotas.get((offer, member, month), 0)),
                )
            found[offer] = left_of_offer(
                terms,
                int(uses or 0) + sum(one[1] for one in mine),
                int(fen or 0) + sum(one[2] for one in mine),
                (int(in_store or 0) if on == today else 0) + sum(one[1] for one in mine if one[4] == today),
                of_member,
            )
        return found
