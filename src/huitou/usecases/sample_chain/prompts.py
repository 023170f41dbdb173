"""The cashier prompts of the sample chain, and what customers answered in its last weeks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from huitou.catalogue import service as catalogue
from huitou.members import service as members
from huitou.members.terms import NewEvent
from huitou.offers.service import prompts
from huitou.offers.terms import Goods
from huitou.offers.terms.prompting import Prompt
from huitou.usecases.cashier_prompts import make_prompt, switch_prompt

ACTOR = "huitou demo"
SOURCE = "huitou demo"
DAYS = 28
BY_DAY = ("yes no", "yes", "", "no yes no", "yes yes", "no", "yes no")
"""What a store hears on one day after the other: some hear all of it in turn, others the first five or six."""
OUTCOMES = {"yes": "accepted", "no": "declined"}


def lay_prompts(now: datetime) -> int:
    """Make them and switch them on; where there is a prompt already, none. How many are new."""
    if prompts.prompts():
        return 0
    laid = list(_prompts())
    for one in laid:
        make_prompt(one, actor=ACTOR)
        switch_prompt(one.code, on=True, actor=ACTOR)
    for event in _answers(laid[0].code, now):
        members.record_event(event, None)
    return len(laid)


def _prompts() -> Iterator[Prompt]:
    yield Prompt(
        "妈妈群",
        "宝宝刚出生吗？请顾客扫码加入妈妈群，并送一本《新手妈妈手册》。",
        "A newborn at home? Invite them to the mothers' group, and hand over the newborn handbook.",
        Goods(categories=("个护母婴/婴儿奶粉",)),
    )
    yield Prompt(
        "尿裤试用装",
        "宝宝多大了？服务台可以领一包合适尺码的尿裤试用装。",
        "How old is the baby? The service desk has a trial pack of nappies in the right size.",
        Goods(categories=("个护母婴/母婴/婴儿用品",)),
        members_only=True,
        rest_days=60,
    )


def _answers(code: str, now: datetime) -> Iterator[NewEvent]:
    """Of nobody in particular: who buys formula is drawn, and what they said is not."""
    stores = sorted(catalogue.stores().values(), key=lambda store: store.code)
    for back in range(1, DAYS + 1):
        for place, store in enumerate(stores):
            at = (now - timedelta(days=back)).replace(hour=10 + (back + place) % 9, minute=place * 3 % 60)
            for number, word in enumerate(BY_DAY[(back + place * 3) % (5 + place % 3)].split()):
                name = f"{code}-{store.code}-{at:%Y-%m-%d}-{number}"
                yield NewEvent(SOURCE, name, "prompt", None, store.id, at, {"prompt": code, "outcome": OUTCOMES[word]})
