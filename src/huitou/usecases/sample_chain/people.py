"""The members of the sample chain, as a table `people`: who they are and how they shop. Nobody is a real person."""

from __future__ import annotations

import duckdb

from huitou.usecases.sample_chain.draws import between, normal, one_of, pick, texts, uniform
from huitou.usecases.sample_chain.places import places_of
from huitou.usecases.sample_chain.terms import SampleChain
from huitou.usecases.sample_chain.told import told_columns

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋"
    "余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金贾夏韦傅方白邹孟熊秦邱江尹薛阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
DOUBLE_SURNAMES = ("欧阳", "上官", "诸葛", "司徒")

# Given names went with the times: a name tells a Chinese reader the decade. Born before 1975, before 1990, later.
WOMEN = (
    "秀英 桂兰 玉梅 丽华 建芬 爱珍 淑敏 美娟 月琴 国英 凤仙 彩萍 惠芳 红霞 小玲 亚琴 云仙 菊芬 素珍",
    "丽 敏 静 燕 娟 艳 婷 晓燕 海燕 雪梅 丽娜 婷婷 晓红 佳 慧 莉莉 春燕 文静 瑶 琳 晶晶 倩 洁 霞",
    "雨欣 思琪 梦洁 佳怡 诗涵 欣怡 雅婷 子萱 梓涵 紫涵 若曦 语桐 可馨 奕菲 芷晴 嘉琪 一诺 雨桐 静怡",
)
MEN = (
    "建国 国强 建华 志明 卫东 永福 金龙 德明 国庆 水根 阿根 长兴 宝根 关林 建平 文华 明德 福生 锦华",
    "伟 强 磊 军 勇 涛 超 鹏 杰 斌 辉 海峰 志强 晓东 建军 亮 波 刚 俊杰 文斌 立波 旭东 宏 毅",
    "浩然 子轩 宇轩 俊熙 梓豪 博文 天宇 嘉豪 子涵 睿 皓轩 一鸣 泽宇 晨阳 思远 家豪 明哲 昊天 逸飞 俊驰",
)

# Number ranges that no operator has been given: a message to a sample member rings nobody.
PHONE_PREFIXES = ("154", "160", "163", "164", "168", "169")
FRONT_DESK_SHARE, MISTYPED_SHARE, NO_PHONE_SHARE = 0.006, 0.012, 0.03

LOVES = ("生鲜", "乳品烘焙", "休闲食品", "冷冻食品", "酒水饮料", "个护母婴", "粮油调味", "家居清洁")
ONCE_SHARE_OF_LAPSED = 0.6
"""Took the card for one purchase and were never seen again. The others of the lapsed went at some time."""
ONCE_SHARE_OF_NEW = 0.4
"""So do as many of the newest: of all who join in a month it is four in ten, whenever the month is."""
SILENT_DAYS = 94
"""Who has lapsed has been silent for longer than three months."""
NEW_WITHIN_DAYS = 90


def draw_people(session: duckdb.DuckDBPyConnection, chain: SampleChain) -> None:
    """Make `people`, one row a member, numbered from 1; who comes first does not depend on how many follow.

    Only the home store does: a larger chain has more stores.
    """
    for statement in (_who(chain), _with_phones(chain), _how(chain), _whole(chain)):
        session.execute(statement)
    session.execute("DROP TABLE who; DROP TABLE reached; DROP TABLE habits;")


def _who(chain: SampleChain) -> str:
    """Age, household, name and home. Every fifth member or so lives with the member before; 2 % are somebody twice."""
    seed = chain.seed
    weights = [place.weight for place in places_of(chain.members)]
    of_home = uniform(seed, "household", 1)
    return f"""
CREATE TABLE who AS
WITH numbered AS (
    SELECT i, i > 1 AND {uniform(seed, "i", 2)} < 0.02 AS is_twice,
           i > 1 AND {uniform(seed, "i", 3)} < 0.2 AS lives_with_previous
    FROM range(1, {chain.members} + 1) AS t (i)
), settled AS (
    -- A person who is there twice, and one of the same household, takes the home of the member before.
    SELECT i, is_twice, CASE WHEN is_twice THEN i - 1 ELSE i END AS person,
           CASE WHEN is_twice OR lives_with_previous THEN i - 1 ELSE i END AS household
    FROM numbered
), aged AS (
    SELECT *, {uniform(seed, "person", 4)} < 0.63 AS woman,
           least(84.0, greatest(18.5, 44 + 14 * {normal(seed, "person", 5)})) AS age FROM settled
), born AS (
    SELECT *, DATE '{chain.today}' - (age * 365.25)::INTEGER AS born_on, {pick(weights, of_home)} AS home,
           {uniform(seed, "household", 6)} AS u_angle, {uniform(seed, "household", 7)} AS u_reach FROM aged
)
SELECT *, {_family_name(seed)} || CASE WHEN woman THEN {_given_name(WOMEN, seed)} ELSE {_given_name(MEN, seed)} END
          AS full_name FROM born
"""


