"""Receipts, one row per line: how tills in China and elsewhere name their columns."""

from huitou.lake.rules.words import words_of
from huitou.lake.terms import Field, FileKind, Holds, KnownField

RECEIPTS = FileKind(
    "receipts",
    fields=(
        KnownField(
            Field.RECEIPT,
            Holds.CODE,
            words=words_of(
                "小票号 小票编号 小票号码 订单编号 订单号 单据号 单据编号 交易号 交易流水号 流水号 "
                "销售单号 票号 单号 invoiceno invoice invoicenumber receipt receiptno receiptnumber "
                "receiptid basketid orderid orderno ordernumber billno billid ticketno ticketid "
                "transactionid transactionno transid salesid"
            ),
            also=words_of("编号 号码 id no number"),
            needed=True,
        ),
        KnownField(
            Field.AT,
            Holds.TIME,
            words=words_of(
                "交易时间 销售时间 消费时间 下单时间 订单时间 付款时间 支付时间 结账时间 收银时间 "
                "购买时间 成交时间 销售日期 交易日期 订单日期 消费日期 invoicedate transactiontimestamp "
                "transactiontime transactiondate ordertime orderdate saletime saledate soldat receiptdate "
                "receipttime purchasedate"
            ),
            also=words_of("时间 日期 time date datetime timestamp at day"),
            needed=True,
        ),
        KnownField(
            Field.TIME,
            Holds.CLOCK,
            words=words_of(
                "时间 交易时间 销售时间 消费时间 下单时间 订单时间 付款时间 支付时间 结账时间 收银时间 购买时间 "
                "成交时间 交易时刻 时刻 timeofday saletime transactiontime ordertime receipttime invoicetime"
            ),
        ),
        KnownField(
            Field.SKU,
            Holds.CODE,
            words=words_of(
                "商品编码 商品编号 商品代码 商品货号 货号 单品编码 品号 物料编码 skuid sku stockcode "
                "productid productcode itemid itemcode itemno articleno articleid"
            ),
            also=words_of("商品条码 条码 条形码 国际条码 barcode ean upc plu 编码 goodsid code"),
            needed=True,
        ),
        KnownField(
            Field.QUANTITY,
            Holds.NUMBER,
            words=words_of("数量 销售数量 购买数量 商品数量 销量 件数 quantity qty salesquantity units"),
            also=words_of("重量 数量重量 count pieces weight"),
            needed=True,
        ),
        KnownField(
            Field.AMOUNT,
            Holds.NUMBER,
            words=words_of(
                "实付金额 实付 实收金额 实收 实际金额 成交金额 应付金额 支付金额 折后金额 salesvalue "
                "netamount paid paidamount amountpaid linetotal nettotal netsales"
            ),
            also=words_of("金额 销售金额 销售额 小计 合计 总价 总金额 amount total sales value totalprice"),
        ),
        KnownField(
            Field.UNIT_PRICE,
            Holds.NUMBER,
            words=words_of("单价 售价 销售单价 商品单价 零售价 unitprice price sellingprice"),
            also=words_of("价格 原价 成交价"),
        ),
        KnownField(
            Field.DISCOUNT,
            Holds.NUMBER,
            words=words_of("优惠金额 折扣金额 优惠 折扣额 让利 让利金额 discount discountamount retaildisc"),
            also=words_of("折扣 discountvalue disc"),
        ),
        KnownField(
            Field.LINE,
            Holds.WHOLE,
            words=words_of("行号 明细序号 明细行号 商品序号 lineno linenumber lineid line seq"),
            also=words_of("序号 项次 itemnumber position"),
        ),
        KnownField(
            Field.STORE,
            Holds.CODE,
            words=words_of(
                "门店编码 门店编号 门店代码 门店号 店号 店铺编号 店铺编码 门店 storeid storeno storecode "
                "store shop shopid shopno branch branchid"
            ),
            also=words_of("门店名称 店铺 店铺名称 店名 分店 storename shopname outlet"),
        ),
        KnownField(
            Field.TILL,
            Holds.CODE,
            words=words_of(
                "收银台 收银台号 收银机号 收银机 款台 款台号 机号 pos机号 posno pos posid till tillno "
                "tillid register registerid terminal terminalid"
            ),
        ),
        KnownField(
            Field.CHANNEL,
            Holds.TEXT,
            words=words_of("渠道 销售渠道 订单渠道 订单来源 channel saleschannel"),
        ),
        KnownField(
            Field.MEMBER,
            Holds.CODE,
            words=words_of(
                "会员号 会员卡号 会员编号 会员id 会员卡 会员账号 卡号 用户id 用户编号 顾客编号 顾客号 "
                "客户编号 客户号 memberid memberno membernumber member membercard cardno cardnumber card "
                "customerid customerno customernumber customercode userid householdid householdkey "
                "loyaltyid loyaltycard"
            ),
            also=words_of("会员 会员手机号 手机号 手机 手机号码 电话 用户 客户 customer user household phone mobile"),
        ),
        KnownField(
            Field.NAME,
            Holds.TEXT,
            words=words_of(
                "品名 商品名称 商品名 货品名称 产品名称 单品名称 物料名称 productname itemname goodsname articlename"
            ),
            also=words_of("商品 名称 产品 描述 商品描述 description product goods item name"),
        ),
        KnownField(
            Field.CATEGORY,
            Holds.TEXT,
            words=words_of(
                "品类 类别 商品类别 商品分类 分类 分类名称 品类名称 大类 部门 category categoryname "
                "productcategory department class"
            ),
            also=words_of("类目 中类 小类 commodity group type"),
        ),
        KnownField(
            Field.STATUS,
            Holds.STATUS,
            words=words_of(
                "订单状态 交易状态 单据状态 小票状态 orderstatus transactionstatus receiptstatus billstatus"
            ),
            also=words_of("状态 支付状态 付款状态 销售状态 status state paymentstatus"),
        ),
    ),
    one_of=((Field.AMOUNT, Field.UNIT_PRICE),),
)
