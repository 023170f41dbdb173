"""Sales and returns of a till that is alone: what of them is known here to be wrong, and what has to be remembered."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b
from typing import Any

from huitou.access.errors import StoreNotOfKey
from huitou.kernel.errors import HuitouError
from huitou.loyalty.errors import HoldEnded, HoldUnknown, NotEnoughPoints
from huitou.loyalty.without_database import check_paid, earning_fen, points_earned
from huitou.members.errors import MemberUnknown
from huitou.members.terms import MemberRef, RefKind
from huitou.members.without_database import CodeRead
from huitou.offers.service import quoting
from huitou.offers.service.reckoning import Scanned, basket_of, request_of
from huitou.offers.terms import Answer
from huitou.offers.terms.coupons import CouponAtTill
from huitou.offers.terms.settling import Given
from huitou.offline.errors import CouponNotChecked
from huitou.offline.rules.memory import Hold, Name, is_open
from huitou.offline.service.at_work import Till
from huitou.offline.service.coming_back import goods_of, taken
from huitou.offline.service.shop import Shop
from huitou.receipts.errors import ReceiptDiffers, ReturnOfReturn
from huitou.receipts.terms import PaidWay, Tender, TenderKind
from huitou.receipts.without_database import check_day, check_ways, refunds_of


@dataclass(frozen=True, slots=True)
class Received:
    """What is told of a receipt, and what is remembered of it."""

    told: Mapping[str, Any]
    notes: Mapping[str, Any]
    before: Mapping[str, Any] | None = None
    """What was told the first time, where it came again."""
    hold: Hold | None = None


@dataclass(frozen=True, slots=True)
class _Reckoned:
    """A sale's price by the offers of the bundle, and what they give beside it."""

    answer: Answer
    given: Sequence[Given]


@dataclass(frozen=True, slots=True)
class _Paying:
    """Who pays, by what right."""

    member: int | None
    proof: CodeRead | None
    hold: Hold | None


def receive_sale(till: Till, shop: Shop, body: Mapping[str, Any], now: datetime) -> Received:
    """Raises ReceiptDiffers, StoreNotOfKey, and what is known here to be wrong with its points and coupons."""
    name, before = _named(till, shop, "sale", body, now)
    if before is not None:
        return before
    who = _payer(till, shop, body, now)
    net = sum(_fen(line["amount"]) for line in body["lines"])
    in_points = _paid_in_points(shop, body, net)
    usable, unchecked = _coupons(till, shop, body, who, now)
    code = _spending(till, shop, body, who, usable, now)
    reckoned = _reckoned(till, shop, body, who.member, usable, now)
    points = int(body.get("points_used") or 0)
    earns = earning_fen(shop.header.points_rate if in_points else None, net_fen=net, paid_fen=in_points)
    given = quoting.as_earned([] if reckoned is None else reckoned.given, earns, net, shop.worth_of)
    told = {
        "receipt": None,
        "kind": "sale",
        "business_date": name[2],
        **till.account(shop, who.member, now, besides=body.get("hold")),
        "points_earned": points_earned(earns) + sum(one.points_given for one in given) if who.member is not None else 0,
        "points_used": points if who.member is not None else 0,
        "points_honoured": 0,
        "claim_code": None,
    }
    if told["member"] is not None:
        told["balance"], told["available"] = told["balance"] - points, max(0, told["available"] - points)
    if body.get("quote") or body.get("coupons"):
        claimed = sum(_fen(line["amount"]) for line in body["lines"] if not line["quantity"].startswith("-"))
        told |= {
            "programme": shop.header.programme,
            "coupons_used": [quoting.shown(one.code) for one in usable] + unchecked,
            "difference": _yuan(claimed - (claimed if reckoned is None else int(reckoned.answer.total))),
            **({"benefits": quoting.told_benefits(given)} if given else {}),
        }
    notes = {
        "name": name,
        "digest": digest_of(body),
        "member": who.member,
        "points": points if who.member is not None else 0,
        "code": code,
        "coupons": [one.code for one in usable],
        "hold": body.get("hold"),
        "uses": _uses(reckoned, given),
        "promised": [one.offer for one in given],
        "lines": noted_lines(body),
    }
    return Received(told, notes, hold=who.hold)


def noted_lines(body: Mapping[str, Any]) -> list[list[int]]:
    """Of each line of a sale what the journal keeps: line, thousandths, fen."""
    return [[line["line"], _milli(line["quantity"]), _fen(line["amount"])] for line in body["lines"]]


