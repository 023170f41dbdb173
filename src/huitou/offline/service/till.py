"""A till that is alone: it answers as the server would for what its bundle knows, and keeps what happened.

Every answer that promises something is on the disk before it is given. What it did comes from the journal alone: after
a kill it reads that, and goes on. One lock: a store's tills sell a few times a second.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import RLock
from typing import Any

from huitou.kernel.clock import seconds_off
from huitou.kernel.errors import HuitouError
from huitou.kernel.ids import member_code, member_number
from huitou.members.errors import CodeSpent, SpendingNeedsCode
from huitou.members.terms import MemberRef, RefKind
from huitou.members.without_database import CodeRead, looks_like_code, looks_signed
from huitou.offers import service as offers
from huitou.offers.errors import CouponUnknown
from huitou.offers.service import quoting
from huitou.offers.service.reckoning import Scanned, basket_of, request_of
from huitou.offers.terms import Answer, Limits
from huitou.offers.terms.coupons import CouponAtTill
from huitou.offline.errors import BundleMissing, CouponNotChecked
from huitou.offline.rules.memory import Hold, Memory, Name, may_go, remembered
from huitou.offline.sealing import said_of, sign_receipt
from huitou.offline.service import kept_bundle, open_bundle, passing, promising, signer_of
from huitou.offline.service.coming_back import names_of, told_quote, told_sale
from huitou.offline.service.selling import Received, receive_return, receive_sale
from huitou.offline.service.shop import Shop
from huitou.offline.store.folder import TillFolder
from huitou.offline.terms import KEPT_FOR, Bundle, Kept, Mark
from huitou.privacy.without_database import public_key_of

A_DAY = timedelta(days=1)
"""The journal is written anew once a day at most."""
RECKON_MS = 200
"""Of a sale that happened: nobody waits for it."""


@dataclass(frozen=True, slots=True)
class Basket:
    """A basket that is asked for."""

    scanned: tuple[Scanned, ...]
    channel: str
    member: MemberRef | None
    coupons: tuple[str, ...]
    hold: str | None
    deadline_ms: int = offers.DEADLINE_MS


class Till:
    """One store's process. `trusted`: the installation's public key, None until the first bundle has said it."""

    def __init__(
        self, folder: TillFolder, store: str, cards_key: bytes, trusted: bytes | None, make_secret: Callable[[], bytes]
    ) -> None:
        self.folder, self.store, self.trusted = folder, store, trusted
        self._cards_key = cards_key
        self._lock = RLock()
        self._secret = folder.secret(make_secret)
        self.public_key = public_key_of(self._secret)
        self.memory: Memory = remembered(folder.read_journal())
        self.shop: Shop | None = None
        self._after = 0
        self.trouble: HuitouError | None = None
        """Why the bundle on the disk was not used, if it was not."""
        self._recall()

    def close(self) -> None:
        """Let go of the folder."""
        self.folder.close()

    # ---- the bundle

    def _recall(self) -> None:
        found = self.folder.bundle()
        if found is None:
            return
        signed, rows, sent = found
        try:
            # First whom the till trusts: that outlives an update whose bundles are written otherwise.
            self.trusted = signer_of(signed, self.trusted)
            bundle, _ = kept_bundle(signed, rows, trusted=self.trusted, store=self.store)
        except HuitouError as refusal:
            self.trouble = refusal
            return
        self._adopt(bundle, sent)

    def have(self) -> str:
        """The version that this till has; empty for none."""
        return self.shop.header.version if self.shop is not None else ""

    def take_bundle(self, signed: bytes, *, now: datetime, sent: int) -> Bundle:
        """Check and keep what the server signed. `sent`: the last line that the server had when it was asked.

        Raises what `open_bundle` refuses, and then the earlier bundle stays.
        """
        kept = self.shop.bundle if self.shop is not None else None
        bundle, key = open_bundle(signed, trusted=self.trusted, store=self.store, now=now, kept=kept)
        with self._lock:
            self.folder.keep_bundle(signed, bundle.rows, sent)
            self.trusted, self.trouble = key, None
            self._adopt(bundle, sent)
        return bundle

    def _adopt(self, bundle: Bundle, sent: int) -> None:
        assert self.trusted is not None
        self.shop, self._after = Shop(bundle, self.trusted, self._cards_key), sent

    def _open(self) -> Shop:
        if self.shop is None:
            # Whatever is wrong with the one on the disk: who sells goes on as with none.
            raise BundleMissing() from self.trouble
        return self.shop

    # ---- questions

    def identify(self, query: str, kind: str | None, *, now: datetime) -> dict[str, Any]:
        """Whose card or signed code this is. No name and no phone: they are not here. Raises what `Shop.find` does."""
        with self._lock:
            shop = self._open()
            ref = MemberRef(kind, query) if kind else _meant(query)
            member, proof = shop.find(ref, now)
            facts = shop.facts(member)
            return {
                "member": {
                    "member": member_code(member),
                    "name": "",
                    "phone": "",
                    "layer": None,
                    "tier": facts.tier or None,
                    "birthday_month": facts.birthday.month if facts.birthday else None,
                    "balance": self.balance(shop, member),
                    "may_spend": proof is not None,
                    "prompts": [],
                },
                "candidates": [],
                "more": False,
            }

    def balance(self, shop: Shop, member: int) -> int:
        return max(0, shop.points(member) - self.memory.spent_since(member, self._after))

    def price(self, basket: Basket, *, now: datetime) -> tuple[dict[str, Any], dict[str, HuitouError]]:
        """What it costs, as the server's `baskets/price` tells it; and of each coupon that may not be used why."""
        with self._lock:
            shop = self._open()
            member = shop.find(basket.member, now)[0] if basket.member is not None else None
            presented, refused = self.judged(shop, basket.coupons, member, basket.hold, now)
            wallet = []
            if member is not None:
                wallet = [
                    one for one in shop.wallet(member, self.memory, now)
                    if one not in presented and quoting.refusal_of(
                        one, member=member, store_id=shop.header.store.id, day=shop.day(now), basket=basket.hold,
                        now=now) is None
                ]  # fmt: skip
            goods = basket_of(basket.scanned, shop.goods(one.sku for one in basket.scanned))
            held = self.memory.held_points(member, now) if member is not None else 0
            points = self.balance(shop, member) if member is not None else 0
            facts = shop.facts(member) if member is not None else None
            request = request_of(
                goods, store=shop.header.store, channel=basket.channel, at=now, member=facts,
                segments=shop.segments(member), balance=points,
                presented=presented, wallet=wallet, zone=shop.header.zone, currency=shop.header.currency,
            )  # fmt: skip
            left = shop.left(self.memory, self._after, member, shop.day(now))
            answer = quoting.promised(
                self._priced(shop, request, left, basket.deadline_ms), member=member is not None, budgets=left,
                worth_of=shop.worth_of, kinds=shop.gives, day=shop.day(now),
            )  # fmt: skip
            quotas = quoting.quotas_left(shop.compiled, shop.terms, facts, left)
            unproved = () if basket.member is not None and basket.member.kind == RefKind.CODE else wallet
            told = quoting.told(
                answer, goods, shop.header.programme, facts, (points, held), presented, now, quotas, unproved=unproved
            )  # fmt: skip
            promised = self.memory.held_points(member, now, besides=basket.hold) if member is not None else 0
            told["points_payment"] = shop.points_payment(member, points - promised, int(answer.total))
            return told, refused

    def _priced(self, shop: Shop, request: Any, left: Mapping[str, Limits], deadline_ms: int) -> Answer:
        return offers.price(request, shop.compiled, clock=time.perf_counter_ns, deadline_ms=deadline_ms, left=left)

    def judged(
        self, shop: Shop, codes: Sequence[str], member: int | None, hold: str | None, now: datetime
    ) -> tuple[list[CouponAtTill], dict[str, HuitouError]]:
        found = self._coupons(shop, codes, now)
        usable, refused = quoting.judged(
            codes, found, member=member, store_id=shop.header.store.id, day=shop.day(now), key=hold, now=now
        )
        # Bearers' coupons are not in the bundle: that nobody has it is not known here.
        for code, refusal in refused.items():
            if isinstance(refusal, CouponUnknown):
                refused[code] = CouponNotChecked(coupon=code[:40])
        return usable, refused

    def _coupons(self, shop: Shop, codes: Sequence[str], now: datetime) -> list[CouponAtTill]:
        spelled = dict.fromkeys(one for code in codes for one in quoting.spellings(code))
        return [one for code in spelled if (one := shop.coupon(code, self.memory, now)) is not None]

    # ---- promises

    def hold(
        self, basket: str, member: MemberRef | None, points: int, coupons: Sequence[str], *, now: datetime
    ) -> dict[str, Any]:
        """Promise a member's points, and coupons, to a basket for a quarter of an hour, as the server would."""
        with self._lock:
            return promising.hold(self, self._open(), promising.Asked(basket, member, points, tuple(coupons)), now)

    def note_hold(self, basket: str, asked: Mapping[str, Any], told: Mapping[str, Any], *, now: datetime) -> None:
        """Remember what the server promised: the basket may be paid when it is gone."""
        with self._lock:
            passing.note_hold(self, basket, asked, told, now)

    def note_release(self, basket: str, *, now: datetime) -> None:
        """Remember that the server has given it free."""
        with self._lock:
            passing.note_release(self, basket, now)

    def release(self, basket: str, *, now: datetime) -> dict[str, Any]:
        """Give it free; again, the same answer. A basket that holds nothing is free already. Raises HoldEnded."""
        with self._lock:
            return promising.release(self, self._open(), basket, now)

    def account(
        self, shop: Shop, member: int | None, now: datetime, *, minus: int = 0, besides: str | None = None
    ) -> dict[str, Any]:
        """Whose, and what is theirs at most; nulls of nobody."""
        if member is None:
            return {"member": None, "balance": None, "available": None}
        balance = self.balance(shop, member)
        held = self.memory.held_points(member, now, besides=besides) + minus
        return {"member": member_code(member), "balance": balance, "available": max(0, balance - held)}

    def require_unspent(self, proof: CodeRead | None) -> None:
        """Raises SpendingNeedsCode and CodeSpent."""
        if proof is None:
            raise SpendingNeedsCode()
        if (proof.member, proof.minute) in self.memory.codes:
            raise CodeSpent()

    # ---- what happened

    def sell(self, body: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
        """Keep a sale that happened; the same again is told the same. `body`: as `POST /receipts` takes it, checked.

        Raises ReceiptDiffers, and what the server refuses of points and coupons as far as it is known here.
        """
        with self._lock:
            return self._received("sale", body, receive_sale(self, self._open(), body, now), now)

    def take_back(self, body: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
        """Keep goods that came back; the server settles points and coupons when it hears of it."""
        with self._lock:
            return self._received("return", body, receive_return(self, self._open(), body, now), now)

    # ---- before goods come back

    def price_list(self) -> dict[str, Any]:
        """The goods of the bundle, as `GET /goods` tells them."""
        with self._lock:
            return self._open().price_list()

    def find_sales(self, query: str) -> dict[str, Any]:
        """The sales of this till that a receipt means, as `receipts/find` tells them. Raises SaleNotHere."""
        with self._lock:
            names = names_of(self.memory, self.store, query)
            name_of = self.shop.name_of if self.shop is not None else str
            return {"sales": [told_sale(self.memory, self.store, one, self.kept_sale(one), name_of) for one in names]}

    def quote_return(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """What a return would give back, as `returns/quote` tells it; of points and coupons nothing, which only the
        server knows. Raises SaleNotHere and what a return of this till raises."""
        with self._lock:
            named = asked["sale"]
            name = ("sale", named["till"], named["business_date"], named["number"])
            here = named["store"] == self.store and name in self.memory.sold
            return told_quote(self.memory, self.store, asked, self.kept_sale(name) if here else None)

    def kept_sale(self, name: Name) -> Kept:
        """A sale of this till, as it was said."""
        return self.folder.line(self.memory.lines[name])

    def note_return(self, body: Mapping[str, Any], *, now: datetime) -> None:
        """Remember what the server took back of a sale of this till, for when it is gone and more comes back."""
        with self._lock:
            passing.note_return(self, body, now)

    def note_sale(self, body: Mapping[str, Any], told: Mapping[str, Any], *, now: datetime) -> None:
        """Remember a sale that the server took through this till: its goods may come back when the server is gone, and
        its points, coupons and what it took of limits are spent, whatever the bundle says."""
        with self._lock:
            passing.note_sale(self, self.shop, body, told, now)

    def tidy(self, *, now: datetime) -> int:
        """Let go of what nobody needs any more: old, at the server, and known to the bundle; how many lines went. The
        journal does not grow for ever. Raises TillDiskFull and TillFolderUnfit, and then all of it is there as before.
        """
        with self._lock:
            needed_after = min(self.known_to_server(), self._after)
            oldest, begun = self.folder.oldest(), self.folder.begun()
            if oldest is None or now - oldest < KEPT_FOR + A_DAY or not needed_after:
                return 0
            if begun is not None and now - begun < A_DAY:  # an old line that is not sent yet asks for it every second
                return 0
            before = now - KEPT_FOR
            gone, kept = self.folder.rotate(
                lambda one: not may_go(one, needed_after=needed_after, before=before), self.memory.last, now
            )
            self.memory = remembered(kept)
            return gone

    def _received(self, kind: str, body: Mapping[str, Any], one: Received, now: datetime) -> dict[str, Any]:
        if one.before is not None:
            return dict(one.before)
        off = seconds_off(datetime.fromisoformat(body["at"]), now)
        clock = {"clock_off_seconds": off} if off else {}
        told = {**one.told, **clock, "offline": True, "sequence": self.memory.last + 1}
        self.keep(kind, body, told, one.notes, now, hold=one.hold)
        return told

    def after(self) -> int:
        """The last line that the bundle knows of."""
        return self._after

    def reckon(self, shop: Shop, request: Any, member: int | None, at: datetime) -> Answer:
        """The price of a sale again, as it was quoted: for what it took of limits."""
        return self._priced(shop, request, shop.left(self.memory, self._after, member, shop.day(at)), RECKON_MS)

    def keep(
        self,
        kind: str,
        body: Mapping[str, Any],
        told: Mapping[str, Any],
        notes: Mapping[str, Any],
        now: datetime,
        hold: Hold | None = None,
    ) -> None:
        sequence = self.memory.last + 1
        kept = Kept(sequence, kind, now, body, told, notes)
        mark = None
        if kind in ("sale", "return"):
            mark = self._mark(sequence, body, now, hold, tuple(notes.get("promised", ())))
        self.folder.append(kept, mark)
        self.memory.note(kept)

    def _mark(
        self, sequence: int, body: Mapping[str, Any], now: datetime, hold: Hold | None, promised: tuple[str, ...]
    ) -> dict[str, Any]:
        ticket = self.shop.bundle.ticket if self.shop is not None else ""
        shown, shown_at = (hold.code, hold.shown_at) if hold is not None and hold.code else ("", None)
        said = said_of(Mark(ticket, sequence, now.astimezone(UTC), "", shown, shown_at, promised))
        return {**said, "signature": sign_receipt(self._secret, body, said)}

    # ---- what the server has to hear

    def to_send(self, most: int) -> list[tuple[int, dict[str, Any]]]:
        """The next receipts that the server has not acknowledged: (line, as `receipts/batch` takes them)."""
        found = []
        for kept, mark in self.folder.lines_after(self.folder.sent()):
            found.append((kept.sequence, {"kind": kept.kind, **kept.body, "offline": mark}))
            if len(found) == most:
                break
        return found

    def known_to_server(self) -> int:
        """The last line of the journal up to which the server has heard of everything."""
        with self._lock:
            return self.folder.known(self.memory.last)

    def waiting(self) -> int:
        """How many receipts the server has not acknowledged."""
        return self.folder.waiting()

    def people_rest(self, now: datetime) -> HuitouError | None:
        """Why points and personal coupons are not offered now, if they are not."""
        try:
            self._open().require_people(now)
        except HuitouError as refusal:
            return refusal
        return None


def _meant(query: str) -> MemberRef:
    if looks_signed(query) or looks_like_code(query):
        return MemberRef(RefKind.CODE, query)
    return MemberRef(RefKind.MEMBER if member_number(query) else RefKind.CARD, query)


def open_till(
    path: Path, store: str, cards_key: bytes, trusted: bytes | None, make_secret: Callable[[], bytes]
) -> Till:
    """The till of this folder. Raises TillFolderBusy, TillFolderUnfit, JournalBroken."""
    folder = TillFolder(path)
    try:
        return Till(folder, store, cards_key, trusted, make_secret)
    except BaseException:
        folder.close()
        raise
