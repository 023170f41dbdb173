"""Sales that a till asked the price of first, as it sends them; and what the books say of members and coupons."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.builders import rows
from tests.usecases.tills import Till, open_store

from huitou.catalogue import service as catalogue
from huitou.members import service as members
from huitou.members.terms import MemberRef, NewMember
from huitou.offers.service import coupons, programmes
from huitou.offers.service import till as at_till
from huitou.offers.service.reckoning import Scanned
from huitou.offers.terms.kept import OfferTerms
from huitou.usecases import promotions
from huitou.usecases.price_basket import BasketAsked, Quoted, price_basket
from huitou.usecases.till_terms import Sale

TODAY = date(2026, 11, 20)


def till_of_store(monkeypatch: pytest.MonkeyPatch, *people: str) -> Till:
    """A till of a store with eight goods and these members, by their cards; nothing is kept from second to second."""
    monkeypatch.setattr(programmes, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(at_till, "FRESH_SECONDS", 0.0)
    open_store()
    members.take_people([NewMember(one, one, TODAY) for one in people])
    catalogue.take_products_online([(f"sku-{place}", "", "") for place in range(1, 9)])
    return Till()


def switch_on(document: dict[str, Any], **terms: int) -> None:
    promotions.draft_offer(document, OfferTerms(**terms), actor="ann")
    promotions.switch_on(document["id"], actor="ann")


def member(value: str) -> int:
    return members.ids_of("card", [value])["member_id"][0].as_py()


def code(till: Till, value: str = "C1") -> MemberRef:
    return MemberRef("code", members.dynamic_code(member(value), at=till.now))


def issue(kind: str, **more: Any) -> None:
    begun = coupons.begin_batch(kind, kind, by="ann", today=TODAY, **more)
    coupons.issue_batch(begun.id, today=TODAY)


def codes(kind: str) -> list[str]:
    return [row[0] for row in rows(
        "SELECT c.code FROM offers_coupon c JOIN offers_couponbatch b ON b.id = c.batch_id "
        "JOIN offers_couponkind k ON k.id = b.kind_id WHERE k.code = %s ORDER BY c.id", kind)]  # fmt: skip


def state(one: str) -> str:
    return rows("SELECT state FROM offers_coupon WHERE code = %s", one.replace("-", ""))[0][0]


def quote(
    till: Till, *amounts: int, member: MemberRef | None = None, coupons: Any = (), hold: str | None = None
) -> Quoted:
    scanned = tuple(Scanned(place, f"sku-{place}", 1000, fen) for place, fen in enumerate(amounts, 1))
    asked = BasketAsked(till.store, till.number, "store", member, scanned, tuple(coupons), hold)
    return price_basket(till.caller, asked, now=till.now)


def paid(till: Till, quoted: Quoted, *, member: MemberRef | None = None, coupons: Any = (), **more: Any) -> Sale:
    """The sale that the quote promised."""
    lines = quoted.told["lines"]
    sale = till.sale(*(fen(one["amount"]) for one in lines), member=member, **more)
    said = tuple(one._replace(discount_fen=fen(told["discount"])) for one, told in zip(sale.lines, lines, strict=True))
    return replace(sale, lines=said, programme=quoted.told["programme"], quoted_at=till.now, coupons=tuple(coupons))


def bought(
    till: Till, *amounts: int, member: MemberRef | None = None, coupons: Any = (), **more: Any
) -> tuple[Sale, Any]:
    """Quoted, paid as quoted and recorded: the sale, and what the till was told of it."""
    quoted = quote(till, *amounts, member=member, coupons=coupons)
    sale = paid(till, quoted, member=member, coupons=coupons, **more)
    return sale, till.record(sale)


def fen(text: str) -> int:
    return int(Decimal(text) * 100)


def spent(offer: str) -> tuple[int, int, int]:
    """Uses and fen within its limits, and uses honoured beyond them."""
    return rows(
        "SELECT sum(uses)::int, sum(fen)::int, sum(honoured_uses)::int FROM offers_tally t "
        "JOIN offers_offer o ON o.id = t.offer_id WHERE o.code = %s", offer)[0]  # fmt: skip


def balance(value: str = "C1") -> int:
    found = rows("SELECT balance FROM loyalty_account WHERE role = 'member' AND member_id = %s", member(value))
    return found[0][0] if found else 0
