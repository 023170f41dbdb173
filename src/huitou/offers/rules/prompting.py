"""Which prompts the goods of a basket set off, and which of those a cashier is told."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from huitou.offers.rules.articles import Asked, Token, asked_of, tokens_of
from huitou.offers.rules.scalars import UNPRINTABLE
from huitou.offers.terms import BasketLine
from huitou.offers.terms.prompting import Prompt

MOST_TOLD = 2
LONGEST_SAYING = 200
MOST_REST_DAYS = 3650
RESERVED = ("coupon_ends", "points_end")
"""What is said of a member's own coupons and points is recorded under these."""
# It is a step of its page's address: of `.` and `..` a browser makes another one.
_CODE = re.compile(r"(?!\.{1,2}$)[\w.-]{1,60}")


@dataclass(frozen=True, slots=True)
class Prompts:
    """The prompts that are switched on, by the word through which a basket finds them."""

    prompts: tuple[Prompt, ...]
    """In the order in which they are told."""
    asked: tuple[Asked, ...]
    """The goods of each."""
    by_token: Mapping[Token, tuple[int, ...]]


def compile_prompts(prompts: Iterable[Prompt]) -> Prompts:
    """Those that end first come first, then by code: an order that no moment and no basket changes."""
    ordered = tuple(sorted(prompts, key=lambda one: (one.ends or date.max, one.code)))
    asked = tuple(asked_of(one.goods) for one in ordered)
    by_token: dict[Token, list[int]] = {}
    for place, goods in enumerate(asked):
        for token in min(goods.rows, key=len, default=()):
            by_token.setdefault(token, []).append(place)
    return Prompts(ordered, asked, {token: tuple(places) for token, places in by_token.items()})


def set_off(now: Prompts, lines: Sequence[BasketLine], day: date) -> list[Prompt]:
    """The prompts of which goods lie in the basket, and which hold on this day."""
    if not now.prompts:
        return []
    found: set[int] = set()
    for tokens in {frozenset(tokens_of(line)) for line in lines}:
        for place in {place for token in tokens for place in now.by_token.get(token, ())} - found:
            if now.asked[place].hold(tokens):
                found.add(place)
    return [now.prompts[place] for place in sorted(found) if _holds_on(now.prompts[place], day)]


def _holds_on(prompt: Prompt, day: date) -> bool:
    return (prompt.starts is None or prompt.starts <= day) and (prompt.ends is None or day <= prompt.ends)


def to_tell(
    prompts: Sequence[Prompt], *, member: bool, segments: Collection[str], answered: Mapping[str, date], day: date
) -> list[Prompt]:
    """Of those that were set off what the cashier is told, MOST_TOLD at most. `segments`: those that the member is in;
    `answered`: by code the day on which the member answered last."""
    fit = (
        one for one in prompts
        if (member or not one.needs_member)
        and (not one.segment or one.segment in segments)
        and not rests(one, answered.get(one.code), day)
    )  # fmt: skip
    return [one for one, _ in zip(fit, range(MOST_TOLD), strict=False)]


def rests(prompt: Prompt, answered: date | None, day: date) -> bool:
    """Whether a member who answered on that day is left alone with it."""
    return answered is not None and day < answered + timedelta(days=prompt.rest_days)


def unfit_field(prompt: Prompt) -> str | None:
    """The first field that cannot be; None: all of them can."""
    if not _CODE.fullmatch(prompt.code) or prompt.code in RESERVED:
        return "code"
    for name, said in (("say_zh", prompt.say_zh), ("say_en", prompt.say_en)):
        if len(said) > LONGEST_SAYING or UNPRINTABLE.search(said) or (name == "say_zh" and not said.strip()):
            return name
    if not asked_of(prompt.goods).rows:
        return "goods"
    if prompt.starts is not None and prompt.ends is not None and prompt.ends < prompt.starts:
        return "ends"
    return None if 0 <= prompt.rest_days <= MOST_REST_DAYS else "rest_days"
