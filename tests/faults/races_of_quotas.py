"""What two tills do to one staff quota at the same moment, and what may come of it (C14)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from huitou.offers.service import programmes
from huitou.offers.terms.kept import OfferTerms
from huitou.usecases import promotions
from tests.builders import rows, run
from tests.faults.races import DONE, FAILURES, Race, card_of, make_members
from tests.faults.racing import Runner
from tests.usecases.tills import Till

STAFF = {"id": "staff", "valid": {"staff_only": True}, "get": {"kind": "percent_off", "percent": "10"}}
QUOTA, BEFORE, OFF = 10_00, 60_00, 6_00
"""Of a month, of a basket, and what the discount takes off it: the quota has room for one of them."""


def one_quota(rounds: int, piece: int, tills: int = 3) -> Race:
    """Each till was quoted the same rest: one sale takes it, the others hear what is left."""
    who = make_members(rounds, f"staff {piece}")
    run("INSERT INTO members_staff (member_id, number, since) SELECT id, 'E' || id, '2026-01-01' FROM members_member "
        "ON CONFLICT DO NOTHING")  # fmt: skip
    promotions.draft_offer(STAFF, OfferTerms(per_member_month_fen=QUOTA), actor="test")
    promotions.switch_on("staff", actor="test")
    programme = programmes.programme_now().version

    def sell(place: int) -> Runner:
        till = Till(number=f"staff {piece}-{place}")
        sales = [till.sale(BEFORE - OFF, member=card_of(f"staff {piece}", number)) for number in range(rounds)]
        said = [replace(sale, programme=programme, lines=(sale.lines[0]._replace(discount_fen=OFF),)) for sale in sales]
        return lambda number: till.tell(said[number]) and DONE

    def wrong(said: list[list[Any]]) -> list[str]:
        query = "SELECT member_id, fen, honoured_fen FROM offers_quota WHERE member_id = ANY(%s)"
        given = {member: taken for member, *taken in rows(query, who)}
        fair = {DONE, "quota_spent", *FAILURES}
        return [
            f"{number}: {words} {given.get(who[number])}"
            for number, words in enumerate(said)
            if words.count(DONE) != 1 or not set(words) <= fair or given.get(who[number]) != [OFF, 0]
        ]

    return Race([sell(place) for place in range(tills)], wrong)
