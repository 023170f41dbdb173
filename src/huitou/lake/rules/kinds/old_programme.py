"""What an old members' programme hands over at a cut-over: balances, tiers, coupons, and its totals."""

from huitou.lake.rules.words import words_of
from huitou.lake.terms import FileKind, Holds, KnownField

MEMBER_FIELDS = ("card", "external", "phone")
"""By what a row names its member; at least one."""

_MEMBER = (
    KnownField(
        "card",
        Holds.CODE,
        words=words_of(
            "会员卡号 会员卡 卡号 会员号 会员编号 card cardno cardnumber membercard memberno membernumber loyaltycard"
        ),
        also=words_of("会员 member"),
    ),
    KnownField(
        "external",
        Holds.CODE,
        words=words_of("会员id 用户id 外部编号 客户编号 顾客编号 memberid customerid userid externalid"),
        also=words_of("id 编号"),
    ),
    KnownField(
        "phone",
        Holds.PHONE,
        words=words_of("手机号 手机号码 会员手机号 手机 联系电话 phone phonenumber mobile mobileno"),
        also=words_of("电话 tel"),
    ),
)

BALANCES = FileKind(
    "balances",
    fields=(
        *_MEMBER,
        KnownField(
            "points",
            Holds.NUMBER,
            words=words_of(
                "积分余额 可用积分 剩余积分 当前积分 积分 成长值 印花数 points pointsbalance pointbalance "
                "balance remainingpoints availablepoints growth stamps"
            ),
            also=words_of("余额 数量 分值 剩余 remaining"),
            needed=True,
        ),
        KnownField(
            "earned_on",
            Holds.TIME,
            words=words_of("获得日期 积分日期 获得时间 入账日期 发放日期 earnedon earneddate earnedat issuedon"),
            also=words_of("日期 date"),
        ),
        KnownField(
            "expires_on",
            Holds.TIME,
            words=words_of(
                "到期日期 到期日 有效期至 失效日期 过期日期 到期时间 截止日期 expireson expirydate expiresat "
                "expirationdate validuntil"
            ),
            also=words_of("有效期 expires expiry"),
        ),
    ),
    one_of=(MEMBER_FIELDS,),
)

TIERS = FileKind(
    "tiers",
    fields=(
        *_MEMBER,
        KnownField(
            "tier",
            Holds.TEXT,
            words=words_of("会员等级 等级 等级名称 会员级别 级别 卡等级 tier level tiername memberlevel grade"),
            also=words_of("卡类型 类型 status class"),
            needed=True,
        ),
        KnownField(
            "since",
            Holds.TIME,
            words=words_of(
                "等级生效日期 生效日期 升级日期 等级开始日期 开始日期 since startdate validfrom effectivefrom"
            ),
            also=words_of("生效时间 开始时间 from start"),
        ),
        KnownField(
            "until",
            Holds.TIME,
            words=words_of("等级到期日期 到期日期 等级有效期至 有效期至 结束日期 until enddate validuntil validto"),
            also=words_of("有效期 到期日 结束时间 to end"),
        ),
    ),
    one_of=(MEMBER_FIELDS,),
)

COUPONS = FileKind(
    "coupons",
    fields=(
        KnownField(
            "code",
            Holds.CODE,
            words=words_of(
                "券码 优惠券码 券号 优惠券编号 卡券号 couponcode couponno couponnumber code voucher vouchercode"
            ),
            also=words_of("编码 编号 coupon couponid"),
            needed=True,
        ),
        KnownField(
            "kind",
            Holds.TEXT,
            words=words_of("券种 券种编码 券模板 券类型编码 批次号 kind couponkind campaigncode template templateid"),
            also=words_of("类型 type"),
        ),
        KnownField(
            "title",
            Holds.TEXT,
            words=words_of("券名称 优惠券名称 券名 券标题 title couponname name"),
            also=words_of("名称 优惠券"),
        ),
        *_MEMBER,
        KnownField(
            "worth",
            Holds.NUMBER,
            words=words_of("面值 券面值 面额 优惠金额 抵扣金额 worth value facevalue amountoff"),
            also=words_of("金额 amount"),
        ),
        KnownField(
            "threshold",
            Holds.NUMBER,
            words=words_of("使用门槛 门槛 门槛金额 满额 最低消费 threshold minspend minimumspend"),
        ),
        KnownField("terms", Holds.TEXT, words=words_of("使用说明 使用规则 使用条件 说明 terms conditions description")),
        KnownField(
            "starts",
            Holds.TIME,
            words=words_of("生效日期 有效期起 开始日期 可用开始日期 validfrom starts startdate"),
            also=words_of("开始时间 from"),
        ),
        KnownField(
            "ends",
            Holds.TIME,
            words=words_of(
                "失效日期 有效期至 到期日期 到期日 结束日期 截止日期 validto validuntil ends enddate expirydate"
            ),
            also=words_of("有效期 结束时间 to"),
        ),
        KnownField(
            "state",
            Holds.TEXT,
            words=words_of("券状态 状态 使用状态 state status couponstatus"),
        ),
    ),
    one_of=(("kind", "title"),),
)

OLD_TOTALS = FileKind(
    "old_totals",
    fields=(
        KnownField(
            "figure",
            Holds.TEXT,
            words=words_of("指标 项目 统计项 figure what measure"),
            also=words_of("名称 name"),
            needed=True,
        ),
        KnownField("group", Holds.TEXT, words=words_of("分组 分类 明细 group key by"), also=words_of("类别 category")),
        KnownField("value", Holds.NUMBER, words=words_of("数值 合计 数量 值 value total count"), needed=True),
    ),
)
