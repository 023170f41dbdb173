"""The segments of the sample chain: whom a chain asks for first, and one that names another."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from huitou.segments import service as segments
from huitou.segments.terms import LANGUAGE
from huitou.usecases.segment_snapshots import take_snapshot
from huitou.usecases.segments import define_segment

Json = Mapping[str, Any]
ACTOR = "huitou demo"
NINETY = {"last_days": 90}
LOST_TOUCH = "30 天没来的老客"
SNAPSHOT_DAYS = (84, 56, 28, 0)
"""As of how many days ago it is written down who had lost touch: it asks for purchases alone, so that looking back is
exact, and its growth is drawn from the first day on."""


def lay_segments(now: datetime) -> int:
    """Define them; where there is a segment already, none. How many are new."""
    if segments.listed():
        return 0
    laid = list(_segments())
    for name, where in laid:
        define_segment(name, json.dumps({"language": LANGUAGE, "where": where}), made_by=ACTOR)
    for days in SNAPSHOT_DAYS:
        moment = now - timedelta(days=days)
        take_snapshot(LOST_TOUCH, asked_by=ACTOR, now=partial(_always, moment))
    return len(laid)


def _always(moment: datetime) -> datetime:
    return moment


def _segments() -> Iterator[tuple[str, Json]]:
    fresh = {"leaf": "bought", "at_least": 3, "of": {"categories": ["生鲜"]}, "window": NINETY}
    bakery = {"categories": ["乳品烘焙/面包", "乳品烘焙/蛋糕"]}
    yield "钻石生鲜客", {"all": [{"leaf": "layer", "is_one_of": ["diamond"]}, fresh]}
    yield (
        "钻石生鲜客，没买烘焙",
        {
            "all": [
                {"leaf": "segment", "segment": "钻石生鲜客"},
                {"leaf": "bought", "at_most": 0, "of": bakery, "window": NINETY},
                {"leaf": "reachable", "channel": "sms"},
            ]
        },
    )
    yield (
        LOST_TOUCH,
        {
            "all": [
                {"leaf": "bought_on", "which": "last", "on": {"ago_days": 30}},
                {"leaf": "bought", "at_least": 6, "window": {"last_days": 365}},
            ]
        },
    )
