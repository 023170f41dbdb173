"""What a shop's system calls what became of an order: sold, given back, or no sale at all."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum

from huitou.lake.rules.words import normal, words_of


class Meaning(StrEnum):
    SALE = "sale"
    NO_SALE = "no_sale"
    """Cancelled, closed, or not paid: nothing was sold."""
    GIVEN_BACK = "given_back"
    """Sold, and then money or goods went back. A row below zero is that return; of any other row nobody can tell
    whether the return stands in a row of its own."""
    UNCLEAR = "unclear"


_ENDS = words_of("状态 status state")
_SALES = frozenset(
    words_of(
        "完成 已完成 交易完成 订单完成 交易成功 成功 已成交 成交 正常 有效 销售 已付款 已支付 付款成功 支付成功 "
        "买家已付款 已收款 已结账 已结算 已结 待发货 待出库 待配送 待收货 待自提 待评价 备货中 拣货中 配货中 已发货 "
        "配送中 运输中 已出库 已配送 已送达 已收货 已签收 已自提 已提货 已评价 "
        "delivered shipped paid completed complete done success succeeded successful sold sale fulfilled "
        "readyforpickup pickedup intransit outfordelivery processing settled"
    )
)
_NO_SALES = frozenset(
    words_of(
        "取消 已取消 订单取消 交易取消 用户取消 买家取消 卖家取消 系统取消 超时取消 关闭 已关闭 交易关闭 订单关闭 "
        "作废 已作废 无效 挂单 待付款 待支付 未付款 未支付 等待付款 等待支付 等待买家付款 支付失败 付款失败 "
        "支付超时 付款超时 cancelled canceled cancel void voided unpaid awaitingpayment pendingpayment paymentpending "
        "notpaid paymentfailed failed abandoned"
    )
)
_GIVEN_BACK = frozenset(
    words_of(
        "退款 退款中 已退款 全额退款 部分退款 退款成功 退款完成 待退款 申请退款 退货 已退货 退货中 退货完成 部分退货 "
        "退货退款 refunded refunding refund refundpending partiallyrefunded returned return returning"
    )
)
_WAITS, _PAID = "pending", frozenset(words_of("paid 已付款 已支付"))
"""What waits beside what is paid waits for its money; alone it may as well wait for the delivery."""
_JOINT, _IS = " | ", "="


def may_say_status(header: str) -> bool:
    """Whether a column of this header may say what became of an order."""
    return normal(header).endswith(_ENDS)


def is_known(value: str) -> bool:
    """Whether the word is one of those that say what became of an order."""
    return normal(value) in _SALES | _NO_SALES | _GIVEN_BACK | {_WAITS}


def meanings(values: Collection[str], said: Mapping[str, Meaning]) -> dict[str, Meaning]:
    """What each of a column's values means. `said` are those that somebody has settled, by their normal spelling."""
    paid_too = any(normal(value) in _PAID for value in values)
    return {value: said.get(normal(value)) or _meaning(normal(value), paid_too) for value in values}


def _meaning(word: str, paid_too: bool) -> Meaning:
    if word in _SALES:
        return Meaning.SALE
    if word in _NO_SALES or (word == _WAITS and paid_too):
        return Meaning.NO_SALE
    return Meaning.GIVEN_BACK if word in _GIVEN_BACK else Meaning.UNCLEAR


def read_said(text: str | None) -> dict[str, Meaning]:
    """`已退款=sale | 3=no_sale` as meanings by value in its normal spelling; what is written otherwise says nothing."""
    found = {}
    for part in (text or "").split(_JOINT):
        value, _, meaning = part.strip().rpartition(_IS)
        if value and meaning in (Meaning.SALE, Meaning.NO_SALE):
            found[normal(value)] = Meaning(meaning)
    return found


def write_said(text: str | None, value: str, meaning: Meaning | None) -> str:
    """What was said before, and of this value that; None takes back what was said of it."""
    before = [part.strip() for part in (text or "").split(_JOINT) if part.strip()]
    kept = [part for part in before if normal(part.rpartition(_IS)[0]) != normal(value)]
    return _JOINT.join([*kept, f"{value}{_IS}{meaning}"] if meaning else kept)
