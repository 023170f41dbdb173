"""What the linter finds: a stable code, a sentence with `{offer}` and `{where}`, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping

from huitou.kernel.errors import N_

TROUBLES: Mapping[str, tuple[str, str]] = {
    "id_twice": (N_("Two offers have the id {offer}."), N_("Give each its own id.")),
    "window_never_opens": (
        N_("The offer {offer} never holds: see its dates, weekdays and hours at {where}."),
        N_("Let it end after it starts, on a weekday and at hours that lie between."),
    ),
    "window_mixes_offsets": (
        N_("The offer {offer} starts by one clock and ends by another ({where})."),
        N_("Write both moments in local time, or both with an offset from UTC."),
    ),
    "stage_not_for_kind": (
        N_("The kind of the offer {offer} cannot stand in this stage."),
        N_("Choose a stage that the kind's page names."),
    ),
    "shares_do_not_sum": (
        N_("The shares of those who pay for the offer {offer} do not sum to 100 %."),
        N_("Correct the shares."),
    ),
    "need_asks_backwards": (
        N_("The offer {offer} needs more pieces than it allows ({where})."),
        N_("Correct least_pieces or most_pieces."),
    ),
    "goods_match_nothing": (
        N_("No product can be among the goods of the offer {offer} ({where})."),
        N_("Take out what excludes them, and slashes at the ends of categories."),
    ),
    "group_outside_order": (
        N_("The offer {offer} is in a group, and groups exclude each other in the stage order alone."),
        N_("Take the group out."),
    ),
    "benefit_excludes_nothing": (
        N_("The offer {offer} takes no money off: nothing excludes it, and it excludes nothing ({where})."),
        N_("Take it out; its needs, dates and members say when it is given."),
    ),
    "scope_without_never": (
        N_("The offer {offer} has the whole receipt as its scope, and is combined with others."),
        N_("Say stack: never, or take the scope out."),
    ),
    "number_below_one": (
        N_("The offer {offer} asks for no piece, unit or time at {where}."),
        N_("Ask for 1 or more."),
    ),
    "percent_out_of_range": (
        N_("A percentage of the offer {offer} is not above 0 and at most 100 ({where})."),
        N_("8 折 is 20 percent off."),
    ),
    "amount_below_one_fen": (
        N_("An amount of the offer {offer} is 0, so that it gives nothing ({where})."),
        N_("Give 0.01 or more."),
    ),
    "fixed_price_is_per_unit": (
        N_("The offer {offer} has a fixed price, which is that of a unit."),
        N_("Take `per` out."),
    ),
    "threshold_is_over_the_lot": (
        N_("The offer {offer} is a threshold, which works over all its goods together."),
        N_("Take `per` out."),
    ),
    "ladder_without_step": (N_("The ladder of the offer {offer} has no step."), N_("Give it a step.")),
    "ladder_goes_down": (
        N_("In the ladder of the offer {offer} a later step asks for less, or gives less, than the one before it."),
        N_("Order the steps: each asks for more and gives more."),
    ),
    "step_asks_nothing": (
        N_("A step of the offer {offer} asks for nothing: every basket reaches it."),
        N_("Say from which amount or how many pieces on; or use percent_off or amount_off."),
    ),
    "step_gives_one_thing": (
        N_("A step of the offer {offer} gives not exactly one of amount and percentage."),
        N_("Keep one of the two."),
    ),
    "every_takes_one_step": (N_("The offer {offer} has `every` and more than one step."), N_("Keep one step.")),
    "every_takes_an_amount": (
        N_("The offer {offer} has `every` and a step that gives no amount."),
        N_("Give an amount."),
    ),
    "gives_more_than_it_asks": (
        N_("A step of the offer {offer} gives more than it asks for."),
        N_("Look at the amounts again, if that is not meant."),
    ),
    "gives_one_thing": (
        N_("The offer {offer} gives not exactly one of price, percent and amount."),
        N_("Keep one of them."),
    ),
    "gives_nothing": (N_("The offer {offer} gives nothing ({where})."), N_("Say what it gives.")),
    "bundle_without_group": (N_("The bundle {offer} has no group."), N_("Give it a group of goods.")),
    "more_free_than_bought": (
        N_("The offer {offer} gives more free than the group holds, or none."),
        N_("Correct free or group."),
    ),
    "every_unit_is_the_cheapest": (
        N_("The offer {offer} gives every unit what is meant for the cheapest of several ({where})."),
        N_("Ask for more units, or use percent_off."),
    ),
    "bonus_takes_points": (
        N_("The bonus of the offer {offer} would take points away."),
        N_("Multiply by 100 percent or more."),
    ),
    "limit_below_one_application": (
        N_("The offer {offer} may take fewer units than one application needs ({where}): it cannot apply."),
        N_("Correct the limit, or let the offer end."),
    ),
    "price_above_normal": (
        N_("The price of the offer {offer} is not below the normal price of its goods: it saves nothing."),
        N_("Correct the price."),
    ),
}
"""Code to (what is wrong, what to do)."""


WARNINGS = frozenset(
    {
        "every_unit_is_the_cheapest",
        "gives_more_than_it_asks",
        "limit_below_one_application",
        "price_above_normal",
        "step_asks_nothing",
    }
)
"""Possible, but probably not meant."""
