"""Points as money: a quote says what they may pay, they pay a part, and come back in proportion. It needs a fourth
member's code, and a chain that has said what points are worth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from huitou.config.till_check.vendor import Exchange, Vendor
from huitou.config.till_check.verdicts import Verdict, refused, rule
from huitou.kernel.errors import N_
from huitou.kernel.money import Money

YUAN, WHOLE = 100, 100
"""Fen of a yuan; per cent of a basket."""
PARTS = 4
"""The basket's second line is a quarter of it: what comes back first."""


def points_as_money(vendor: Vendor, code: str | None) -> Iterator[Verdict]:
    """Earns enough, pays a part of a basket with it, and brings everything back."""
    if code is None:
        return
    said = {"kind": "code", "value": code}
    found = vendor.ask("POST", "/members/identify", {"query": code, "kind": "code"})
    who = found.read().get("member") if found.status == 200 else None
    if not who:
        yield rule(N_("A fourth member is identified by their code, to pay with points as money"), False, found)
        return
    member = {"kind": "member", "value": who["member"]}
    payment = _priced(vendor, member, YUAN).read().get("points_payment")
    vendor.asked.clear()  # the rules below ask again
    if payment is None:
        sale = vendor.sale("1.00", member=said, points_used=1, tenders=_ways(1, YUAN))
        told = vendor.ask("POST", "/receipts", sale)
        yield refused(
            N_("Where points are worth nothing, a sale that they paid is refused"), told, 422, "points_not_taken"
        )
        return
    basket = _Basket(payment)
    earning = vendor.sale(str(Money(basket.points * YUAN)), member=member)
    day = vendor.ask("POST", "/receipts", earning).read().get("business_date")
    vendor.asked.clear()  # as every other sale
    paying = vendor.sale(*basket.lines, member=said, points_used=basket.points, tenders=basket.ways)
    yield from _misfits(vendor, basket, paying, member)
    paid = vendor.ask("POST", "/receipts", paying)
    took = paid.status == 200 and paid.read()["points_used"] == basket.points
    yield rule(N_("Points pay a part of a sale, beside another tender"), took, paid)
    if not took:
        return
    yield from _back(vendor, paying, day)
    vendor.ask("POST", "/returns", vendor.back(earning, day, (1, "1.000", earning["lines"][0]["amount"])))
    after = vendor.ask("POST", "/members/identify", {"query": member["value"], "kind": "member"})
    vendor.asked[:] = [after]
    same = after.status == 200 and after.read()["member"]["balance"] == who["balance"]
    yield rule(
        N_("After everything is back the points are as before, and each tender gave back what it paid"), same, after
    )


