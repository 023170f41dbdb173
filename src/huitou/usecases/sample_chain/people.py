"""The members of the sample chain: who they are and how they shop. Nobody here is a real person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from huitou.usecases.sample_chain.draws import draws_for
from huitou.usecases.sample_chain.places import PLACES

# A year, and the four weeks before it: the latest four weeks have those of a year ago beside them.
SAMPLE_DAYS = 364 + 28 + 1

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋"
    "余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金贾夏韦傅方白邹孟熊秦邱江尹薛阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
DOUBLE_SURNAMES = ("欧阳", "上官", "诸葛", "司徒")

# Given names went with the times: a name tells a Chinese reader the decade.
WOMEN = {
    1975: "秀英 桂兰 玉梅 丽华 建芬 爱珍 淑敏 美娟 月琴 国英 凤仙 彩萍 惠芳 红霞 小玲 亚琴 云仙 菊芬 素珍",
    1990: "丽 敏 静 燕 娟 艳 婷 晓燕 海燕 雪梅 丽娜 婷婷 晓红 佳 慧 莉莉 春燕 文静 瑶 琳 晶晶 倩 洁 霞",
    2010: "雨欣 思琪 梦洁 佳怡 诗涵 欣怡 雅婷 子萱 梓涵 紫涵 若曦 语桐 可馨 奕菲 芷晴 嘉琪 一诺 雨桐 静怡",
}
MEN = {
    1975: "建国 国强 建华 志明 卫东 永福 金龙 德明 国庆 水根 阿根 长兴 宝根 关林 建平 文华 明德 福生 锦华",
    1990: "伟 强 磊 军 勇 涛 超 鹏 杰 斌 辉 海峰 志强 晓东 建军 亮 波 刚 俊杰 文斌 立波 旭东 宏 毅",
    2010: "浩然 子轩 宇轩 俊熙 梓豪 博文 天宇 嘉豪 子涵 睿 皓轩 一鸣 泽宇 晨阳 思远 家豪 明哲 昊天 逸飞 俊驰",
}

# Number ranges that no operator has been given: a message to a sample member rings nobody.
PHONE_PREFIXES = ("154", "160", "163", "164", "168", "169")

HABITS = {"weekly": 14, "fortnightly": 17, "monthly": 31, "lapsing": 30, "new": 8}
GAP_DAYS = {"weekly": (4.8, 9.0), "fortnightly": (11.0, 17.0), "monthly": (22.0, 36.0), "new": (6.0, 18.0)}
LAPSED_FROM = ("weekly", "fortnightly", "fortnightly", "monthly", "monthly")
LOVES = ("生鲜", "乳品烘焙", "休闲食品", "冷冻食品", "酒水饮料", "个护母婴", "粮油调味")


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the sample chain."""

    number: int
    card: str
    name: str
    phone: str | None
    birthday: date | None
    home_store: str
    joined_on: date
    habit: str
    gap_days: float
    """Days between two visits, on average."""
    first_day: date
    last_day: date
    """The member comes between these days and then no more."""
    away: tuple[date, date] | None
    """A silence in between, after which the member is back."""
    basket_lines: float
    love: str
    """The department that the member buys most from."""
    price_sense: float
    """0 to 1: how often a lower price turns the hand."""
    day_part: str
    online_share: float


def draw_people(count: int, *, seed: int, today: date) -> list[Person]:
    """The members, the same for the same arguments; who comes first does not depend on how many follow."""
    return [draw_person(number, seed=seed, today=today) for number in range(1, count + 1)]


def draw_person(number: int, *, seed: int, today: date) -> Person:
    rng = draws_for("person", seed, number)
    habit = rng.choices(list(HABITS), weights=list(HABITS.values()))[0]
    born = _birthday(rng, today)
    joined_on, first_day, last_day, away = _span(rng, habit, today)
    gaps = GAP_DAYS[rng.choice(LAPSED_FROM) if habit == "lapsing" else habit]
    gap_days = rng.uniform(*gaps)
    retired = today.year - born.year >= 58
    return Person(
        number=number,
        card=_card(number),
        name=_name(rng, born.year) if rng.random() > 0.02 else "",
        phone=_phone(number) if rng.random() > 0.03 else None,
        birthday=born if rng.random() > 0.14 else None,
        home_store=rng.choices(PLACES, weights=[place.weight for place in PLACES])[0].code,
        joined_on=joined_on,
        habit=habit,
        gap_days=gap_days,
        first_day=first_day,
        last_day=last_day,
        away=away,
        # Who comes rarely fills the trolley; who comes often takes a bag.
        basket_lines=min(14.0, max(1.6, rng.lognormvariate(1.08, 0.42) * (1 + gap_days / 45))),
        love=rng.choice(LOVES),
        price_sense=rng.betavariate(2, 3),
        day_part="morning" if retired else rng.choices(["evening", "any"], weights=[7, 3])[0],
        online_share=0.02 if retired else rng.betavariate(1.1, 4.5),
    )


def _birthday(rng: Random, today: date) -> date:
    age_days = min(84.0, max(18.5, rng.gauss(44, 14))) * 365.25
    return today - timedelta(days=int(age_days))


def _name(rng: Random, year: int) -> str:
    woman = rng.random() < 0.63
    names = WOMEN if woman else MEN
    era = next((until for until in names if year < until), 2010)
    # Surnames are as uneven as in life: the first twenty make two thirds.
    surname = SURNAMES[min(len(SURNAMES) - 1, int(rng.expovariate(1 / 17)))]
    if rng.random() < 0.008:
        surname = rng.choice(DOUBLE_SURNAMES)
    return surname + rng.choice(names[era].split())


def _phone(number: int) -> str:
    # A multiplication by a unit modulo 10^8 is a permutation, so that no two members share a number.
    tail = (number * 61_803_399 + 31_415_927) % 100_000_000
    return f"{PHONE_PREFIXES[number % len(PHONE_PREFIXES)]}{tail:08d}"


def _card(number: int) -> str:
    """Twelve digits, the last a Luhn check digit, as cards have it."""
    digits = f"88{number * 13 + 10_007:09d}"
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return digits + str(-total % 10)


def _span(rng: Random, habit: str, today: date) -> tuple[date, date, date, tuple[date, date] | None]:
    """When the member joined, comes first in the sample year, comes last, and stays away in between."""
    year_start, yesterday = today - timedelta(days=SAMPLE_DAYS), today - timedelta(days=1)
    if habit == "new":
        joined = today - timedelta(days=rng.randint(2, 60))
        return joined, joined, yesterday, None
    if rng.random() < 0.62:
        joined = year_start - timedelta(days=rng.randint(20, 1400))
    else:
        # Most of a year's new members come with the campaigns of spring and autumn.
        joined = year_start + timedelta(days=rng.choice([rng.randint(20, 130), rng.randint(120, 250)]))
    first = max(joined, year_start)
    if habit == "lapsing":
        last = first + timedelta(days=rng.randint(10, max(20, (today - first).days - 94)))
        return joined, first, min(last, today - timedelta(days=94)), None
    away = None
    if rng.random() < 0.09:
        since = year_start + timedelta(days=rng.randint(30, 200))
        away = since, since + timedelta(days=rng.randint(92, 150))
    return joined, first, yesterday, away
