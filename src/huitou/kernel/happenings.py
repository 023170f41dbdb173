"""The kinds of events that come from tills, apps and mini programs, by name. Others may come, and go by their code."""

from __future__ import annotations

from huitou.kernel.errors import N_

EVENT_NAMES = {
    "view": N_("product viewed"),
    "scan": N_("code scanned"),
    "basket": N_("basket filled"),
    "sign_in": N_("sign-in"),
    "rating": N_("rating"),
    "prompt": N_("prompt at the till"),
}