class _Basket:
    """A basket that these points may pay a part of, by what a quote says that they are worth."""

    def __init__(self, payment: dict[str, Any]) -> None:
        step, worth = payment["step"], _fen(payment["worth"])
        # A yuan at least, so that a part of it is some fen.
        of_a_yuan = -(-YUAN * payment["points"] // worth)
        self.rate, self.points = payment, -(-max(payment["least"], 2 * step, of_a_yuan) // step) * step
        self.worth_fen = self.points * worth // payment["points"]
        share = payment["share_percent"]
        least_fen = -(-self.worth_fen * WHOLE // share)
        self.due_fen = -(-least_fen // (PARTS * YUAN)) * PARTS * YUAN
        self.lines = [str(Money(self.due_fen - self.due_fen // PARTS)), str(Money(self.due_fen // PARTS))]
        self.ways = _ways(self.worth_fen, self.due_fen)

    def between_steps(self) -> int | None:
        """Points that do not pay: between two steps, or fewer than the least; None where all do."""
        if self.rate["step"] > 1:
            return self.points + 1
        return self.rate["least"] - 1 or None


def _misfits(vendor: Vendor, basket: _Basket, paying: dict[str, Any], member: dict[str, str]) -> Iterator[Verdict]:
    """What the quote says, and what is refused; the code stays good."""
    quoted = _priced(vendor, member, basket.due_fen)
    told = quoted.read().get("points_payment") or {} if quoted.status == 200 else {}
    most = told.get("most_points", 0)
    worth = most * _fen(basket.rate["worth"]) // basket.rate["points"]
    right = most >= basket.points and told.get("most_amount") == str(Money(worth))
    yield rule(N_("A quote says how many points may pay for the basket, and what they are worth"), right, quoted)
    wrong = basket.between_steps()
    if wrong is not None:
        between = vendor.ask("POST", "/receipts", {**paying, "points_used": wrong})
        yield refused(N_("Points between two steps do not pay"), between, 422, "points_out_of_step")
    more = {**paying, "tenders": _ways(basket.worth_fen + 1, basket.due_fen)}
    if basket.worth_fen < basket.due_fen:
        differs = vendor.ask("POST", "/receipts", more)
        yield refused(N_("Points pay what they are worth, to the fen"), differs, 422, "points_worth_differs")
    uncounted = vendor.ask("POST", "/receipts", {**paying, "points_used": 0})
    yield refused(N_("What points paid says how many points it were"), uncounted, 422, "body_unfit")
    if basket.rate["share_percent"] < WHOLE:
        small = {**paying, "lines": [{**paying["lines"][0], "amount": str(Money(basket.worth_fen))}],
                 "tenders": _ways(basket.worth_fen, basket.worth_fen)}  # fmt: skip
        beyond = vendor.ask("POST", "/receipts", small)
        yield refused(N_("Points pay no more of a basket than the chain lets them"), beyond, 422, "points_beyond_share")


def _back(vendor: Vendor, paying: dict[str, Any], day: str) -> Iterator[Verdict]:
    """A quarter of the goods, and then the others."""
    quarter = _quoted(vendor, paying, day, 2)
    told = quarter.read() if quarter.status == 200 else {}
    part = next((_fen(one["amount"]) for one in told.get("tenders", ()) if one["kind"] == "points"), None)
    # In proportion: a quarter of what points paid, to the fen that rounding may take.
    fair = part is not None and abs(PARTS * part - _fen(paying["tenders"][0]["amount"])) < PARTS
    yield rule(N_("A return gives back as points the part that points paid"), fair, quarter)
    if not fair:
        return
    amount = told["total"]
    money = [{"kind": "wechat", "amount": amount}]
    otherwise = vendor.ask("POST", "/returns", vendor.back(paying, day, (2, "1.000", amount), tenders=money))
    yield refused(N_("Money does not go back for what points paid"), otherwise, 422, "paid_back_otherwise")
    first = vendor.ask("POST", "/returns", vendor.back(paying, day, (2, "1.000", amount), tenders=told["tenders"]))
    restored = first.status == 200 and first.read()["points_restored"] == told["points_restored"]
    yield rule(N_("Paid back as its quote says, the points are the member's again"), restored, first)
    rest = _quoted(vendor, paying, day, 1)
    vendor.asked.clear()
    if rest.status == 200:
        ways, amount = rest.read()["tenders"], rest.read()["total"]
        vendor.ask("POST", "/returns", vendor.back(paying, day, (1, "1.000", amount), tenders=ways))


def _priced(vendor: Vendor, member: dict[str, str], fen: int) -> Exchange:
    line = {"line": 1, "sku": "check-1", "quantity": "1.000", "amount": str(Money(fen))}
    return vendor.ask(
        "POST", "/baskets/price", {"store": vendor.store, "till": "check", "member": member, "lines": [line]}
    )


def _quoted(vendor: Vendor, sale: dict[str, Any], day: str, line: int) -> Exchange:
    named = vendor.back(sale, day)["sale"]
    asked = {"line": 1, "sale_line": line, "quantity": "1.000"}
    return vendor.ask(
        "POST", "/returns/quote", {"store": sale["store"], "till": sale["till"], "sale": named, "lines": [asked]}
    )


def _ways(points_fen: int, due_fen: int) -> list[dict[str, str]]:
    """Points first, and the rest by WeChat where there is one."""
    ways = [
        {"kind": "points", "amount": str(Money(points_fen))},
        {"kind": "wechat", "amount": str(Money(due_fen - points_fen))},
    ]
    return ways if due_fen > points_fen else ways[:1]


def _fen(text: str) -> int:
    return int(text.replace(".", ""))
