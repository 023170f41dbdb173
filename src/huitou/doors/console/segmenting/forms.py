"""Every leaf of the language as a sentence with blanks. A new leaf is a line here; a test holds the two together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from huitou.doors.console.segmenting.blanks import Blank, choice, flags, number, pick
from huitou.kernel.errors import N_


@dataclass(frozen=True, slots=True)
class Form:
    """How a leaf is built. `pattern` stands after "members who"; `begins` is the leaf as it is when it is added, and
    `fixed` what of it no blank changes: by it a leaf finds its form again, with `having`, a field that has to be there.
    """

    key: str
    group: str
    title: str
    pattern: str
    blanks: Mapping[str, Blank]
    begins: Mapping[str, Any] = field(default_factory=dict)
    fixed: Mapping[str, Any] = field(default_factory=dict)
    having: str = ""
    words: str = ""
    """What else somebody may type who looks for it."""

    @property
    def leaf(self) -> str:
        return self.key.partition(".")[0]


WHO, REACH, VALUE, BOUGHT, DID, OTHERS = (
    N_("Who they are"), N_("Whether they can be reached"), N_("What they are to the shop"), N_("What they bought"),
    N_("What they did"), N_("Other segments and chance"),
)  # fmt: skip
LAYERS = (("diamond", N_("Diamond")), ("gold", N_("Gold")), ("silver", N_("Silver")), ("dormant", N_("Dormant")))
STAGES = (
    ("new", N_("new")), ("active", N_("active")), ("at_risk", N_("at risk")), ("dormant", N_("dormant")),
    ("lost", N_("lost")), ("won_back", N_("won back")),
)  # fmt: skip
CHANNELS = (("sms", N_("SMS")), ("email", N_("e-mail")), ("wechat", N_("WeChat")), ("phone", N_("phone call")))
WHICH = choice("which", N_("first or last"), (("first", N_("first")), ("last", N_("last"))))
GOODS = Blank("goods", "of", N_("goods"))
DETAILS = Blank("details", "of", N_("stores, channels, days and hours"))
EVENTS = pick("of.kinds", N_("events"), "kinds")
EVENT_STORES = pick("of.stores", N_("stores"), "stores")
WINDOW = Blank("window", "window", N_("time"))
ON = Blank("window", "on", N_("time"))
RANGE = Blank("range", "", N_("how much"))
COUNT = Blank("range", "", N_("how many"), (("none", N_("not at all")),))
MONEY = Blank("range", "", N_("how much"), holds="money")
NINETY = {"window": {"last_days": 90}}


def _told(of: str, title: str, pattern: str, blank: Blank, begins: Mapping[str, Any]) -> Form:
    return Form(f"attribute.{of}", WHO, title, pattern, {"blank": blank}, begins, {"of": of})


FORMS: Sequence[Form] = (
    Form("layer", VALUE, N_("Layer"), N_("are {layers} members"), {"layers": flags("is_one_of", N_("layers"), LAYERS)},
         {"is_one_of": ["diamond"]}, words="diamond gold silver 钻石 黄金 白银 沉睡"),
    Form("tier", VALUE, N_("Tier"), N_("are in the tier {tiers}"), {"tiers": pick("is_one_of", N_("tiers"), "tiers")}),
    Form("staff", WHO, N_("Staff"), N_("work for the chain"), {}, words="员工 工号 内部"),
    Form("stage", VALUE, N_("Lifecycle stage"), N_("are {stages}"),
         {"stages": flags("is_one_of", N_("stages"), STAGES)}, {"is_one_of": ["at_risk"]}, words="生命周期 流失"),
    Form("score", VALUE, N_("RFM score"), N_("have a {score} score of {range}"), {
        "score": choice("of", N_("score"), (("recency", N_("recency")), ("frequency", N_("frequency")),
                                            ("monetary", N_("monetary")))),
        "range": RANGE,
    }, {"of": "frequency", "at_least": 4}, words="RFM"),
    Form("loyalty", VALUE, N_("Loyalty index"), N_("have a loyalty index of {range}"), {"range": RANGE},
         {"at_least": 60}, words="忠诚度 忠诚指数"),
    Form("likes", VALUE, N_("What they like"), N_("like {category}, for at least {percent} % of what they like"), {
        "category": pick("category", N_("category"), "categories", single=True), "percent": number("at_least", "%"),
    }, {"at_least": 20}),
    Form("tag.strength", VALUE, N_("Tag, so strong at least"),
         N_("bear the tag {tag} with a strength of at least {percent}"),
         {"tag": pick("tag", N_("tag"), "tags", single=True), "percent": number("at_least", N_("strength"))},
         {"at_least": 60}, having="at_least"),
    Form("tag", VALUE, N_("Tag"), N_("bear the tag {tag}"), {"tag": pick("tag", N_("tag"), "tags", single=True)}),
    Form("bought", BOUGHT, N_("How often they bought"), N_("bought {goods} {range} {count} {window} {details}"), {
        "goods": GOODS, "range": COUNT, "window": WINDOW, "details": DETAILS,
        "count": choice("count", N_("what is counted"), (
            ("receipts", N_("times")), ("days", N_("different days")), ("lines", N_("lines")),
            ("pieces", N_("pieces")))),
    }, {"count": "receipts", "at_least": 1, **NINETY}, words="买过 没买 次数 品类 商品 品牌 not category product"),
    Form("spent", BOUGHT, N_("How much they spent"), N_("spent {range} {per} on {goods} {window} {details}"), {
        "goods": GOODS, "range": MONEY, "window": WINDOW, "details": DETAILS,
        "per": choice("per", N_("per what"), (
            ("", N_("in all")), ("receipt", N_("per receipt")), ("line", N_("per line")),
            ("day", N_("per day with a purchase")))),
    }, {"at_least": "200.00", **NINETY}, words="消费 金额 客单 average sum"),
    Form("bought_on", BOUGHT, N_("First or last purchase"), N_("bought {goods} for the {which} time {on} {details}"),
         {"goods": GOODS, "which": WHICH, "on": ON, "details": DETAILS},
         {"which": "last", "on": {"ago_days": 30}}, words="没来 多久 churn"),
    Form("sequence", BOUGHT, N_("One thing, and then another or not"),
         N_("{first} {window} and {follows} {then} within {days} days"), {
             "first": Blank("step", "first", N_("what comes first")), "window": WINDOW,
             "follows": choice("follows", N_("whether it follows"), (("no", N_("then did not")), ("yes", N_("then")))),
             "then": Blank("step", "then", N_("what comes then")), "days": number("within_days", N_("days")),
         }, {"first": {"bought": {}}, "then": {"bought": {}}, "within_days": 7, "follows": "no", **NINETY},
         words="A B 之后"),
    Form("did", DID, N_("How often they did something"),
         N_("had the event {events} {range} {count} {window} {stores}"), {
        "events": EVENTS, "range": COUNT, "window": WINDOW, "stores": EVENT_STORES,
        "count": choice("count", N_("what is counted"), (("events", N_("times")), ("days", N_("different days")))),
    }, {"count": "events", "at_least": 1, **NINETY}, words="浏览 扫码 加购 view scan basket"),
    Form("did_on", DID, N_("First or last event"), N_("had the event {events} for the {which} time {on} {stores}"),
         {"events": EVENTS, "which": WHICH, "on": ON, "stores": EVENT_STORES},
         {"which": "last", "on": {"last_days": 30}}),
    Form("reachable", REACH, N_("Can be reached"), N_("can be reached by {channel}"),
         {"channel": choice("channel", N_("channel"), CHANNELS)}, {"channel": "sms"}, words="短信 触达"),
    Form("consent", REACH, N_("Noted consent"), N_("are noted as having {noted} messages by {channel}"), {
        "noted": choice("noted", N_("consent"), (
            ("yes", N_("agreed to")), ("no", N_("refused")), ("unknown", N_("neither agreed to nor refused")))),
        "channel": choice("channel", N_("channel"), CHANNELS),
    }, {"noted": "yes", "channel": "sms"}),
    Form("birthday.from_days", WHO, N_("Birthday around today"),
         N_("have their birthday from {first} to {last} days from today"),
         {"first": number("from_days", N_("days")), "last": number("to_days", N_("days"))},
         {"from_days": 0, "to_days": 30}, having="from_days"),
    Form("birthday.months", WHO, N_("Birthday in a month"), N_("have their birthday in {months}"),
         {"months": flags("months", N_("months"), tuple((str(one), str(one)) for one in range(1, 13)), holds="int")},
         {"months": [1]}, having="months"),
    Form("lives_near.store", WHO, N_("Lives near a store"), N_("live within {metres} m of the store {store}"),
         {"metres": number("within_metres", N_("metres")), "store": pick("store", N_("store"), "placed", single=True)},
         {"within_metres": 3000, "store": ""}, having="store", words="住 附近 公里 距离 km distance home"),
    Form("lives_near.home_store", WHO, N_("Lives near their home store"),
         N_("live within {metres} m of their home store"), {"metres": number("within_metres", N_("metres"))},
         {"within_metres": 3000}, {"home_store": True}, words="住 附近 公里 距离 km distance home"),
    Form("lives_near.point", WHO, N_("Lives near a point"),
         N_("live within {metres} m of latitude {latitude}, longitude {longitude}"), {
             "metres": number("within_metres", N_("metres")),
             "latitude": number("point.latitude", N_("latitude"), holds="degrees"),
             "longitude": number("point.longitude", N_("longitude"), holds="degrees"),
         }, {"within_metres": 3000, "point": {}}, having="point", words="住 附近 公里 距离 km home"),
    Form("near.store", WHO, N_("Distance of the home store from a store"),
         N_("have their home store within {metres} m of {store}"),
         {"metres": number("within_metres", N_("metres")), "store": pick("store", N_("store"), "placed", single=True)},
         {"within_metres": 3000, "store": ""}, having="store", words="附近 公里 km distance"),
    Form("near.point", WHO, N_("Distance of the home store from a point"),
         N_("have their home store within {metres} m of latitude {latitude}, longitude {longitude}"), {
             "metres": number("within_metres", N_("metres")),
             "latitude": number("point.latitude", N_("latitude"), holds="degrees"),
             "longitude": number("point.longitude", N_("longitude"), holds="degrees"),
         }, {"within_metres": 3000, "point": {}}, having="point"),
    Form("attribute.known", WHO, N_("What was told"), N_("{known} their {of}"), {
        "known": choice("known", N_("told or not"), (("false", N_("did not tell")), ("true", N_("told"))),
                        holds="bool"),
        "of": choice("of", N_("what"), (
            ("sex", N_("sex")), ("home_store", N_("home store")), ("age", N_("age")),
            ("household_size", N_("household size")), ("place", N_("place of home")))),
    }, {"known": True, "of": "age"}, having="known"),
    _told("sex", N_("Sex"), N_("have the sex {blank}"),
          flags("is_one_of", N_("sex"), (("female", N_("female")), ("male", N_("male")))), {"is_one_of": ["female"]}),
    _told("age", N_("Age"), N_("are {blank} years old"), RANGE, {"at_least": 30, "at_most": 45}),
    _told("household_size", N_("Household size"), N_("have a household of {blank} persons"), RANGE, {"at_least": 3}),
    Form("household", WHO, N_("Members who live together"),
         N_("live in a household in which {range} members are known"), {"range": RANGE}, {"at_least": 2},
         words="家庭 同住 家人 household"),
    _told("home_store", N_("Home store"), N_("have the home store {blank}"),
          pick("is_one_of", N_("stores"), "stores"), {}),
    _told("joined_on", N_("Day of joining"), N_("became members {blank}"), WINDOW, {"window": {"last_days": 30}}),
    Form("segment", OTHERS, N_("In another segment"), N_("are in the segment {segment}"),
         {"segment": pick("segment", N_("segment"), "segments", single=True)}),
    Form("bucket", OTHERS, N_("A random part"),
         N_("are in the buckets {first} to {last} of {of}, drawn by {seed}"), {
             "first": number("first", N_("first bucket")), "last": number("last", N_("last bucket")),
             "of": number("of", N_("buckets")), "seed": number("seed", N_("seed"), holds="word"),
         }, {"first": 0, "last": 9, "of": 100, "seed": "a"}, words="随机 对照 A/B holdout"),
    Form("everyone", OTHERS, N_("Everybody"), N_("have joined"), {}),
)  # fmt: skip
USUAL = ("birthday.from_days", "spent", "bought_on", "sequence", "bucket")
"""What is offered without looking for it."""