def _family_name(seed: int) -> str:
    # Surnames are as uneven as in life: the first twenty make two thirds.
    place = f"least({len(SURNAMES)}, 1 + floor(-17 * ln(1 - {uniform(seed, 'person', 8)}))::INTEGER)"
    rare = one_of(DOUBLE_SURNAMES, seed, "person", 9)
    return f"CASE WHEN {uniform(seed, 'person', 10)} < 0.008 THEN {rare} ELSE {texts(SURNAMES)}[{place}] END"


def _given_name(eras: tuple[str, ...], seed: int) -> str:
    old, middle, young = (one_of(names.split(), seed, "person", 11) for names in eras)
    return f"(CASE WHEN year(born_on) < 1975 THEN {old} WHEN year(born_on) < 1990 THEN {middle} ELSE {young} END)"


def _with_phones(chain: SampleChain) -> str:
    """Card and phone. Some give none, some the front desk's, and a few are typed wrong: one digit off, unverified."""
    # A multiplication by a unit modulo 10^8 is a permutation, so that no two members share a number.
    number = "lpad(((person * 61803399 + 31415927) % 100000000)::VARCHAR, 8, '0')"
    phone = f"{texts(PHONE_PREFIXES)}[1 + (person % {len(PHONE_PREFIXES)})::INTEGER] || {number}"
    drawn = uniform(chain.seed, "i", 12)
    shares = (NO_PHONE_SHARE, FRONT_DESK_SHARE, MISTYPED_SHARE)
    none, desk, wrong = (sum(shares[: n + 1]) for n in range(3))
    return f"""
CREATE TABLE reached AS
SELECT *, {_card()} AS card,
       CASE WHEN {drawn} < {none} THEN 'none' WHEN {drawn} < {desk} THEN 'front_desk'
            WHEN {drawn} < {wrong} THEN 'mistyped' WHEN is_twice THEN 'shared' ELSE 'own' END AS phone_kind,
       CASE phone_kind WHEN 'none' THEN NULL
            WHEN 'front_desk' THEN '15400000' || lpad(home::VARCHAR, 3, '0')
            WHEN 'mistyped' THEN left({phone}, 10) || ((right({phone}, 1)::INTEGER + 5) % 10)
            ELSE {phone} END AS phone
FROM who
"""


def cards_of(chain: SampleChain) -> str:
    """SQL of every `card` of the chain, without drawing anybody."""
    return f"SELECT {_card()} AS card FROM range(1, {chain.members} + 1) AS t (i)"


def _card() -> str:
    """Twelve digits, the last a Luhn check digit, as cards have it."""
    digits = "('88' || lpad((i * 13 + 10007)::VARCHAR, 9, '0'))"
    digit = f"substr({digits}, k::INTEGER, 1)::INTEGER"
    doubled = f"CASE WHEN k % 2 = 0 THEN {digit} ELSE 2 * {digit} - CASE WHEN {digit} > 4 THEN 9 ELSE 0 END END"
    total = f"list_sum(list_transform(range(1, 12), lambda k: {doubled}))"
    return f"{digits} || ((10 - {total} % 10) % 10)::INTEGER"


def _how(chain: SampleChain) -> str:
    """How often they come, how much they take, what they love; and from when to when."""
    seed, today, start = chain.seed, f"DATE '{chain.today}'", f"DATE '{chain.first_day}'"
    drawn = uniform(seed, "i", 13)
    days = (chain.today - chain.first_day).days
    until_once, until_lapsed = max(21, days - SILENT_DAYS - 1), max(21, days - SILENT_DAYS - 36)
    until_new = max(21, days - NEW_WITHIN_DAYS - 1)
    latest = f"(CASE WHEN comes_once THEN {until_once} WHEN habit = 'lapsed' THEN {until_lapsed} ELSE {until_new} END)"
    once_share = f"CASE habit WHEN 'lapsed' THEN {ONCE_SHARE_OF_LAPSED} WHEN 'new' THEN {ONCE_SHARE_OF_NEW} ELSE 0 END"
    return f"""
CREATE TABLE habits AS
WITH kinds AS (
    SELECT *, CASE WHEN {drawn} < 0.30 THEN 'lapsed' WHEN {drawn} < 0.38 THEN 'new' ELSE 'regular' END AS habit,
           {uniform(seed, "i", 44)} < {once_share} AS comes_once,
           {uniform(seed, "i", 14)} < 0.012 AS is_staff, {uniform(seed, "i", 15)} < 0.004 AS is_bulk_buyer
    FROM reached
), joined AS (
    SELECT *, CASE WHEN habit = 'new' THEN {today} - {between(2, NEW_WITHIN_DAYS, seed, "i", 16)}
                   -- Whoever comes once comes on the day of joining, so it lies within the history.
                   WHEN {uniform(seed, "i", 17)} < 0.62 AND NOT comes_once
                   THEN {start} - {between(20, 1400, seed, "i", 18)}
                   ELSE {start} + {between(20, latest, seed, "i", 19)}
              END AS joined_on,
           CASE WHEN is_staff THEN 4.0 ELSE least(150.0, greatest(3.2, exp(ln(32) + 0.85 * {normal(seed, "i", 20)})))
           END AS gap
    FROM kinds
)
SELECT *, greatest(joined_on, {start}) AS first_day,
       CASE WHEN comes_once THEN first_day
            WHEN habit = 'lapsed' THEN least({today} - {SILENT_DAYS}, first_day + {_until_lapse(seed, today)})
            ELSE {today} - 1 END AS last_day,
       CASE WHEN habit = 'regular' AND {uniform(seed, "i", 21)} < 0.09
            THEN {start} + {between(30, 200, seed, "i", 22)} END AS away_from,
       away_from + {between(92, 150, seed, "i", 23)} AS away_to
FROM joined
"""


