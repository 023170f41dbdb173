"""What tills and the office do to one coupon at the same moment, and what may come of it (F3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from huitou.offers.service import coupons, programmes
from huitou.offers.terms.coupons import KindSeen
from huitou.usecases import promotions, record_receipts
from huitou.usecases.till_terms import Sale
from tests.builders import rows, run
from tests.faults.races import DONE, FAILURES, Race
from tests.faults.racing import Runner
from tests.usecases.tills import NOW, Till, key

DAY = NOW.date()
AMOUNT = 5_00
TENTH = {"id": "tenth", "valid": {"coupon": "TENTH"}, "get": {"kind": "amount_off", "amount": "1.00", "per": "lot"}}


def make_coupons(rounds: int, piece: int) -> list[str]:
    """A coupon for each round, of an offer that stands; today is their last day."""
    coupons.make_kind(KindSeen("TENTH", "one off", valid_until=DAY), by="test")
    promotions.draft_offer(TENTH, actor="test")
    promotions.switch_on("tenth", actor="test")
    batch = coupons.begin_batch("TENTH", f"piece {piece}", by="test", today=DAY, count=rounds)
    coupons.issue_batch(batch.id, today=DAY)
    return [code for code, _, _ in coupons.codes_of(batch.id)]


def sales(till: Till, codes: Sequence[str]) -> list[Sale]:
    programme = programmes.programme_now().version
    return [replace(till.sale(AMOUNT - 100), programme=programme, coupons=(code,)) for code in codes]


def uses(codes: Sequence[str], tills: int = 3, piece: int = 0) -> tuple[Sequence[Runner], list[list[Sale]]]:
    each = [sales(Till(number=f"{piece}-{place}"), codes) for place in range(tills)]

    def use(place: int) -> Runner:
        till = Till(number=f"{piece}-{place}")
        return lambda number: till.tell(each[place][number]) and DONE

    return [use(place) for place in range(tills)], each


def states(codes: Sequence[str]) -> dict[str, tuple[str, int, int]]:
    """By code: state, uses, uses that were not given back."""
    found = rows(
        "SELECT c.code, c.state, count(u.id), count(u.id) FILTER (WHERE u.given_back_by_id IS NULL) "
        "FROM offers_coupon c LEFT JOIN offers_couponuse u ON u.coupon_id = c.id WHERE c.code = ANY(%s) GROUP BY c.id",
        list(codes),
    )
    return {code: (state, used, standing) for code, state, used, standing in found}


def one_coupon(rounds: int, piece: int) -> Race:
    """Three tills use one coupon: one does."""
    codes = make_coupons(rounds, piece)
    runners, _ = uses(codes, piece=piece)

    def wrong(said: list[list[Any]]) -> list[str]:
        found = states(codes)
        fair = {DONE, "coupon_used", *FAILURES}
        return [
            f"{number}: {words} {found[codes[number]]}"
            for number, words in enumerate(said)
            if words.count(DONE) != 1 or not set(words) <= fair or found[codes[number]] != ("used", 1, 1)
        ]

    return Race(runners, wrong)


def one_hold(rounds: int, piece: int) -> Race:
    """Three baskets ask for one coupon: one holds it, the others are refused at once."""
    codes = make_coupons(rounds, piece)

    def hold(place: int) -> Runner:
        def promise(number: int) -> str:
            record_receipts.hold(key(), f"{piece}-{place}-{number}", None, 0, coupons=[codes[number]], now=NOW)
            return DONE

        return promise

    def wrong(said: list[list[Any]]) -> list[str]:
        baskets = dict(rows("SELECT code, hold_key FROM offers_coupon WHERE code = ANY(%s)", codes))
        found = []
        for number, words in enumerate(said):
            (winner, *more) = [place for place, word in enumerate(words) if word == DONE] or [-1]
            fair = set(words) <= {DONE, "coupon_held", *FAILURES}
            if more or not fair or baskets[codes[number]] != f"pos/{piece}-{winner}-{number}":
                found.append(f"{number}: {words} {baskets[codes[number]]}")
        return found

    return Race([hold(place) for place in range(3)], wrong)


def use_and_return(rounds: int, piece: int) -> Race:
    """A sale goes back whole while another till uses its coupon: it is used by the other, or live, and never by two."""
    codes = make_coupons(rounds, piece)
    _, (first, second) = uses(codes, 2, piece)
    till, other = Till(number=f"{piece}-0"), Till(number=f"{piece}-1")
    for sale in first:
        till.record(sale)
    backs = [till.back(sale, (1, 1000, AMOUNT - 100)) for sale in first]

    def wrong(said: list[list[Any]]) -> list[str]:
        found = states(codes)
        return [
            f"{number}: {used}, {back} {found[codes[number]]}"
            for number, (used, back) in enumerate(said)
            if back != DONE
            or used not in (DONE, "coupon_used", *FAILURES)
            or found[codes[number]] != (("used", 2, 1) if used == DONE else ("live", 1, 0))
        ]

    return Race([lambda n: other.tell(second[n]) and DONE, lambda n: till.tell(backs[n]) and DONE], wrong)


def use_and_void(rounds: int, piece: int) -> Race:
    """The office makes a coupon worthless while a till uses it: one of the two."""
    codes = make_coupons(rounds, piece)
    (use, *_), _ = uses(codes, 1, piece)

    def void(number: int) -> str:
        voided, _ = coupons.void_coupon(codes[number], today=DAY)
        return DONE if voided else "stays"

    return Race([use, void], lambda said: _one_of_two(said, codes, "void", ("coupon_void",)))


def use_and_expire(rounds: int, piece: int) -> Race:
    """Its last day ends while a till uses it: used, or expired; who uses it after its end says so (offline, ADR 22)."""
    codes = make_coupons(rounds, piece)
    (use, *_), _ = uses(codes, 1, piece)
    # Each has a last day of its own, so that the job ends that of the round and no other.
    ends = "UPDATE offers_coupon SET ends = date '{}' + {} WHERE code = '{}'"
    run(*(ends.format(DAY, number, code) for number, code in enumerate(codes)))

    def expire(number: int) -> str:
        ended = coupons.expire_due(today=DAY + timedelta(days=number + 1))
        return DONE if ended else "stays"

    def wrong(said: list[list[Any]]) -> list[str]:
        found = states(codes)
        was = dict(
            rows(
                "SELECT c.code, u.was FROM offers_couponuse u JOIN offers_coupon c ON c.id = u.coupon_id "
                "WHERE c.code = ANY(%s)",
                codes,
            )
        )
        return [
            f"{number}: {used}, {ended} {found[codes[number]]} {was.get(codes[number])}"
            for number, (used, ended) in enumerate(said)
            if used not in (DONE, "coupon_ended", *FAILURES)
            or found[codes[number]] != (("used", 1, 1) if used == DONE else ("expired", 0, 0))
            or (used == ended == DONE and was[codes[number]] != "expired")
        ]

    return Race([use, expire], wrong)


def _one_of_two(said: list[list[Any]], codes: Sequence[str], ended: str, refusals: tuple[str, ...]) -> list[str]:
    found = states(codes)
    return [
        f"{number}: {used}, {other} {found[codes[number]]}"
        for number, (used, other) in enumerate(said)
        if (used == DONE) == (other == DONE)
        or used not in (DONE, *refusals, *FAILURES)
        or found[codes[number]] != (("used", 1, 1) if used == DONE else (ended, 0, 0))
    ]
