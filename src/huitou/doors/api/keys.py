"""What a key is and may do: the first thing that an integration asks."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router

from huitou.access.terms import Call
from huitou.catalogue import service as catalogue
from huitou.doors.api.answers import KeyTold
from huitou.doors.api.caller import ApiKey
from huitou.doors.api.documented import answers
from huitou.doors.api.speaking import answer

router = Router(tags=["key"])


@router.get("/key", auth=ApiKey(None), **answers(KeyTold), summary="What may this key do?")
def this_key(request: HttpRequest) -> HttpResponse:
    """Its name, the stores that it speaks for, and the calls that it may make."""
    key = request.auth
    stores = [store.code for store in catalogue.stores().values() if not key.store_ids or store.id in key.store_ids]
    return answer({"name": key.name, "stores": stores, "calls": [call for call in Call if key.may(call)]})
