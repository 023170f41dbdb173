"""Members, one row a person or several: how member systems name their columns."""

from huitou.lake.rules.words import words_of
from huitou.lake.terms import FileKind, Holds, KnownField

MEMBERS = FileKind(
    "members",
    fields=(
        KnownField(
            "card",
            Holds.CODE,
            words=words_of(
                "会员卡号 会员号 会员编号 会员卡 卡号 会员id 会员账号 会员代码 用户编号 顾客编号 客户编号 "
                "memberid memberno membernumber membercard cardno cardnumber card loyaltycard loyaltyid "
                "customerno customernumber customercode"
            ),
            also=words_of("编号 用户id 客户号 顾客号 customerid userid member id"),
        ),
        KnownField(
            "phone",
            Holds.ANY,
            words=words_of(
                "手机号 手机号码 手机 会员手机号 会员手机 联系电话 电话 电话号码 移动电话 联系方式 "
                "绑定手机 phone phonenumber mobile mobilephone mobileno mobilenumber cellphone telephone "
                "tel"
            ),
            also=words_of("注册手机号 contact"),
        ),
        KnownField(
            "phone_2", Holds.ANY, words=words_of("备用电话 备用手机 第二电话 手机号2 电话2 phone2 mobile2 otherphone")
        ),
        KnownField(
            "name",
            Holds.TEXT,
            words=words_of(
                "姓名 会员姓名 会员名 会员名称 客户姓名 顾客姓名 真实姓名 持卡人 name fullname membername customername"
            ),
            also=words_of("称呼 昵称 名称 客户名称 nickname"),
        ),
        KnownField(
            "birthday",
            Holds.ANY,
            words=words_of("生日 出生日期 会员生日 出生年月日 出生年月 birthday birthdate dateofbirth dob"),
        ),
        KnownField("sex", Holds.TEXT, words=words_of("性别 会员性别 sex gender")),
        KnownField("email", Holds.TEXT, words=words_of("邮箱 电子邮箱 邮件 电子邮件 e-mail email emailaddress mail")),
        KnownField(
            "address",
            Holds.TEXT,
            words=words_of(
                "地址 家庭住址 住址 联系地址 家庭地址 收货地址 通讯地址 详细地址 address homeaddress streetaddress"
            ),
        ),
        KnownField("latitude", Holds.NUMBER, words=words_of("纬度 住址纬度 家庭纬度 latitude lat homelatitude")),
        KnownField("longitude", Holds.NUMBER, words=words_of("经度 住址经度 家庭经度 longitude lon lng homelongitude")),
        KnownField(
            "store",
            Holds.TEXT,
            words=words_of(
                "所属门店 归属门店 开卡门店 注册门店 发卡门店 常去门店 门店 门店编码 门店编号 门店名称 "
                "homestore store storecode storeid storename registrationstore"
            ),
            also=words_of("店号 店铺 分店 所属机构 shop branch"),
        ),
        KnownField(
            "joined_on",
            Holds.TIME,
            words=words_of(
                "入会日期 入会时间 注册时间 注册日期 开卡日期 开卡时间 办卡日期 办卡时间 加入日期 "
                "发卡日期 joinedon joindate joined registrationdate registeredon registeredat signupdate "
                "enrolldate membersince"
            ),
            also=words_of("创建时间 创建日期 createdat created"),
        ),
        KnownField(
            "household",
            Holds.TEXT,
            words=words_of("家庭人数 家庭人口 家庭成员数 家庭规模 householdsize household familysize"),
        ),
        KnownField(
            "household_id",
            Holds.CODE,
            words=words_of(
                "家庭号 家庭编号 家庭id 家庭代码 户号 户编号 "
                "householdid householdno householdnumber householdkey familyid"
            ),
        ),
        KnownField("openid", Holds.CODE, words=words_of("openid 微信openid 小程序openid 微信号openid wxopenid")),
        KnownField("unionid", Holds.CODE, words=words_of("unionid 微信unionid wxunionid")),
        KnownField("wecom", Holds.CODE, words=words_of("企微id 企业微信id 外部联系人id externaluserid wecomid")),
        KnownField(
            "external",
            Holds.CODE,
            words=words_of("外部id 外部编号 第三方id 系统id 原系统id 原会员id externalid crmid erpid oldid"),
        ),
        KnownField("meituan", Holds.CODE, words=words_of("美团id 美团用户id 美团会员id meituanid meituanuserid")),
        KnownField("eleme", Holds.CODE, words=words_of("饿了么id 饿了么用户id elemeid elemeuserid")),
        KnownField("jd", Holds.CODE, words=words_of("京东id 京东账号 京东用户id 京东pin jdid jdpin")),
        KnownField("taobao", Holds.CODE, words=words_of("淘宝id 天猫id 淘宝账号 阿里id taobaoid tmallid")),
        KnownField("douyin", Holds.CODE, words=words_of("抖音id 抖音openid 抖音用户id douyinid douyinopenid")),
        KnownField("prefers_category", Holds.TEXT, words=words_of("偏好品类 喜好品类 喜欢品类 preferredcategory")),
        KnownField("prefers_channel", Holds.TEXT, words=words_of("偏好渠道 联系偏好 首选联系方式 preferredchannel")),
        KnownField("prefers_language", Holds.TEXT, words=words_of("语言 偏好语言 language preferredlanguage")),
        KnownField("prefers_frequency", Holds.TEXT, words=words_of("接收频率 偏好频率 推送频率 preferredfrequency")),
        KnownField(
            "consent_sms",
            Holds.TEXT,
            words=words_of("短信同意 同意短信 接收短信 是否接收短信 短信营销 smsoptin smsconsent"),
        ),
        KnownField(
            "consent_email",
            Holds.TEXT,
            words=words_of("邮件同意 同意邮件 接收邮件 是否接收邮件 emailoptin emailconsent"),
        ),
        KnownField(
            "consent_phone", Holds.TEXT, words=words_of("电话同意 接受来电 是否接受电话 calloptin phoneconsent")
        ),
        KnownField(
            "consent_wechat", Holds.TEXT, words=words_of("微信同意 接收微信 是否接收微信 wechatoptin wechatconsent")
        ),
        KnownField(
            "updated_at",
            Holds.TIME,
            words=words_of(
                "更新时间 修改时间 最后更新时间 最后修改时间 更新日期 修改日期 updatedat updated "
                "lastmodified modifiedat"
            ),
        ),
        KnownField(
            "national_id",
            Holds.CODE,
            words=words_of("身份证 身份证号 身份证号码 证件号 证件号码 nationalid idcard idcardno idnumber citizenid"),
        ),
    ),
    one_of=(("card", "phone", "openid", "unionid", "external", "wecom", "meituan", "eleme", "jd", "taobao", "douyin"),),
)
"""`national_id` is known so that it is recognised, and left: Huitou keeps none."""