def _until_lapse(seed: int, today: str) -> str:
    return between(10, f"greatest(20, ({today} - first_day) - {SILENT_DAYS})", seed, "i", 24)


def _whole(chain: SampleChain) -> str:
    """The table `people`: with life stage, taste, channel, and the child that decides about nappies and formula."""
    seed = chain.seed
    reach = ", ".join(f"({n}, {place.latitude}, {place.longitude})" for n, place in enumerate(places_of(chain.members)))
    child = between(-36, (chain.today - chain.first_day).days // 30, seed, "household", 25)
    # Some shop near their work, and live further away.
    far = f"if({uniform(seed, 'household', 112)} < 0.06, 2.4, 1)"
    return f"""
CREATE TABLE people AS
SELECT i::INTEGER AS i, person, household, is_twice, full_name, woman, born_on, home::SMALLINT AS home, card, phone,
       phone_kind, CASE WHEN {uniform(seed, "i", 26)} > 0.02 THEN full_name ELSE '' END AS name,
       -- One in seven keeps the birthday to themselves; some desks type the first day of 1990 to get on.
       CASE WHEN {uniform(seed, "i", 27)} < 0.14 THEN NULL WHEN {uniform(seed, "i", 28)} < 0.01 THEN DATE '1990-01-01'
            ELSE born_on END AS birthday,
       CASE WHEN age < 58 AND {uniform(seed, "i", 29)} < 0.55
            THEN 'o' || left(md5(concat({seed}, '/', person)), 27) END AS openid,
       habit, is_staff, is_bulk_buyer, joined_on, first_day, last_day, away_from, away_to, gap,
       {uniform(seed, "i", 30)} AS phase,
       -- Who comes rarely fills the trolley; who comes often takes a bag.
       ln(3.25) + 0.3 * {normal(seed, "i", 31)} + least(0.5, gap / 90) AS basket_mu,
       {between(0, len(LOVES) - 1, seed, "i", 32)}::SMALLINT AS love,
       CASE WHEN age >= 58 THEN 'senior' WHEN age < 30 AND {uniform(seed, "household", 33)} < 0.6 THEN 'single'
            WHEN age < 45 AND {uniform(seed, "household", 34)} < 0.28 THEN 'baby'
            WHEN age < 52 AND {uniform(seed, "household", 35)} < 0.6 THEN 'school' ELSE 'couple' END AS life,
       CASE WHEN life = 'baby'
            THEN date_trunc('month', DATE '{chain.first_day}' + to_months({child})::INTERVAL)::DATE + 14 END
            AS child_born_on,
       ({uniform(seed, "i", 36)} + {uniform(seed, "i", 37)}) / 2 * 0.85 AS price_sense,
       0.25 + 0.45 * {uniform(seed, "i", 38)} AS loyalty,
       CASE WHEN age >= 58 THEN 0 WHEN is_staff THEN 3
            WHEN {uniform(seed, "i", 39)} < 0.7 THEN 1 ELSE 2 END AS day_part,
       CASE WHEN age >= 58 THEN 0.02 ELSE pow({uniform(seed, "i", 40)}, 3) END AS online_share,
       {told_columns(chain)},
       round(latitude + 0.024 * {far} * sqrt(u_reach) * sin(2 * pi() * u_angle), 6) AS latitude,
       round(longitude + 0.028 * {far} * sqrt(u_reach) * cos(2 * pi() * u_angle), 6) AS longitude,
       {uniform(seed, "i", 41)} < 0.62 AS consent_sms, openid IS NOT NULL AND {uniform(seed, "i", 42)} < 0.8
       AS consent_wechat, {uniform(seed, "i", 43)} < 0.18 AS consent_email
FROM habits JOIN (VALUES {reach}) AS places (home, latitude, longitude) USING (home) ORDER BY i
"""
