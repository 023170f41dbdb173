"""A segment reads back as one plain sentence, in both languages."""

from __future__ import annotations

import json
from datetime import date

import pytest

from huitou.doors.cli.words import _catalogue
from huitou.segments import service as segments
from tests.segments.worlds import LEAF_NAMES, Trees

chinese = _catalogue("zh_Hans").gettext
FRESH = {"categories": ["生鲜"]}
LATELY = {"last_days": 90}


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
            "是钻石会员，且最近 90 天内购买生鲜至少 3 次，且最近 90 天内没有购买烘焙，且可通过短信触达，"
            "且住在门店 S1 3 公里内的会员。",
        ),
        (
            {"leaf": "near", "within_metres": 3000, "store": "S1"},
            "Members who have their home store within 3,000 m of the store S1.",
            "常去门店距门店 S1 不超过 3,000 米的会员。",
        ),
        (
            {"not": {"leaf": "lives_near", "within_metres": 1500, "home_store": True}},
            "Members who are none of those who live within 1,500 m of their home store.",
            "不属于“住在常去门店 1,500 米内”的会员。",
        ),
        (
            {"leaf": "lives_near", "within_metres": 500, "point": {"latitude": "30.25", "longitude": "-120.1"}},
            "Members who live within 500 m of the point 30.250000, -120.100000.",
            "住在地点 30.250000, -120.100000 500 米内的会员。",
        ),
        (
            {"all": [{"leaf": "lives_near", "within_metres": 3000}, {"leaf": "near", "within_metres": 3000}]},
            "Members who live within 3 km of a place still to be named, and have their home store within 3,000 m of a "
            "place still to be named.",
            "住在尚未选定的地点 3 公里内，且常去门店距尚未选定的地点不超过 3,000 米的会员。",
        ),
        (
            {"leaf": "attribute", "of": "place", "known": False},
            "Members who did not tell their place of home.",
            "未填写住址位置的会员。",
        ),
        (
            {"not": {"any": [{"leaf": "tag", "tag": "新手爸妈"}, {"leaf": "tier", "is_one_of": ["金", "银", "铜"]}]}},
            "Members who are none of those who (bear the tag 新手爸妈, or are in the tier 金, 银 or 铜).",
            "不属于“（带有标签“新手爸妈”，或等级为 金、银或铜）”的会员。",
        ),
        (
            {"leaf": "loyalty", "at_least": 40, "at_most": 69},
            "Members who have a loyalty index of 40 to 69.",
            "忠诚指数为 40 至 69 的会员。",
        ),
        (
            {"leaf": "household", "at_least": 2},
            "Members who live in a household in which at least 2 members are known.",
            "所在家庭已知至少 2 位会员的会员。",
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
            "Members who bought 生鲜 ever.",
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
            "Members who had the event view in the last 30 days without having bought 生鲜 within 7 days after it.",
            "最近 30 天内有事件 view，但之后 7 天内没有购买生鲜的会员。",
        ),
        (
            {
                "leaf": "spent",
                "per": "receipt",
                "at_least": "100.00",
                "of": {"stores": ["S1"], "weekdays": [6, 7], "from_clock": "18:00", "to_clock": "24:00"},
                "window": {"since": "2026-11-01", "until": "2026-11-30"},
            },
            "Members who spent at least 100.00 per receipt on anything in the store S1 on Saturday or Sunday between "
            "18:00 and 24:00 from 2026-11-01 to 2026-11-30.",
            "2026-11-01 至 2026-11-30 期间在门店 S1 在周六或周日在 18:00 至 24:00 之间购买任意商品平均每单消费至少 "
            "100.00的会员。",
        ),
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
    assert said({"leaf": "segment", "segment": "常客"})[1] == "属于人群“常客”的会员。"


def test_two_words_of_a_text_are_no_template():
    english, _ = said({"leaf": "tag", "tag": "{clause}"})
    assert english == "Members who bear the tag {clause}."
