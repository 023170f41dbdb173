"""What the check of a cut-over calls its figures, and why a member's balance may differ: for every way in."""

from __future__ import annotations

from huitou.kernel.errors import N_

FIGURES = {
    "members": N_("Members"),
    "points": N_("Points outstanding"),
    "points_owed": N_("of them owed"),
    "tier": N_("Members of tier"),
    "lots": N_("Points that expire in"),
    "coupons": N_("Live coupons"),
    "coupons_worth": N_("Worth of live coupons"),
}
GROUPS = {"never": N_("(no last day)")}
"""Groups that are words of ours; all others are the chain's."""
WHY = {
    "other_balance": N_("another balance here"),
    "not_opened": N_("not opened here"),
    "not_in_file": N_("here, and not in the file"),
    "refused": N_("row cannot be taken ({code})"),
}
