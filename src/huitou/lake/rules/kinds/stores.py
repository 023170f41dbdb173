"""Stores, one row each."""

from huitou.lake.rules.words import words_of
from huitou.lake.terms import FileKind, Holds, KnownField

STORES = FileKind(
    "stores",
    fields=(
        KnownField(
            "code",
            Holds.CODE,
            words=words_of(
                "门店编码 门店编号 门店代码 门店号 店号 店铺编号 店铺编码 机构编码 storecode storeid "
                "storeno shopid shopno branchid"
            ),
            also=words_of("编码 编号 code id store"),
            needed=True,
        ),
        KnownField(
            "name",
            Holds.TEXT,
            words=words_of("门店名称 店名 店铺名称 门店名 机构名称 storename shopname branchname"),
            also=words_of("名称 门店 name"),
        ),
        KnownField("district", Holds.TEXT, words=words_of("区 区县 行政区 所在区 商圈 district county borough")),
        KnownField("address", Holds.TEXT, words=words_of("地址 门店地址 详细地址 address storeaddress streetaddress")),
        KnownField("region", Holds.TEXT, words=words_of("区域 大区 片区 所属区域 营运区 region area")),
        KnownField("format", Holds.TEXT, words=words_of("业态 店型 门店类型 门店业态 format storeformat storetype")),
        KnownField("latitude", Holds.NUMBER, words=words_of("纬度 latitude lat")),
        KnownField("longitude", Holds.NUMBER, words=words_of("经度 longitude lon lng")),
        KnownField("coordinates", Holds.TEXT, words=words_of("坐标 经纬度 coordinates location latlng lnglat")),
        KnownField("hours", Holds.TEXT, words=words_of("营业时间 营业时段 hours openinghours businesshours")),
        KnownField("opens_at", Holds.TEXT, words=words_of("开门时间 开始营业时间 营业开始 opensat opentime opens")),
        KnownField(
            "closes_at", Holds.TEXT, words=words_of("关门时间 结束营业时间 打烊时间 营业结束 closesat closetime closes")
        ),
        KnownField("zone", Holds.TEXT, words=words_of("时区 timezone zone tz")),
        KnownField("opened_on", Holds.TIME, words=words_of("开业日期 开店日期 开业时间 openedon openingdate opendate")),
        KnownField(
            "closed_on", Holds.TIME, words=words_of("闭店日期 关店日期 停业日期 closedon closingdate closedate")
        ),
    ),
)
