"""A moment as conditions ask about it: the business day of every store, and what the chain has set."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils import timezone

from huitou.catalogue import service as catalogue
from huitou.catalogue.terms import StoreSeen
from huitou.insight import service as insight
from huitou.segments.service import tags
from huitou.segments.terms import Moment, Point, StoreKnown


def moment_of(at: datetime) -> Moment:
    """A moment with a zone, as conditions ask about it."""
    stores = {
        store.id: StoreKnown(store.id, store.code, catalogue.business_date(store, at), _place_of(store))
        for store in catalogue.stores().values()
    }
    today = timezone.localtime(at).date()
    dormant_months = insight.cut_offs().cut_offs.dormant_after_months
    return Moment(at.astimezone(UTC).replace(tzinfo=None), today, stores, dormant_months, tags=tags.known())


def _place_of(store: StoreSeen) -> Point | None:
    if store.site is None:
        return None
    return Point(latitude=int(store.site.latitude * 1_000_000), longitude=int(store.site.longitude * 1_000_000))
