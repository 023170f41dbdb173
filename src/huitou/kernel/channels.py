"""The channels of a sale by name."""

from __future__ import annotations

from huitou.kernel.errors import N_

CHANNEL_NAMES = {
    "store": N_("Till"),
    "mini_program": N_("Mini program"),
    "delivery": N_("Delivery"),
}
