"""Points as a tender at a till that is alone: by the setting of its bundle, and back as they paid."""

from __future__ import annotations

from pathlib import Path

import pytest

from huitou.loyalty.errors import NotEnoughPoints, PointsBeyondShare, PointsNotTaken, PointsWorthDiffers
from huitou.loyalty.terms import PointsAsMoney
from huitou.members.terms import MemberRef
from huitou.offers.service.reckoning import Scanned
from huitou.offline.service.till import Basket, Till
from huitou.receipts.errors import PaidBackOtherwise
from tests.offline.alone import CARD_2, NOW, alone, back, code_of, sale, shop_rows, till_in
from tests.offline.made import bundle_of

RATE = PointsAsMoney(points=100, worth_fen=100, least=100, step=100, share_percent=50)


@pytest.fixture
def till(tmp_path: Path) -> Till:
    """M2 has 200 points; the milk costs 6.40."""
    till = till_in(tmp_path / "till")
    signed = bundle_of(tmp_path / "server", shop_rows(), till_key=till.public_key, points_rate=RATE)
    till.take_bundle(signed, now=NOW, sent=0)
    return till


def ways(points: str, rest: str) -> list[dict[str, str]]:
    return [{"kind": "points", "amount": points}, {"kind": "wechat", "amount": rest}]


def test_points_pay_and_come_back_as_they_paid(till: Till) -> None:
    basket = Basket((Scanned(1, "milk", 1000, None),), "store", MemberRef("code", code_of(2)["value"]), (), None)
    assert till.price(basket, now=NOW)[0]["points_payment"]["most_points"] == 200
    paying = sale(member=code_of(2), points_used=200, tenders=ways("2.00", "4.40"))
    assert till.sell(paying, now=NOW)["balance"] == 0
    assert till.sell(paying, now=NOW)["points_used"] == 200, "the same again is told the same"
    line = {"line": 1, "sale_line": 1, "quantity": "0.500"}
    quoted = till.quote_return({"store": "S1", "sale": back()["sale"], "lines": [line]})
    assert quoted["tenders"] == ways("1.00", "2.20")
    with pytest.raises(PaidBackOtherwise):
        till.take_back(back(tenders=[{"kind": "cash", "amount": "6.40"}]), now=NOW)
    assert till.take_back(back(tenders=ways("2.00", "4.40")), now=NOW)["state"] == "parked"


@pytest.mark.parametrize(
    ("points", "tenders", "refused", "because"),
    [
        (100, ways("2.00", "4.40"), PointsWorthDiffers, "100 points are worth 1.00"),
        (400, ways("4.00", "2.40"), PointsBeyondShare, "more than half"),
        (300, ways("3.00", "3.40"), NotEnoughPoints, "more than the bundle says that they have"),
    ],
)
def test_what_does_not_fit_is_refused_while_they_stand_there(till: Till, points, tenders, refused, because) -> None:
    with pytest.raises(refused):
        till.sell(sale(member=code_of(2), points_used=points, tenders=tenders), now=NOW)
    assert till.waiting() == 0, because


def test_a_bundle_without_a_setting_takes_none(tmp_path: Path) -> None:
    till = alone(tmp_path)
    with pytest.raises(PointsNotTaken):
        till.sell(sale(member=code_of(2), points_used=100, tenders=ways("1.00", "5.40")), now=NOW)
    assert till.sell(sale("2", member=CARD_2), now=NOW)["points_earned"] == 6
