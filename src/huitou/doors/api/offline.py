"""The bundle by which a store goes on selling without us."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from ninja import Query, Router

from huitou.access.terms import Call
from huitou.doors.api.caller import ApiKey, key_sent
from huitou.doors.api.documented import BUNDLE, OF_A_STORE, answers
from huitou.doors.api.schemas_offline import BundleAsked
from huitou.offline.service import MEDIA_TYPE
from huitou.usecases.offline_bundle import offline_bundle

router = Router(tags=["offline"])


@router.get(
    "/offline-bundle",
    auth=ApiKey(Call.OFFLINE),
    **answers(None, *OF_A_STORE, **BUNDLE),
    summary="What a store needs to sell without us",
)
def bundle(request: HttpRequest, asked: Query[BundleAsked]) -> HttpResponse:
    """Signed with Ed25519 by this installation: goods and prices, the offers that stand, and of the store's own members
    tier, points at most, personal coupons and keyed digests of cards. No names, no phones. `have`: the version that the
    till has; it gets what changed since. What is said of people is good for 48 hours. docs/offline.md describes the
    bytes; `huitou till --offline` fetches and uses them.
    """
    text = offline_bundle(
        request.auth, key_sent(request), asked.store, have=asked.have, till_key=asked.key(), now=now()
    )
    return HttpResponse(text, content_type=MEDIA_TYPE)
