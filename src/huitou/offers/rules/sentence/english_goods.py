"""Goods in English: Yili milk (short-dated excluded)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from huitou.offers.rules.sentence.names import MOST_NAMED
from huitou.offers.terms import EVERYTHING, Goods
from huitou.offers.terms.said import Names


def called(codes: Sequence[str], names: Mapping[str, str]) -> list[str]:
    return [names.get(code, code) for code in codes]


def listed(words: Sequence[str], measure: str, between: str = "and") -> str:
    """A few words by name; of many the first ones and how many more: A, B, C and 9 more stores."""
    if len(words) > MOST_NAMED:
        return f"{', '.join(words[: MOST_NAMED - 1])} and {len(words) - MOST_NAMED + 1:,} more {measure}"
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {between} {words[-1]}"


def goods_of(goods: Goods, names: Names) -> str:
    if goods == EVERYTHING:
        return "everything"
    excluded = _excluded(goods, names)
    return _wanted(goods, names) + (f" ({excluded} excluded)" if excluded else "")


def _wanted(goods: Goods, names: Names) -> str:
    before = [f"“{tag}”" for tag in goods.tags]
    words = [listed(before, "tags", "or")] if before else []
    if goods.brands:
        words.append(listed(goods.brands, "brands"))
    kinds = listed([path.rpartition("/")[2] for path in goods.categories], "categories")
    skus = listed(called(goods.skus, names.skus), "products")
    if kinds and skus:
        words.append(f"{skus} from {kinds}")
    elif kinds or skus:
        words.append(kinds or skus)
    elif words or goods.suppliers:
        words.append("products")
    else:
        words.append("everything")
    if goods.suppliers:
        words.append(f"from {listed(goods.suppliers, 'suppliers')}")
    return " ".join(words)


def _excluded(goods: Goods, names: Names) -> str:
    words = [
        *(path.rpartition("/")[2] for path in goods.not_categories),
        *goods.not_brands,
        *(f"“{tag}”" for tag in goods.not_tags),
        *(f"products from {supplier}" for supplier in goods.not_suppliers),
        *called(goods.not_skus, names.skus),
    ]
    return listed(words, "others")