def _uses(reckoned: _Reckoned | None, given: Sequence[Given]) -> list[list[Any]]:
    if reckoned is None:
        return []
    applied = [[one.offer, one.applications, int(one.off)] for one in reckoned.answer.applied]
    return applied + [[one.offer, 1, one.fen_counted] for one in given]


def uses_passed(
    till: Till, shop: Shop, body: Mapping[str, Any], told: Mapping[str, Any], member: int | None, now: datetime
) -> list[list[Any]]:
    """What a sale that the server took used of the bundle's offers, as nearly as it can be reckoned here."""
    if all(terms.unlimited for terms in shop.terms.values()):
        return []
    codes = [spelled for code in told.get("coupons_used") or () for spelled in quoting.spellings(code)]
    coupons = [one for code in codes if (one := shop.coupon(code, till.memory, now)) is not None]
    reckoned = _reckoned(till, shop, body, member, coupons, now)
    return _uses(reckoned, [] if reckoned is None else quoting.as_earned(reckoned.given, 1, 1, shop.worth_of))


def _paid_in_points(shop: Shop, body: Mapping[str, Any], net_fen: int) -> int:
    """Fen that points pay. Raises as the server does, by the rate of the bundle."""
    paid = sum(fen for kind, fen in _tenders(body) if kind == TenderKind.POINTS)
    if paid:
        points = int(body.get("points_used") or 0)
        check_paid(shop.header.points_rate, points=points, paid_fen=paid, due_fen=net_fen)
    return paid


def _named(till: Till, shop: Shop, kind: str, body: Mapping[str, Any], now: datetime) -> tuple[Name, Received | None]:
    """Its name, and what was told of it before. Raises ReceiptDiffers, StoreNotOfKey and DayImpossible: the server
    would not take such a day afterwards either, and now the clock can be set."""
    if body["store"] != shop.header.store.code:
        raise StoreNotOfKey(store=body["store"])
    day = body.get("business_date") or shop.day(datetime.fromisoformat(body["at"])).isoformat()
    name: Name = (kind, body["till"], day, body["number"])
    known = till.memory.known.get(name)
    if known is None:
        check_day(date.fromisoformat(day), now)
        return name, None
    if known[0] != digest_of(body):
        raise ReceiptDiffers(number=body["number"], business_date=date.fromisoformat(day), fields="lines?")
    return name, Received({}, {}, before=known[1])


def _payer(till: Till, shop: Shop, body: Mapping[str, Any], now: datetime) -> _Paying:
    """A member who cannot be found here is the server's to find: the sale happened."""
    hold = till.memory.holds.get(body.get("hold") or "")
    said = body.get("member")
    if said is None:
        return _Paying(None, None, hold)
    try:
        member, proof = shop.find(MemberRef(said["kind"], said["value"]), now)
    except HuitouError:
        if said["kind"] == RefKind.CODE and not body.get("points_used") and not body.get("coupons"):
            return _Paying(None, None, hold)
        if body.get("points_used"):
            raise
        return _Paying(None, None, hold)
    return _Paying(member, proof, hold)


def _coupons(
    till: Till, shop: Shop, body: Mapping[str, Any], who: _Paying, now: datetime
) -> tuple[list[CouponAtTill], list[str]]:
    """Those that may be used, and codes that only the server can check. Raises the refusal of the first other."""
    codes = tuple(body.get("coupons") or ())
    if not codes:
        return [], []
    usable, refused = till.judged(shop, codes, who.member, body.get("hold"), now)
    unchecked = []
    for code, refusal in refused.items():
        if not isinstance(refusal, CouponNotChecked):
            raise refusal
        unchecked.append(code)
    if any(one.member is not None for one in usable):
        shop.require_people(now)
    return usable, unchecked


def _spending(
    till: Till, shop: Shop, body: Mapping[str, Any], who: _Paying, usable: list[CouponAtTill], now: datetime
) -> list[int] | None:
    """The code that is spent by it, if one is. Raises as the server does for points and personal coupons."""
    points, basket = int(body.get("points_used") or 0), body.get("hold")
    proven = False
    if points:
        if who.member is None:
            raise MemberUnknown()
        if basket:
            if who.hold is None or who.hold.member != who.member:
                raise HoldUnknown(key=basket)
            if not is_open(who.hold, now):
                raise HoldEnded(key=basket, state=who.hold.state if who.hold.state != "open" else "timed_out")
            proven = points <= who.hold.points
        free = till.balance(shop, who.member) - till.memory.held_points(who.member, now, besides=basket)
        if points > free:
            raise NotEnoughPoints(asked=points, available=max(0, free))
    needs = (points and not proven) or any(quoting.needs_proof(one, basket, now) for one in usable)
    if not needs:
        return None
    till.require_unspent(who.proof)
    assert who.proof is not None
    return [who.proof.member, who.proof.minute]


