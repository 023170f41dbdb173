"""What can be read and cannot be: a stable code and its sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from huitou.kernel.errors import N_
from huitou.segments.terms import Known, Trouble

TROUBLES: Mapping[str, str] = {
    "asks_nothing": N_("At {where} nothing is asked for: say {fields}."),
    "backwards": N_("At {where}: nothing lies between {least} and {most}."),
    "bucket_outside": N_("At {where}: the buckets go from 0 to {last}."),
    "days_outside_window": N_("At {where}: {days} different days do not fit into a window of {most}."),
    "does_not_compare": N_("At {where}: {of} goes by {fields}, and not by {field}."),
    "hours_are_none": N_("At {where}: no time lies between {first} and {last}."),
    "segment_unknown": N_("At {where}: there is no segment {name}."),
    "store_without_place": N_("At {where}: nobody has told where the store {name} stands."),
    "two_ways": N_("At {where}: say exactly one of {fields}."),
    "unknown_brand": N_("At {where}: there is no brand {name}."),
    "unknown_category": N_("At {where}: there is no category {name}."),
    "unknown_sku": N_("At {where}: there is no product {name}."),
    "unknown_store": N_("At {where}: there is no store {name}."),
    "unknown_tag": N_("At {where}: there is no tag {name}."),
    "window_backwards": N_("At {where}: the window ends on {until}, before it begins on {since}."),
    "window_two_ways": N_("At {where}: a window has its last days or fixed days, and not both."),
}

OF_THE_CHAIN = frozenset(
    ("segment_unknown", "store_without_place", "unknown_brand", "unknown_category", "unknown_sku", "unknown_store",
     "unknown_tag")
)  # fmt: skip
"""What another chain may know."""


def unknown(field: str, code: str, names: Iterable[str], known: frozenset[str]) -> Iterator[Trouble]:
    for place, name in enumerate(names):
        if name not in known:
            yield Trouble(f"{field}[{place}]", code, {"name": name})


def unknown_stores(field: str, codes: Iterable[str], known: Known) -> Iterator[Trouble]:
    return unknown(field, "unknown_store", codes, known.stores)
