"""The four layers by name, in their order of worth, and the class that draws their mark."""

from __future__ import annotations

from huitou.kernel.errors import N_
from huitou.members.terms import Layer

LAYERS = {
    Layer.DIAMOND.value: N_("Diamond"),
    Layer.GOLD.value: N_("Gold"),
    Layer.SILVER.value: N_("Silver"),
    Layer.DORMANT.value: N_("Dormant"),
}
