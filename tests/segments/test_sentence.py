"""A segment reads back as one plain sentence, in both languages."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest

from huitou.doors.cli.words import _catalogue
from huitou.segments import service as segments
from huitou.segments.rules.exchange import read_segment
from huitou.segments.rules.sentence import clause, in_currency
from tests.segments.worlds import LEAF_NAMES, Trees

chinese = _catalogue("zh_Hans").gettext
FRESH = {"categories": ["生鲜"]}
LATELY = {"last_days": 90}
RUN_TOGETHER = re.compile("[\u4e00-\u9fff][0-9A-Za-z]|[0-9A-Za-z%][\u4e00-\u9fff]")
DOUBLED = re.compile("会员的会员|在在|members members")


def said(where):
    segment = segments.parsed(json.dumps({"language": 1, "where": where}))
    return segments.sentence(segment, str), segments.sentence(segment, chinese)


@pytest.mark.parametrize(
    ("where", "english", "in_chinese"),
    [
        (
            {
                "all": [
                    {"leaf": "layer", "is_one_of": ["diamond"]},
                    {"leaf": "bought", "at_least": 3, "of": FRESH, "window": LATELY},
                    {"leaf": "bought", "at_most": 0, "of": {"categories": ["烘焙"]}, "window": LATELY},
                    {"leaf": "reachable", "channel": "sms"},
                    {"leaf": "lives_near", "within_metres": 3000, "store": "S1"},
                ]
            },
            "Members who are diamond members, and bought 生鲜 at least 3 times in the last 90 days, and did not buy "
            "烘焙 in the last 90 days, and can be reached by SMS, and live within 3 km of the store S1.",
            "层级为钻石，且最近 90 天内购买生鲜至少 3 次，且最近 90 天内没有购买烘焙，且可通过短信触达，"
            "且住处距门店 S1 不超过 3 公里的会员。",
        ),
        (
            {"leaf": "near", "within_metres": 3000, "store": "S1"},
            "Members who have their home store within 3 km of the store S1.",
            "常去门店距门店 S1 不超过 3 公里的会员。",
        ),
        (
            {"not": {"leaf": "lives_near", "within_metres": 1500, "home_store": True}},
            "Members who are none of those who live within 1,500 m of their home store.",
            "不属于「住处距常去门店不超过 1,500 米」的会员。",
        ),
        (
            {"leaf": "lives_near", "within_metres": 500, "point": {"latitude": "30.25", "longitude": "-120.1"}},
            "Members who live within 500 m of the point 30.250000, -120.100000.",
            "住处距坐标 30.250000, -120.100000 不超过 500 米的会员。",
        ),
        (
            {"all": [{"leaf": "lives_near", "within_metres": 3000}, {"leaf": "near", "within_metres": 3000}]},
            "Members who live within 3 km of a place still to be named, and have their home store within 3 km of a "
            "place still to be named.",
            "住处距尚未选定的地点不超过 3 公里，且常去门店距尚未选定的地点不超过 3 公里的会员。",
        ),
        (
            {"leaf": "attribute", "of": "place", "known": False},
            "Members who did not tell their place of home.",
            "未填写住址位置的会员。",
        ),
        (
            {"not": {"any": [{"leaf": "tag", "tag": "新手爸妈"}, {"leaf": "tier", "is_one_of": ["金", "银", "铜"]}]}},
            "Members who are none of those who (bear the tag 新手爸妈, or are in the tier 金, 银 or 铜).",
            "不属于「（带有标签「新手爸妈」，或等级为金、银或铜）」的会员。",
        ),
        (
            {"leaf": "attribute", "of": "age", "at_least": 30, "at_most": 40},
            "Members who are 30 to 40 years old.",
            "年龄 30 至 40 岁的会员。",
        ),
        (
            {"leaf": "attribute", "of": "age", "at_least": 60},
            "Members who are at least 60 years old.",
            "年龄至少 60 岁的会员。",
        ),
        (
            {"leaf": "attribute", "of": "household_size", "at_least": 3},
            "Members who have a household of at least 3.",
            "家庭人数至少 3 人的会员。",
        ),
        (
            {"leaf": "attribute", "of": "sex", "is_one_of": ["female"]},
            "Members who are female.",
            "性别为女的会员。",
        ),
        (
            {"leaf": "attribute", "of": "home_store", "is_one_of": ["HZ01"]},
            "Members who have the home store HZ01.",
            "常去门店为 HZ01 的会员。",
        ),
        (
            {"leaf": "loyalty", "at_least": 40},
            "Members who have a loyalty index of at least 40.",
            "忠诚指数至少 40 的会员。",
        ),
        (
            {"leaf": "loyalty", "at_least": 40, "at_most": 69},
            "Members who have a loyalty index of 40 to 69.",
            "忠诚指数 40 至 69 的会员。",
        ),
        (
            {"leaf": "household", "at_least": 2},
            "Members who live in a household in which at least 2 members are known.",
            "家庭已关联至少 2 人的会员。",
        ),
        (
            {"leaf": "bought_on", "which": "last", "on": {"ago_days": 30}, "of": FRESH},
            "Members who bought 生鲜 for the last time 30 or more days ago.",
            "最后一次购买生鲜是在至少 30 天前的会员。",
        ),
        (
            {"leaf": "bought", "at_least": 3, "of": FRESH, "window": {"until": "2026-11-01"}},
            "Members who bought 生鲜 at least 3 times on or before 2026-11-01.",
            "2026-11-01 或更早购买生鲜至少 3 次的会员。",
        ),
        (
            {"all": [{"leaf": "bought", "at_least": 1, "of": FRESH}]},
            "Members who bought 生鲜 at any time.",
            "历史上购买过生鲜的会员。",
        ),
        (
            {
                "leaf": "sequence",
                "first": {"did": {"kinds": ["view"]}},
                "then": {"bought": FRESH},
                "within_days": 7,
                "follows": "no",
                "window": {"last_days": 30},
            },
            "Members who had the event “product viewed” in the last 30 days without having bought 生鲜 within 7 days"
            " after it.",
            "最近 30 天内发生「浏览商品」，但之后 7 天内没有购买生鲜的会员。",
        ),
        (
            {
                "leaf": "spent",
                "per": "receipt",
                "at_least": "100.00",
                "of": {"stores": ["S1"], "weekdays": [6, 7], "from_clock": "18:00", "to_clock": "24:00"},
                "window": {"since": "2026-11-01", "until": "2026-11-30"},
            },
            "Members who spent at least 100.00 yuan per receipt on Saturday or Sunday between 18:00 and 24:00 in the "
            "store S1 from 2026-11-01 to 2026-11-30.",
            "2026-11-01 至 2026-11-30 期间周六或周日 18:00 至 24:00 之间在门店 S1 平均每单消费至少 100.00 元的会员。",
        ),
        (
            {"leaf": "spent", "at_most": "99.90", "of": FRESH, "window": {"last_days": 7}},
            "Members who spent at most 99.90 yuan on 生鲜 in the last 7 days.",
            "最近 7 天内购买生鲜消费至多 99.90 元的会员。",
        ),
        (
            {"leaf": "birthday", "from_days": -3, "to_days": 7},
            "Members who have their birthday between 3 days ago and 7 days from now.",
            "生日在 3 天前至 7 天后的会员。",
        ),
        (
            {"leaf": "birthday", "from_days": 0, "to_days": 1},
            "Members who have their birthday between today and tomorrow.",
            "生日在今天至明天的会员。",
        ),
        (
            {"leaf": "birthday", "from_days": -5, "to_days": -5},
            "Members who had their birthday 5 days ago.",
            "生日在 5 天前的会员。",
        ),
        (
            {"leaf": "birthday", "from_days": 1, "to_days": 1},
            "Members who have their birthday tomorrow.",
            "生日在明天的会员。",
        ),
        (
            {"leaf": "score", "of": "monetary", "at_least": 5},
            "Members who have a monetary score of at least 5.",
            "消费金额得分至少 5 的会员。",
        ),
        (
            {"leaf": "likes", "category": "Food", "at_least": 20},
            "Members who like Food, for at least 20 % of what they like.",
            "偏爱 Food，至少占其偏好的 20% 的会员。",
        ),
        (
            {"leaf": "tier", "is_one_of": ["gold", "金", "plus"]},
            "Members who are in the tier gold, 金 or plus.",
            "等级为 gold、金或 plus 的会员。",
        ),
        (
            {"leaf": "bought", "count": "pieces", "at_least": 6, "window": {"last_days": 7}},
            "Members who bought anything (at least 6 pieces) in the last 7 days.",
            "最近 7 天内购买任意商品，共至少 6 件的会员。",
        ),
        (
            {"leaf": "bought", "at_most": 0, "window": {"last_days": 7}},
            "Members who did not buy anything at all in the last 7 days.",
            "最近 7 天内没有购买任何商品的会员。",
        ),
        (
            {"leaf": "bucket", "seed": "a", "of": 10, "first": 3, "last": 3},
            "Members who are in the bucket 3 of 10, drawn by “a”.",
            "属于按「a」随机分成的 10 组中的第 3 组的会员。",
        ),
        ({"leaf": "everyone"}, "All members.", "全体会员。"),
        ({"not": {"leaf": "everyone"}}, "Members who are none of those who have joined.", "不属于「已入会」的会员。"),
    ],
)
def test_a_segment_in_words(where, english, in_chinese):
    assert said(where) == (english, in_chinese)


def test_whatever_can_be_said_is_said_in_both_languages():
    drawn = Trees(3, date(2026, 11, 28))
    for name in LEAF_NAMES * 12:
        for text in said(drawn.leaf(name)):
            assert "{" not in text
            assert "  " not in text
            without = text.replace("生鲜O", "")  # a name is told as it is
            assert not RUN_TOGETHER.search(without), "a half space stands between Chinese and figures or Latin letters"
            assert not DOUBLED.search(text), "nobody is a member who is a member"
    assert said({"leaf": "segment", "segment": "常客"})[1] == "属于人群「常客」的会员。"


def test_two_words_of_a_text_are_no_template():
    english, _ = said({"leaf": "tag", "tag": "{clause}"})
    assert english == "Members who bear the tag {clause}."


def test_amounts_are_in_the_currency_of_the_chain_and_channels_bear_their_names():
    spent = read_segment(
        {"language": 1, "where": {"leaf": "spent", "at_least": "10.00", "of": {"channels": ["store"]}}}
    )
    english = clause(spent.where, in_currency(str, "GBP"))
    assert english == "spent at least 10.00 pounds by the channel Till at any time"
    assert clause(spent.where, in_currency(chinese, "GBP")) == "历史上通过渠道收银台消费至少 10.00 英镑"
    assert clause(spent.where, in_currency(chinese, "CNY")) == "历史上通过渠道收银台消费至少 10.00 元"


def test_events_bear_their_names_and_those_without_one_their_code():
    did = read_segment({"language": 1, "where": {"leaf": "did", "at_least": 1, "of": {"kinds": ["scan", "lottery"]}}})
    assert clause(did.where, str).startswith("had the event “code scanned or lottery” at least 1 time")
    assert clause(did.where, chinese).startswith("历史上发生「扫码或 lottery」")
