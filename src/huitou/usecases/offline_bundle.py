"""The bundle by which a store sells while it cannot reach us: its goods and offers, and as little of its members as
that takes. Signed by the installation; for the store's own keys alone."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

from django.conf import settings

from huitou.access.terms import KeySeen
from huitou.catalogue import service as catalogue
from huitou.loyalty import service as loyalty
from huitou.members import service as members
from huitou.offers.service import for_offline as offers
from huitou.offline import service as offline
from huitou.offline.terms import GOOD_FOR, Header, Row
from huitou.privacy import service as privacy
from huitou.segments.service import live
from huitou.usecases.recording.placing import own_store


def offline_bundle(
    caller: KeySeen, api_key: str, store_code: str, *, have: str, till_key: bytes | None, now: datetime
) -> bytes:
    """The signed bundle of a store, by delta from the version that the till has.

    `api_key`: the key in clear; from it comes what makes the digests of cards. Raises StoreUnknown, StoreNotOfKey.
    """
    store = own_store(caller, store_code, catalogue.stores_of([store_code]))
    day = catalogue.business_date(store, now)
    programme, standing, spent = offers.standing(store.id, day)
    goods, codes = catalogue.goods_for_tills()
    # Only where an offer asks for it a bundle says in which month somebody was born.
    valid = [json.loads(row[1]).get("valid", {}) for row in standing]
    asks_birthdays = any(one.get("birthday_month") for one in valid)
    asked = {name for one in valid for name in one.get("segments", ())}
    rows: dict[str, list[Row]] = {"goods": goods, "codes": codes, "offers": standing, "spent": spent}
    rows["gives"] = list(offers.gives())
    rows |= _people(store.id, day, offline.cards_key_of(api_key, store.code), asks_birthdays=asks_birthdays)
    here = {row[0] for row in rows["members"]}
    rows["segments"] = [(name, one) for name in sorted(asked) for one in live.members_of(name) if one in here]
    header = Header(
        store=store,
        source=caller.name,
        currency=settings.CURRENCY,
        zone=settings.TIME_ZONE,
        scale_codes=settings.SCALE_CODES,
        programme=programme,
        made_at=now,
        ends_at=now + GOOD_FOR,
        version="",
        points_rate=loyalty.rate_now(now),
    )
    signer = offline.Signer(privacy.signing_key(), lambda message, purpose: privacy.sign(message, purpose=purpose))
    return offline.make_bundle(header, rows, offline.Wanted(have, till_key), signer, Path(settings.OFFLINE_PATH))


def _people(store_id: int, day: date, cards_key: bytes, *, asks_birthdays: bool) -> dict[str, list[Row]]:
    people = members.of_store_for_tills(store_id, day)
    ids = [one for one, *_ in people]
    available = loyalty.available_of(ids)
    coupons, kinds, used, quotas = offers.of_members(ids, day)
    return {
        "members": [
            (one, tier, month if asks_birthdays else 0, available.get(one, 0), int(staff))
            for one, tier, month, staff in people
        ],
        "cards": [
            (offline.card_digest(cards_key, kind, value), member)
            for kind, value, member in members.cards_of_store(store_id)
        ],
        "coupons": coupons,
        "kinds": kinds,
        "used": used,
        "quotas": quotas,
    }
