"""Points and promises whose time is over: the job that ends them, and which day the chain is still on."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from huitou.catalogue import service as catalogue
from huitou.loyalty import service as loyalty
from huitou.loyalty.terms import Moment


def chain_moment(now: datetime) -> Moment:
    """`now`, and the day that some store of the chain is still on: points die when it is over in the last of them.

    A store that is open past midnight, or lies further west, books on the day before for some hours more.
    """
    days = [catalogue.business_date(store, now) for store in catalogue.stores().values()]
    return Moment(now=now, today=min(days, default=timezone.localtime(now).date()))


def end_overdue_points(now: datetime) -> tuple[int, int]:
    """Time out holds and expire lots, in small pieces; how many of each. May run twice."""
    moment = chain_moment(now)
    return loyalty.time_out_holds(moment), loyalty.expire_due(moment)
