"""What the old system's daily report says: a row a day and store."""

from huitou.lake.rules.words import words_of
from huitou.lake.terms import FileKind, Holds, KnownField

DAY_TOTALS = FileKind(
    "day_totals",
    fields=(
        KnownField(
            "day",
            Holds.TIME,
            words=words_of("营业日 营业日期 日期 销售日期 统计日期 day date businessdate salesdate"),
            also=words_of("时间 time"),
            needed=True,
        ),
        KnownField(
            "store",
            Holds.CODE,
            words=words_of("门店编码 门店编号 门店代码 门店号 店号 门店 store storecode storeid storeno shop"),
            also=words_of("门店名称 店铺 店名 branch"),
        ),
        KnownField(
            "receipts",
            Holds.WHOLE,
            words=words_of(
                "小票数 单数 交易笔数 客单数 订单数 笔数 来客数 receipts tickets transactions baskets orders"
            ),
            also=words_of("数量 count"),
        ),
        KnownField(
            "quantity",
            Holds.NUMBER,
            words=words_of("销售数量 商品数量 销量 件数 quantity qty units"),
        ),
        KnownField(
            "amount",
            Holds.NUMBER,
            words=words_of("销售额 销售金额 实收金额 实付金额 实收 营业额 金额 amount sales netsales turnover revenue"),
            also=words_of("合计 total"),
        ),
    ),
    one_of=(("amount", "receipts", "quantity"),),
)
