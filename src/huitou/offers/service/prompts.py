"""Prompts for cashiers: made, changed, switched on and off; and which of them a basket sets off.

A process keeps those that are on and looks once a second at most, as it does with the programme: where none is on, or
none of the goods lies in the basket, a quote asks nothing for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from huitou.offers.errors import PromptChangedMeanwhile, PromptExists, PromptUnfit, PromptUnknown
from huitou.offers.rules import prompting
from huitou.offers.rules.exchange import read
from huitou.offers.rules.prompting import Prompts, compile_prompts, set_off, to_tell
from huitou.offers.rules.sentence import goods_said
from huitou.offers.service.fresh import Fresh
from huitou.offers.store import prompts as store
from huitou.offers.terms import Goods
from huitou.offers.terms.prompting import Prompt, PromptSeen

__all__ = ["goods_said", "rests_at_most", "set_off", "to_tell"]

FRESH_SECONDS = 1.0
"""How long a process believes that the prompts which it keeps are those that are on."""


# ---- looking


def prompts() -> list[PromptSeen]:
    """Every prompt, by code."""
    return store.every()


def prompt(code: str) -> PromptSeen:
    """Raises PromptUnknown."""
    found = store.find(code)
    if found is None:
        raise PromptUnknown(prompt=code[:80])
    return found


def read_goods(document: Mapping[str, Any]) -> Goods:
    """From parsed JSON. Raises UnreadableRequest, UnknownField and TooManyEntries."""
    return read(Goods, dict(document), "goods")


# ---- writing


@transaction.atomic
def make_prompt(one: Prompt, *, by: str) -> bool:
    """Write down a new prompt, off at first; whether it is new. The same again changes nothing.

    Raises PromptUnfit and PromptExists.
    """
    _require_fit(one)
    if store.insert(one, by):
        return True
    if prompt(one.code).prompt != one:
        raise PromptExists(prompt=one.code)
    return False


@transaction.atomic
def change_prompt(one: Prompt, *, on_top_of: int, by: str) -> bool:
    """Let the prompt of its code say and ask this; whether anything changed. `on_top_of`: the revision that was seen.

    Raises PromptUnfit, PromptUnknown and PromptChangedMeanwhile.
    """
    _require_fit(one)
    seen = _locked(one.code)
    if seen.prompt == one:
        return False
    if seen.revision != on_top_of:
        raise PromptChangedMeanwhile(prompt=one.code)
    store.update(one, by)
    return True


@transaction.atomic
def switch_prompt(code: str, *, on: bool, by: str) -> bool:
    """Tell it at the tills a second from now, or no more; whether anything changed. Raises PromptUnknown."""
    if _locked(code).on == on:
        return False
    store.switch(code, on, by)
    return True


def _require_fit(one: Prompt) -> None:
    if field := prompting.unfit_field(one):
        raise PromptUnfit(field=field)


def _locked(code: str) -> PromptSeen:
    found = store.find(code, lock=True)
    if found is None:
        raise PromptUnknown(prompt=code[:80])
    return found


# ---- what tills are told


def prompts_now() -> Prompts:
    """Those that are on, at most FRESH_SECONDS old."""
    return _kept.now()[1]


def forget() -> None:
    """What this process keeps; the next who asks looks again."""
    _kept.forget()


def rests_at_most(told: Sequence[Prompt]) -> int:
    """So many days back an answer still counts for any of these; 0: none of them rests."""
    return max((one.rest_days for one in told), default=0)


def _look(kept: tuple[list[tuple[Any, ...]], Prompts]) -> tuple[list[tuple[Any, ...]], Prompts]:
    rows = store.rows_on()
    return kept if rows == kept[0] else (rows, compile_prompts(store.prompt_of(row) for row in rows))


_kept: Fresh[tuple[list[tuple[Any, ...]], Prompts]] = Fresh(_look, ([], compile_prompts(())), lambda: FRESH_SECONDS)
