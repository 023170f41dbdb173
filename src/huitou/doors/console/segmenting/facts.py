"""What the builder's script is told: the forms, what codes are called, and what can be chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from huitou.doors.console.segmenting.pieces import Drawn
from huitou.kernel.channels import CHANNEL_NAMES
from huitou.kernel.errors import N_
from huitou.kernel.happenings import EVENT_NAMES
from huitou.segments import service as segments
from huitou.segments.service import tags
from huitou.usecases import offer_desk
from huitou.usecases.segments import known

HITS = 12
SAID = {
    "moved": N_("Moved to place {place} of {count}."),
    "out": N_("Moved out of the group."),
    "into": N_("Moved into the group."),
    "removed": N_("Taken out. Undo brings it back."),
    "added": N_("Added."),
    "undone": N_("Undone."),
    "redone": N_("Done again."),
    "counting": N_("Counting …"),
    "stopped": N_("Stopped. The next change counts anew."),
    "halted": N_("Counting the segment was stopped."),
    "again": N_("Count again"),
    "wrong": N_("Correct what is marked; then it is counted."),
    "empty": N_("Nobody yet"),
    "empty_next": N_("The count appears here with the first condition."),
    "take_out": N_("Take out {name}"),
    "failed": N_("It could not be counted."),
}


def facts_for(drawn: Sequence[Drawn]) -> dict[str, Any]:
    return {"forms": {one.form.key: one.facts for one in drawn}, "names": names(), "said": said()}


def said() -> dict[str, str]:
    return {key: gettext(text) for key, text in SAID.items()}


def names() -> dict[str, dict[str, str]]:
    """What codes are called, by what they are codes of; of a product the script is told when it is chosen."""
    return {
        "stores": dict(offer_desk.store_names()),
        "channels": {code: gettext(text) for code, text in CHANNEL_NAMES.items()},
        "kinds": {code: gettext(text) for code, text in EVENT_NAMES.items()},
    }


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose: where in the condition it goes (`categories`, ...), its value, and what it is called."""

    at: str
    value: str
    text: str
    about: str = ""


def choices(of: str, words: str, *, but: str = "", sensitive: bool = False) -> list[Choice]:
    """Everything among `of` whose name holds these words. `but`: a segment cannot be in itself. `sensitive`: also tags
    that only few may see."""
    words = words.strip().casefold()
    if of == "goods":
        return _goods(words)
    if of == "kinds":
        return _events(words)
    if of == "tags":
        return [one for one in _tags(sensitive) if words in f"{one.text} {one.about}".casefold()]
    return [one for one in _few(of, but) if words in f"{one.text} {one.value}".casefold()]


def _few(of: str, but: str) -> list[Choice]:
    stores = dict(offer_desk.store_names())
    if of == "stores":
        return [Choice("", code, name, code) for code, name in sorted(stores.items())]
    if of == "placed":
        return [Choice("", code, stores.get(code, code), code) for code in sorted(known().placed_stores)]
    if of == "channels":
        return [Choice("", code, gettext(text)) for code, text in CHANNEL_NAMES.items()]
    if of == "tiers":
        return [Choice("", tier, tier) for tier in offer_desk.tiers_known(timezone.localdate())]
    if of == "segments":
        return [Choice("", one.name, one.name) for one in segments.listed() if one.name != but]
    if of == "categories":
        return [_category(path, count, at="") for path, count in offer_desk.shelf().categories.items()]
    return []


def _events(words: str) -> list[Choice]:
    """The kinds that have names; and what was typed, for any other kind may come."""
    named = [Choice("", code, gettext(text), code) for code, text in EVENT_NAMES.items()]
    found = [one for one in named if words in f"{one.text} {one.value}".casefold()]
    typed = [Choice("", words, words, gettext("event"))] if words and words not in EVENT_NAMES else []
    return found + typed


def _tags(sensitive: bool) -> list[Choice]:
    """The registry, with what each is for."""
    return [
        Choice("", one.tag.name, one.tag.name, one.tag.purpose)
        for one in tags.standing()
        if sensitive or not one.tag.sensitive
    ]


def _goods(words: str) -> list[Choice]:
    """Categories, brands and products; of nothing typed the categories, the broadest first."""
    shelf = offer_desk.shelf()
    found = [
        _category(path, count, at="categories")
        for path, count in sorted(shelf.categories.items(), key=lambda one: (one[0].count("/"), one[0]))
        if words in path.casefold()
    ]
    if not words:
        return found
    brand = gettext("brand, {count} products")
    found += [
        Choice("brands", name, name, brand.format(count=count))
        for name, count in shelf.brands.items()
        if words in name.casefold()
    ]
    return found + [
        Choice("skus", one.sku, one.name, one.sku)
        for one in shelf.goods
        if words in one.name.casefold() or one.sku.casefold().startswith(words)
    ]


def _category(path: str, count: int, *, at: str) -> Choice:
    about = gettext("category, {count} products").format(count=count)
    parent = path.rpartition("/")[0].replace("/", " › ")
    return Choice(at, path, path.rpartition("/")[2], f"{parent} · {about}" if parent else about)


def product_names(body: Mapping[str, Any]) -> dict[str, str]:
    """What the products that a segment names are called."""
    wanted = set(_skus(body))
    return {one.sku: one.name for one in offer_desk.shelf().goods if one.sku in wanted} if wanted else {}


def _skus(value: Any) -> list[str]:
    if isinstance(value, dict):
        here = [str(one) for one in value.get("skus", ())] if isinstance(value.get("skus"), list) else []
        return here + [sku for inner in value.values() for sku in _skus(inner)]
    return [sku for inner in value for sku in _skus(inner)] if isinstance(value, list) else []
