"""Goods in Chinese: 伊利的鲜奶（临期除外）."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from huitou.offers.rules.sentence.names import MOST_NAMED
from huitou.offers.terms import EVERYTHING, Goods
from huitou.offers.terms.said import Names


def called(codes: Sequence[str], names: Mapping[str, str]) -> list[str]:
    return [names.get(code, code) for code in codes]


def listed(words: Sequence[str], measure: str, between: str = "、") -> str:
    """A few words by name; of many the first ones and how many there are: 滨江店、新城店等 12 家门店."""
    if len(words) <= MOST_NAMED:
        return between.join(words) if len(words) < 3 else "、".join([*words[:-2], between.join(words[-2:])])
    return f"{'、'.join(words[: MOST_NAMED - 1])}等 {len(words):,} {measure}"


def goods_of(goods: Goods, names: Names) -> str:
    if goods == EVERYTHING:
        return "全场商品"
    excluded = _excluded(goods, names)
    return apart(_wanted(goods, names)) + (f"（{excluded}除外）" if excluded else "")


def apart(name: str) -> str:
    """A name with the half space that Latin letters and figures have beside Chinese; `tidied` takes out what is too
    much."""
    before = " " if name[:1].isascii() and name[:1].isalnum() else ""
    after = " " if name[-1:].isascii() and name[-1:].isalnum() else ""
    return f"{before}{name}{after}"


def tidied(sentence: str) -> str:
    """One space at most between words, and none beside a Chinese mark."""
    return re.sub(r" *([，。；：、（）「」]) *| +", lambda found: found[1] or " ", sentence).strip()


def _wanted(goods: Goods, names: Names) -> str:
    parts = []
    if goods.suppliers:
        parts.append(f"{listed(goods.suppliers, '家供应商')}供货的")
    if goods.tags:
        parts.append("".join(f"「{tag}」" for tag in goods.tags[:MOST_NAMED]) + _and_more(goods.tags, "个标签"))
    if goods.brands:
        joined = len(goods.brands) > 1 and (goods.categories or goods.skus)
        parts.append(listed(goods.brands, "个品牌") + ("的" if joined else ""))
    kinds = listed([path.rpartition("/")[2] for path in goods.categories], "个品类")
    skus = listed(called(goods.skus, names.skus), "种商品")
    if kinds and skus:
        parts.append(f"{kinds}中的{skus}")
    elif not parts and not kinds and not skus:
        return "全场商品"
    else:
        parts.append(kinds or skus or "商品")
    return "".join(parts)


def _and_more(words: Sequence[str], measure: str) -> str:
    return f"等 {len(words)} {measure}的" if len(words) > MOST_NAMED else ""


def _excluded(goods: Goods, names: Names) -> str:
    words = [
        *(path.rpartition("/")[2] for path in goods.not_categories),
        *goods.not_brands,
        *(f"「{tag}」" for tag in goods.not_tags),
        *(f"{supplier}供货的" for supplier in goods.not_suppliers),
        *called(goods.not_skus, names.skus),
    ]
    return listed(words, "项")
