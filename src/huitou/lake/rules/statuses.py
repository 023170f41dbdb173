"""What a shop's system calls an order that is no sale: cancelled, not paid, given back."""

from __future__ import annotations

from huitou.lake.rules.words import normal, words_of

_ENDS = words_of("状态 status state")
_NO_SALES = frozenset(
    words_of(
        "取消 已取消 订单取消 交易取消 用户取消 超时取消 关闭 已关闭 交易关闭 订单关闭 作废 已作废 无效 挂单 "
        "待付款 待支付 未付款 未支付 等待付款 等待支付 等待买家付款 支付失败 付款失败 "
        "退款 退款中 已退款 全额退款 退款成功 退款完成 待退款 申请退款 "
        "cancelled canceled cancel void voided pending unpaid awaitingpayment pendingpayment paymentpending "
        "notpaid paymentfailed failed refunded refunding refundpending abandoned"
    )
)


def may_say_status(header: str) -> bool:
    """Whether a column of this header may say what became of an order."""
    return normal(header).endswith(_ENDS)


def is_no_sale(value: str) -> bool:
    """Whether an order of this status is no sale, or none yet."""
    return normal(value) in _NO_SALES
