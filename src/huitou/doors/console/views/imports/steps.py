"""The way from a file to the books, and where we are on it."""

from __future__ import annotations

from django.utils.translation import gettext

from huitou.kernel.errors import N_

STEPS = (
    ("send", N_("Send")),
    ("look", N_("Look")),
    ("match", N_("Match")),
    ("try", N_("Try")),
    ("take", N_("Take in")),
)


def steps(here: str) -> list[dict[str, object]]:
    """Each step with its name and whether it is done, now, or to come; `end` is behind the last."""
    keys = [key for key, _ in STEPS]
    place = keys.index(here) if here in keys else len(keys)
    return [
        {"name": gettext(name), "state": "done" if at < place else "now" if at == place else ""}
        for at, (_, name) in enumerate(STEPS)
    ]
