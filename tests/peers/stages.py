"""Where each promotion of a case stands in our stages, so that they follow each other as the file lists them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from tests.peers.dialects import Dialect
from tests.peers.promotions import REDUCTIONS, Promotion
from tests.peers.reading import Case, NotReadable

ORDER = ("price", "deal", "item", "order", "coupon")


def stages_of(case: Case, promotions: Sequence[Promotion], dialect: Dialect) -> list[str]:
    """A stage for each promotion; `""` for what is no reduction.

    Each goes where a marketer would put it. Where that would turn the listed order round, or would make exclusive
    what follows one another at the peer, all of them are presented one after the other, each on what is left.
    """
    groups = [one.group for one in promotions if one.group and one.kind in REDUCTIONS]
    stages = [_usual_stage(one, groups.count(one.group) > 1) for one in promotions]
    listed = [(one, stage) for one, stage in zip(promotions, stages, strict=True) if stage not in ("", "deal")]
    if not any(_clash(case, dialect, *pair) for pair in combinations(listed, 2)):
        return stages
    if any(stage == "order" and groups.count(one.group) > 1 for one, stage in listed):
        raise NotReadable("a group of promotions inside a fixed order of application")
    return [stage if stage in ("", "deal") else "coupon" for stage in stages]


def _usual_stage(one: Promotion, shares_group: bool) -> str:
    if one.kind in ("buy_get", "bundle_price", "cheapest_free"):
        return "deal"
    if one.kind not in REDUCTIONS:
        return ""
    if shares_group:
        return "order"
    if one.kind in ("free_unit_in_basket", "free_delivery"):
        return "item"
    if one.presented:
        return "coupon"
    if one.kind == "fixed_price":
        return "price"
    return "order" if one.scope == "order" or one.kind in ("steps", "probe") else "item"


def _clash(case: Case, dialect: Dialect, one: tuple[Promotion, str], later: tuple[Promotion, str]) -> bool:
    (first, stage), (second, next_stage) = one, later
    free_goods = "free_unit_in_basket" in (first.kind, second.kind)
    if ORDER.index(stage) > ORDER.index(next_stage):
        return not free_goods
    if stage != next_stage or stage in ("price", "coupon") or not _share_goods(case, first, second):
        return False
    if stage == "item":
        exclusive = dialect.units_serve_once or first.scope == second.scope == "item" or free_goods
        return not exclusive
    return not first.group or first.group != second.group


def _share_goods(case: Case, one: Promotion, other: Promotion) -> bool:
    """Whether a line of the basket belongs to both."""
    return any(one.goods.hold(line) and other.goods.hold(line) for line in case.lines)