def _reckoned(
    till: Till, shop: Shop, body: Mapping[str, Any], member: int | None, usable: list[CouponAtTill], now: datetime
) -> _Reckoned | None:
    """The price again by the offers of the bundle: for the difference, and for what it takes of limits."""
    if not (body.get("quote") or usable):
        return None
    scanned = [
        Scanned(
            line["line"],
            line["sku"],
            _milli(line["quantity"]),
            _fen(line["amount"]) + _fen(line.get("discount") or "0.00"),
        )
        for line in body["lines"]
        if not line["quantity"].startswith("-") and _fen(line["amount"]) + _fen(line.get("discount") or "0.00") >= 0
    ]
    quoted = (body.get("quote") or {}).get("at") or body["at"]
    try:
        goods = basket_of(scanned, shop.goods(one.sku for one in scanned))
        request = request_of(
            goods, store=shop.header.store, channel=body.get("channel", "store"), at=datetime.fromisoformat(quoted),
            member=None if member is None else shop.facts(member), segments=shop.segments(member), balance=0,
            presented=usable,
            zone=shop.header.zone, currency=shop.header.currency,
        )  # fmt: skip
        answer = till.reckon(shop, request, member, now)
    except HuitouError:  # nobody could have quoted it: it stands as the till says
        return None
    kept = quoting.promised(
        answer, member=member is not None, budgets={}, worth_of=shop.worth_of, kinds=shop.gives, day=shop.day(now)
    )
    return _Reckoned(answer, quoting.given_here(kept, goods.line_of))


def receive_return(till: Till, shop: Shop, body: Mapping[str, Any], now: datetime) -> Received:
    """Raises ReceiptDiffers, StoreNotOfKey, and of a sale of this till ReturnOfReturn, SaleLineUnknown,
    ReturnedMoreThanSold, ReturnedMoreThanPaid and PaidBackOtherwise; any other sale is the server's to find."""
    name, before = _named(till, shop, "return", body, now)
    if before is not None:
        return before
    named = body["sale"]
    of: Name = ("sale", named["till"], named["business_date"], named["number"])
    sold = till.memory.sold.get(of) if named["store"] == shop.header.store.code else None
    as_return: Name = ("return", *of[1:])
    if sold is None and named["store"] == shop.header.store.code and as_return in till.memory.known:
        raise ReturnOfReturn(number=named["number"], business_date=date.fromisoformat(named["business_date"]))
    said = [(line["sale_line"], _milli(line["quantity"]), _fen(line["amount"])) for line in body["lines"]]
    compared = {}
    if sold is not None:
        goods = goods_of(till.memory, of)
        taken(goods, said)
        due = refunds_of(goods.values(), ((line, milli) for line, milli, _ in said))
        compared = {"difference": _yuan(sum(fen for _, _, fen in said) - sum(due))}
        paid = [PaidWay(*one, 0) for one in _tenders(till.kept_sale(of).body)]
        ways = [Tender(*one) for one in _tenders(body)]
        check_ways(goods.values(), paid, sum(fen for _, _, fen in said), ways)
    told = {
        "receipt": None, "kind": "return", "business_date": name[2], "state": "parked", "sale": None, "member": None,
        "balance": None, "available": None, "points_taken_back": 0, "points_restored": 0, "debt": 0,
        **compared,
    }  # fmt: skip
    return Received(told, {"name": name, "digest": digest_of(body), "of": of, "lines": [list(one) for one in said]})


def digest_of(body: Mapping[str, Any]) -> str:
    """The same for the same contents: moments in every offset, lines in every order, what is left out as it usually
    is."""
    usual = {"channel": "store", "points_used": 0, "hold": None, "member": None, "quote": None, "coupons": []}
    plain = {**usual, **{field: value for field, value in body.items() if value is not None}}
    plain["at"] = datetime.fromisoformat(body["at"]).timestamp()
    plain["lines"] = sorted(({"discount": "0.00", **line} for line in body["lines"]), key=lambda line: line["line"])
    plain["coupons"] = sorted(plain["coupons"])
    if not plain.get("tenders"):  # nothing said of how it was paid is nothing, as at the server
        plain.pop("tenders", None)
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False, default=str)
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _tenders(body: Mapping[str, Any]) -> list[tuple[str, int]]:
    return [(one["kind"], _fen(one["amount"])) for one in body.get("tenders") or ()]


def _fen(text: str) -> int:
    return int(text.replace(".", "", 1))


def _milli(text: str) -> int:
    return int(text.replace(".", "", 1))


def _yuan(fen: int) -> str:
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"
