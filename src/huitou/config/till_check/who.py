"""Who stands at the till: a member of the check's own, found in every way that needs no code."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from huitou.config.till_check.vendor import Exchange, Vendor
from huitou.config.till_check.verdicts import Verdict, rule
from huitou.kernel.errors import N_

# Characters with one reading, so that nearly every run is somebody of another name.
_GIVEN = {"安": "an", "波": "bo", "东": "dong", "芳": "fang", "刚": "gang", "浩": "hao", "静": "jing", "康": "kang"}
_GIVEN |= {"磊": "lei", "明": "ming", "宁": "ning", "鹏": "peng", "强": "qiang", "涛": "tao", "伟": "wei", "玉": "yu"}
_FAMILY, _FAMILY_PINYIN, _FAMILY_INITIALS = "测试", "ceshi", "cs"


def identified(vendor: Vendor, card: str) -> Iterator[Verdict]:
    """Registers the member of this card, and looks for them."""
    given = [secrets.choice(list(_GIVEN)) for _ in range(2)]
    name, pinyin = _FAMILY + "".join(given), _FAMILY_PINYIN + "".join(_GIVEN[one] for one in given)
    initials = _FAMILY_INITIALS + "".join(_GIVEN[one][0] for one in given)
    # Nobody's: no network was given numbers that begin with 154.
    phone = f"154{secrets.randbelow(10**8):08d}"
    newcomer = {"store": vendor.store, "card": card, "name": name, "phone": phone}
    made = vendor.ask("POST", "/members", newcomer)
    yield rule(N_("A member is registered"), made.status == 200, made)
    again = vendor.ask("POST", "/members", newcomer)
    known = again.status == 200 and again.read()["state"] == "known"
    yield rule(N_("The same registration again changes nothing"), known, again)
    if made.status != 200:
        return
    number = made.read()["member"]
    asked = (
        (N_("A member is identified by card"), card, "card"),
        (N_("A member is identified by phone"), phone, "phone"),
        (N_("A member is identified by name"), name, "search"),
        (N_("A member is identified by pinyin"), pinyin, None),
        (N_("A member is identified by initials"), initials, None),
        (N_("A member is identified by the last four digits of a phone"), phone[-4:], "search"),
    )
    for what, query, kind in asked:
        body = {"query": query, **({"kind": kind} if kind else {})}
        found = vendor.ask("POST", "/members/identify", body)
        yield rule(what, found.status == 200 and _is_among(number, found, alone=kind in ("card", "phone")), found)


def _is_among(number: str, found: Exchange, *, alone: bool) -> bool:
    told = found.read()
    if told["member"] is not None:
        return bool(told["member"]["member"] == number)
    # Words may mean more people than are listed.
    return not alone and (told["more"] or number in [one["member"] for one in told["candidates"]])
