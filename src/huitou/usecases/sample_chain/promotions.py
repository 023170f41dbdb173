"""The offers of the sample chain: what is on in a week of late November, what waits, what is over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from huitou.kernel.currencies import currency_of
from huitou.loyalty.terms import PointsAsMoney
from huitou.offers.service import programmes
from huitou.offers.terms.coupons import KindSeen
from huitou.offers.terms.kept import UNLIMITED, OfferTerms
from huitou.usecases import coupons, promotions
from huitou.usecases.points_rate import set_rate
from huitou.usecases.sample_chain.goods import Good, read_goods

Json = dict[str, Any]
ACTOR = "huitou demo"
APPROVAL_ABOVE = 50_000_00
MEMBER_PRICES = 12
LEAFLETS = 600
POINTS_AS_MONEY = PointsAsMoney(points=100, worth_fen=100, least=100, step=100, share_percent=50)


@dataclass(frozen=True, slots=True)
class Laid:
    """An offer of the sample chain. `state`: on, draft, waiting or ended."""

    document: Json
    terms: OfferTerms = UNLIMITED
    state: str = "on"
    note: str = ""


@transaction.atomic
def lay_offers(now: datetime) -> int:
    """Draft them and switch on what is on; what is there stays. How many are new."""
    if programmes.offers(now):
        return 0
    today = now.date()
    laid = list(_offers(today))
    # The rule comes before what waits for a second person, and after what one person decided alone.
    for one in sorted(laid, key=lambda one: one.state == "waiting"):
        if one.state == "waiting":
            promotions.set_approval_above(APPROVAL_ABOVE, actor=ACTOR, note=f"超过 5 万{_currency()}要第二人审")
        _lay(one)
    _lay_coupons(today)
    set_rate(POINTS_AS_MONEY, now=now, actor=ACTOR)
    return len(laid)


def _lay_coupons(today: date) -> None:
    """The kinds that the offers ask for, and a batch of leaflets for whoever bears them."""
    unit = _currency()
    terms = f"满 88 {unit}减 30 {unit}，满 168 {unit}减 60 {unit}"
    home = KindSeen("周末回家券", "周末回家券", terms, 30_00, 88_00, personal=True, valid_days=30)
    terms = f"满 30 {unit}减 5 {unit}，一单一张"
    leaflet = KindSeen("传单5元券", f"传单 5 {unit}券", terms, 5_00, 30_00, valid_days=60)
    for kind in (home, leaflet):
        coupons.make_kind(kind, actor=ACTOR)
    batch = coupons.begin_batch(leaflet.code, f"{today:%Y年%-m月}传单", actor=ACTOR, today=today, count=LEAFLETS)
    coupons.issue_batch(batch.id, today=today)


def _lay(one: Laid) -> None:
    code = one.document["id"]
    promotions.draft_offer(one.document, one.terms, actor=ACTOR, note=one.note)
    if one.state != "draft":
        promotions.submit_offer(code, actor=ACTOR)
    if one.state in ("on", "ended"):
        promotions.switch_on(code, actor=ACTOR)
    if one.state == "ended":
        promotions.end_offer(code, actor=ACTOR, why="活动结束")


def _offers(today: date) -> Iterator[Laid]:
    week = today - timedelta(days=today.weekday())
    yield Laid(
        _document(
            "鲜奶第二件半价",
            {"kind": "nth_unit", "goods": _of("乳品烘焙/牛奶/鲜奶")},
            valid={"weekdays": [1, 2, 3, 4, 5]},
        ),
        OfferTerms(per_member_day=2, budget_fen=20_000_00),
    )
    yield Laid(
        _document(
            "周末满100减10",
            {"kind": "threshold", "steps": [_step("100.00", "10.00"), _step("200.00", "25.00")]},
            buy=[{"goods": {"not_categories": ["酒水饮料/酒", "个护母婴/婴儿奶粉"]}}],
            valid={"weekdays": [6, 7]},
            group="满减",
        ),
        OfferTerms(budget_fen=30_000_00),
    )
    yield Laid(
        _document(
            "会员日95折",
            {"kind": "percent_off", "percent": "5", "most": "20.00"},
            stage="order",
            valid={"weekdays": [3], "members_only": True},
            group="满减",
        ),
        OfferTerms(per_member_day=1, budget_fen=15_000_00),
    )
    yield Laid(
        _document(
            "晚市熟食7折",
            {"kind": "percent_off", "percent": "30", "goods": _of("生鲜/熟食")},
            valid={"from_hour": "20:00", "to_hour": "22:00"},
        )
    )
    yield Laid(_document("薯片饼干买二送一", {"kind": "cheapest_free", "group": 3, "goods": _of("休闲食品/膨化饼干")}))
    yield Laid(
        _document(
            "火锅三件套59",
            {
                "kind": "bundle",
                "price": "59.00",
                "groups": [{"goods": _of("冷冻食品/火锅丸滑"), "pieces": 2}, {"goods": _of("粮油调味/调味品/火锅料")}],
            },
            valid={"starts": week.isoformat(), "ends": (week + timedelta(days=27)).isoformat()},
        )
    )
    yield Laid(
        _document(
            "生日月双倍积分",
            {"kind": "points_bonus", "multiply": "200"},
            valid={"birthday_month": True, "members_only": True},
        )
    )
    yield Laid(
        _document(
            "传单5元券",
            {"kind": "amount_off", "amount": "5.00"},
            buy=[{"least_amount": "30.00"}],
            valid={"coupon": "传单5元券"},
        ),
        OfferTerms(budget_fen=3_000_00),
    )
    for good in _promoted()[:MEMBER_PRICES]:
        price = good.price_fen * 88 // 1000 * 10
        get = {"kind": "fixed_price", "price": _yuan(price), "goods": {"skus": [good.sku]}}
        yield Laid(_document(f"会员价-{good.sku}", get, name=f"{good.name} 会员价", valid={"members_only": True}))
    yield from _not_on(today)


def _not_on(today: date) -> Iterator[Laid]:
    """What is not at the tills: a draft, one that waits for a second person, one that comes, one that is over."""
    yield Laid(
        _document(
            "周末回家券",
            {"kind": "threshold", "steps": [_step("88.00", "30.00"), _step("168.00", "60.00")]},
            valid={"coupon": "周末回家券", "weekdays": [5, 6, 7]},
            funding=[{"payer": "供应商", "percent": "40"}, {"payer": "本店", "percent": "60"}],
        ),
        OfferTerms(per_member=1, budget_fen=300_000_00),
        "waiting",
        "唤醒沉睡会员",
    )
    yield Laid(
        _document("牛奶面包早餐套餐", {
            "kind": "bundle", "amount": "3.00",
            "groups": [{"goods": _of("乳品烘焙/牛奶/鲜奶")}, {"goods": _of("乳品烘焙/面包/切片面包")}],
        }, valid={"from_hour": "07:00", "to_hour": "10:00"}),
        state="draft",
    )  # fmt: skip
    twelfth = date(today.year + (today > date(today.year, 12, 12)), 12, 12)
    yield Laid(
        _document(
            "双12纸品洗涤满99减20",
            {
                "kind": "threshold",
                "steps": [_step("99.00", "20.00")],
                "goods": {"categories": ["家居清洁/纸品", "家居清洁/洗涤"]},
            },
            valid={"starts": (twelfth - timedelta(days=2)).isoformat(), "ends": twelfth.isoformat()},
            group="满减",
        ),
        OfferTerms(budget_fen=40_000_00),
    )
    eleventh = date(today.year - (today < date(today.year, 11, 13)), 11, 11)
    yield Laid(
        _document(
            "双11坚果8折",
            {"kind": "percent_off", "percent": "20", "goods": _of("休闲食品/坚果炒货")},
            valid={"starts": (eleventh - timedelta(days=1)).isoformat(), "ends": eleventh.isoformat()},
        ),
        OfferTerms(budget_fen=10_000_00),
        "ended",
    )


def _promoted() -> list[Good]:
    """The first goods of the categories that members come for; of loose goods a scale's amount has no unit price."""
    wanted = ("生鲜/肉类/禽蛋", "乳品烘焙/酸奶/低温酸奶", "粮油调味/米面/大米", "家居清洁/纸品/抽纸卷纸")
    goods = [good for good in read_goods() if not good.weighed]
    return [good for category in wanted for good in [one for one in goods if one.category == category][:3]]


def _document(code: str, get: Json, **more: Any) -> Json:
    return {"id": code, "name": more.pop("name", code), "get": get, **more}


def _of(category: str) -> Json:
    return {"categories": [category]}


def _step(least: str, off: str) -> Json:
    return {"least_amount": least, "amount": off}


def _currency() -> str:
    """As Chinese writes what the chain counts in."""
    return currency_of(settings.CURRENCY).chinese


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"
