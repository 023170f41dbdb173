"""Why an offer that touches the basket was not applied: the codes, and the sentence for each."""

from __future__ import annotations

from collections.abc import Mapping

from huitou.kernel.errors import N_

REASONS: Mapping[str, str] = {
    "not_started": N_("It has not started yet."),
    "ended": N_("It has ended."),
    "wrong_weekday": N_("It does not hold on this day of the week."),
    "wrong_hour": N_("It does not hold at this hour."),
    "wrong_channel": N_("It does not hold in this channel."),
    "wrong_store": N_("It does not hold in this store."),
    "members_only": N_("It is for members."),
    "staff_only": N_("It is for staff."),
    "wrong_tier": N_("It is for another tier."),
    "wrong_segment": N_("It is for other members."),
    "wrong_birthday_month": N_("It holds in the month of the birthday."),
    "coupon_missing": N_("It needs a coupon that was not presented."),
    "limit_reached": N_("Nothing is left of its limit."),
    "budget_spent": N_("Its budget is spent."),
    "quota_spent": N_("Nothing is left of this month's quota."),
    "goods_missing": N_("Goods that it needs are not in the basket."),
    "not_promotable": N_("The goods that it would lower may not be promoted."),
    "too_little": N_("A larger amount is needed."),
    "too_few": N_("More pieces are needed."),
    "too_many": N_("There are more pieces than it allows."),
    "nothing_to_take": N_("There is nothing left that it could lower."),
    "coupon_kind_unknown": N_("The kind of coupon that it gives is not there."),
    "coupon_kind_ended": N_("The coupons that it gives are not good any more."),
    "not_kept": N_("No till can book what it gives."),
    "no_time": N_("Time was out before it could be looked at."),
    "cut_short": N_("Not everything could be compared in time: whether it could save more is not known."),
    "not_the_best": N_("Other offers together save more."),
}
"""In the order in which they are asked; the first that holds is named."""
