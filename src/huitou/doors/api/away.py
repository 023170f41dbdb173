"""The till's calls, answered in the store while the server is away: same bodies, same answers, same problems.

No web framework: whoever serves hands in method, path and bytes, and sends what comes back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import unquote

from pydantic import BaseModel, TypeAdapter, ValidationError

from huitou.doors.api.errors import BodyUnfit, Finding, JsonUnreadable, NoSuchCall
from huitou.doors.api.findings import differing, found_by_pydantic
from huitou.doors.api.plain_json import read_json
from huitou.doors.api.schemas import (
    BasketKey,
    BasketSaid,
    HoldSaid,
    ReceiptAsked,
    ReturnAsked,
    ReturnSaid,
    SaleSaid,
)
from huitou.doors.api.schemas_people import IdentifySaid
from huitou.kernel.errors import HuitouError
from huitou.offline.errors import ServerAway
from huitou.offline.service.till import Basket, Till
from huitou.receipts.errors import ReceiptDiffers

Translate = Callable[[str], Callable[[str], str]]
"""Of a language (`zh-Hans` or `en`) what translates into it."""
_HOLD = re.compile(r"/baskets/([^/]+)/hold")
_KEY: TypeAdapter[str] = TypeAdapter(BasketKey)
Read = TypeVar("Read", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Told:
    """What is sent back."""

    status: int
    body: dict[str, Any]
    kind: str = "application/json"


def answer(
    till: Till, method: str, path: str, body: bytes, *, now: datetime, language: str, translate: Translate
) -> Told:
    """The answer of a call below /api/v1; what only the server knows is refused with `server_away`."""
    try:
        return Told(200, _answered(till, method, path, body, now, language, translate))
    except HuitouError as refusal:
        return told_problem(refusal, language, translate)


def can_answer(method: str, path: str) -> bool:
    """Whether this call is one that can be answered without the server."""
    return (method, path) in _CALLS or (method in ("PUT", "DELETE") and _HOLD.fullmatch(path) is not None)


_CALLS = {
    ("POST", "/members/identify"),
    ("POST", "/baskets/price"),
    ("POST", "/receipts"),
    ("POST", "/returns"),
    ("GET", "/goods"),
    ("POST", "/receipts/find"),
    ("POST", "/returns/quote"),
}


def _answered(
    till: Till, method: str, path: str, body: bytes, now: datetime, language: str, translate: Translate
) -> dict[str, Any]:
    if found := _HOLD.fullmatch(path):
        return _held(till, method, _checked_key(unquote(found[1])), body, now)
    if (method, path) not in _CALLS:
        raise ServerAway() if path.startswith("/") else NoSuchCall()
    if path == "/members/identify":
        asked, _ = _read(IdentifySaid, body)
        return till.identify(asked.query, asked.meant(), now=now)
    if path == "/baskets/price":
        return _priced(till, body, now, language, translate)
    if path == "/receipts":
        _, said = _read(SaleSaid, body)
        return till.sell(said, now=now)
    if path == "/returns":
        _, said = _read(ReturnSaid, body)
        return till.take_back(said, now=now)
    if path == "/goods":
        return till.price_list()
    if path == "/receipts/find":
        return till.find_sales(_read(ReceiptAsked, body)[0].query)
    _, said = _read(ReturnAsked, body)
    return till.quote_return(said)


def _held(till: Till, method: str, key: str, body: bytes, now: datetime) -> dict[str, Any]:
    if method == "DELETE":
        return till.release(key, now=now)
    asked, _ = _read(HoldSaid, body)
    member = asked.member.ref() if asked.member else None
    return till.hold(key, member, asked.points, asked.coupons, now=now)


def _priced(till: Till, body: bytes, now: datetime, language: str, translate: Translate) -> dict[str, Any]:
    asked = _read(BasketSaid, body)[0].asked()
    basket = Basket(asked.lines, asked.channel, asked.member, asked.coupons, asked.hold)
    told, refused = till.price(basket, now=now)
    listed = [{"coupon": code, **_said(refusal, language, translate)} for code, refusal in refused.items()]
    # A bundle has no prompts of the chain, nor what members answered.
    return {**told, "coupons_refused": listed, "prompts": []}


def _checked_key(text: str) -> str:
    try:
        return _KEY.validate_python(text)
    except ValidationError as error:
        raise BodyUnfit(*found_by_pydantic(error.errors(include_url=False))) from error


def _read(kind: type[Read], body: bytes) -> tuple[Read, dict[str, Any]]:
    """The body as the call takes it, and as it was said. Raises JsonUnreadable and BodyUnfit."""
    value = read_json(body)
    try:
        said = kind.model_validate(value)
    except ValidationError as error:
        raise BodyUnfit(*found_by_pydantic(error.errors(include_url=False))) from error
    return said, value


def told_problem(refusal: HuitouError, language: str, translate: Translate) -> Told:
    """The refusal as problem+json."""
    said = _said(refusal, language, translate)
    body = {"type": f"urn:huitou:problem:{refusal.code}", "title": said["message"], "status": refusal.status, **said}
    return Told(refusal.status, body, "application/problem+json")


def _said(refusal: HuitouError, language: str, translate: Translate) -> dict[str, Any]:
    both = {}
    for name, into in (("zh-hans", translate("zh-Hans")), ("en", translate("en"))):
        both[name] = {
            "message": into(refusal.message).format(**refusal.facts),
            "next_step": into(refusal.next_step).format(**refusal.facts),
        }
        if isinstance(refusal, JsonUnreadable):
            both[name]["errors"] = [_finding(one, into) for one in refusal.findings]
        if isinstance(refusal, ReceiptDiffers):
            both[name]["errors"] = [_finding(one, into) for one in differing(refusal)]
    return {"code": refusal.code, **both["en" if language == "en" else "zh-hans"], "translations": both}


def _finding(one: Finding, into: Callable[[str], str]) -> dict[str, str]:
    return {"where": one.where, "what": into(one.what).format(**one.facts)}


def note_answered(till: Till, method: str, path: str, body: bytes, told: Mapping[str, Any], now: datetime) -> None:
    """What the server promised a basket is remembered, for when it is gone before the basket is paid; and what it sold
    and took back through this till, for when goods of it come back."""
    if (method, path) == ("POST", "/receipts"):
        till.note_sale(read_json(body), told, now=now)
    if (method, path) == ("POST", "/returns"):
        till.note_return(read_json(body), now=now)
    found = _HOLD.fullmatch(path)
    if found and method == "PUT":
        till.note_hold(unquote(found[1]), read_json(body), told, now=now)
    if found and method == "DELETE":
        till.note_release(unquote(found[1]), now=now)


def written(told: Told) -> bytes:
    return json.dumps(told.body, ensure_ascii=False, separators=(",", ":"), default=str).encode()
