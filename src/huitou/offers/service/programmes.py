"""Offers from the draft to the till: versions, approval, switching on and off; and the programme that prices baskets.

A process keeps the programme that stands compiled, and asks at most once a second whether there is a newer one: a quote
costs no question for offers, and the kill switch reaches every process well within two seconds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime

from huitou.kernel.errors import N_
from huitou.offers.errors import (
    OfferChangedMeanwhile,
    OfferCodeUnfit,
    OfferExists,
    OfferGivesStamps,
    OfferGivesUnknownCoupon,
    OfferHasEnded,
    OfferNeedsAnother,
    OfferNotApproved,
    OfferNotOn,
    OfferNotWaiting,
    OfferQuotaOfBenefit,
    OfferRefused,
    OfferTermsUnfit,
    OfferUnknown,
    ProgrammeUnknown,
)
from huitou.offers.rules.exchange import read
from huitou.offers.rules.forms import Benefit
from huitou.offers.rules.keeping import needs_second, seen_state
from huitou.offers.rules.lint import Finding, lint
from huitou.offers.rules.programme import Programme, compile_offers, taken_goods
from huitou.offers.service.fresh import Fresh
from huitou.offers.store import brought
from huitou.offers.store import programmes as store
from huitou.offers.terms import Offer
from huitou.offers.terms.coupons import KindToGive
from huitou.offers.terms.kept import (
    UNLIMITED,
    Limited,
    OfferSeen,
    OfferState,
    OfferTerms,
    ProgrammeSeen,
    Standing,
    VersionSeen,
    VersionState,
)

FRESH_SECONDS = 1.0
"""How long a process believes that the programme which it keeps still stands."""
MOST_PROGRAMMES = 8
"""Earlier programmes that a process keeps compiled: quotes of the last minutes and an offline day name few."""
_CODE = re.compile(r"[\w.-]{1,60}")
_MOST = {"budget_fen": 10**13, "uses": 10**12, "per_member_month_fen": 10**9}
_MOST_TIMES = 1_000_000
_DOCUMENTS_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class UnknownGoods(Finding):
    """A warning of goods that the offer names by what is no sku: tills price by skus, so it would never apply to them.
    `meant`: the sku, where it is a barcode or PLU."""

    meant: str = ""

    @property
    def refused(self) -> bool:
        return False

    @property
    def says(self) -> str:
        if self.meant:
            return N_("The offer {offer} names goods by a barcode or PLU: {where}.")
        return N_("The offer {offer} names goods that are not known: {where} is no sku.")

    @property
    def next_step(self) -> str:
        return N_("Write the sku of the product instead: as it stands the offer never applies to it.")


@dataclass(frozen=True, slots=True)
class Drafted:
    """A version that was written down, and what the linter warns of."""

    version: int
    new: bool
    """False: it says what the newest version says already."""
    warnings: tuple[Finding, ...]


@dataclass(frozen=True)
class ProgrammeNow:
    """A programme as it prices baskets."""

    version: int
    """What quotes and receipts name; 0: no offer was ever switched on."""
    compiled: Programme
    offers: Mapping[str, Limited]
    """Every offer of it by code, with its row and what limits it."""
    limited: Mapping[str, Limited]
    """Those of them whose uses or budget are limited."""
    kinds: Mapping[str, KindToGive] = field(default_factory=dict)
    """The kinds of coupons that its offers give, those that are there."""

    @cached_property
    def codes(self) -> Mapping[int, str]:
        """Of its offers by their rows: every receipt asks."""
        return {limited.offer_id: code for code, limited in self.offers.items()}

    @cached_property
    def by_row(self) -> Mapping[int, Limited]:
        return {limited.offer_id: limited for limited in self.offers.values()}

    @cached_property
    def names(self) -> Mapping[str, str]:
        """By code what people call them."""
        return {compiled.offer.id: compiled.offer.name for compiled in self.compiled.offers}


# ---- looking


def offers(now: datetime) -> list[OfferSeen]:
    """Every offer by code, with what was spent of it."""
    return [_seen(row, now) for row in store.every_offer()]


def asking_for_segments(now: datetime) -> dict[str, tuple[str, ...]]:
    """The segments that each offer asks for, by the offer's code; ended ones ask for nothing any more."""
    asked: dict[str, tuple[str, ...]] = {}
    for row in store.every_offer():
        newest, standing = row[6], row[-4]
        segments = _offer_of(standing or newest).valid.segments
        if segments and _seen(row, now).state is not OfferState.ENDED:
            asked[row[0]] = tuple(segments)
    return asked


def _seen(row: tuple[Any, ...], now: datetime) -> OfferSeen:
    code, state, by, at, number, version_state, document, *rest = row
    terms, (standing, standing_document, uses, fen, honoured) = OfferTerms(*rest[:6]), rest[6:]
    offer = _offer_of(standing_document or document)
    return OfferSeen(
        code=code,
        name=offer.name,
        kind=offer.get.kind,
        state=seen_state(state, VersionState(version_state), offer.valid, localtime(now)),
        version=number,
        version_state=VersionState(version_state),
        standing=standing,
        starts=offer.valid.starts,
        ends=offer.valid.ends,
        terms=terms,
        uses=uses,
        spent_fen=fen,
        honoured_fen=honoured,
        changed_by=by,
        changed_at=at,
    )


def offer(code: str, now: datetime) -> OfferSeen:
    """Raises OfferUnknown."""
    found = [one for one in offers(now) if one.code == code]
    if not found:
        raise OfferUnknown(offer=code)
    return found[0]


def versions_of(code: str) -> list[VersionSeen]:
    """Every version of an offer, newest first. Raises OfferUnknown."""
    found = store.versions_of(code)
    if not found:
        raise OfferUnknown(offer=code)
    return found


def shown_version(seen: OfferSeen) -> VersionSeen:
    """What people are shown of an offer: what stands at the tills, else its newest version."""
    versions = versions_of(seen.code)
    return next((one for one in versions if one.number == seen.standing), versions[0])


def engine_offer(version: VersionSeen) -> Offer:
    """The version as the engine's noun."""
    return _offer_of(json.dumps(version.document, ensure_ascii=False))


def programmes(limit: int = 20) -> list[ProgrammeSeen]:
    """When something was switched on or off, newest first."""
    return store.programmes(limit)


# ---- writing


@transaction.atomic
def draft_offer(
    document: Mapping[str, Any], terms: OfferTerms = UNLIMITED, *, by: str, on_top_of: int | None = None, note: str = ""
) -> Drafted:
    """Write down the next version of the offer that the document's `id` names; a new one where there is none.

    What stands at the tills stays until the version is switched on. The same again changes nothing. `on_top_of`: the
    newest version that the writer has seen. Raises UnreadableRequest, UnknownField and what else reading refuses,
    OfferRefused, OfferCodeUnfit, OfferTermsUnfit, OfferQuotaOfBenefit, OfferHasEnded, OfferChangedMeanwhile.
    """
    found = read(Offer, dict(document))
    warnings = _checked(found, terms)
    text = json.dumps(dict(document), ensure_ascii=False, sort_keys=True)
    offer_id, state = store.lock_offer(found.id, by)
    if state == "ended":
        raise OfferHasEnded(offer=found.id)
    newest = next(iter(store.versions_of(found.id)), None)
    if newest is not None and (dict(newest.document), newest.terms) == (dict(document), terms):
        return Drafted(newest.number, False, warnings)
    if on_top_of is not None and on_top_of != (newest.number if newest else 0):
        raise OfferChangedMeanwhile(offer=found.id, newest=newest.number if newest else 0)
    number = store.insert_version(offer_id, text, terms, by, note)
    store.set_state(offer_id, state, by)
    return Drafted(number, True, warnings)


def require_no_other(document: Mapping[str, Any], terms: OfferTerms) -> None:
    """Drafting and switching this on takes no other offer's place: none has its code, or what it says is just this.

    Raises OfferExists and OfferHasEnded.
    """
    code = str(document["id"])
    found = store.found_offer(code)
    if found is None:
        return
    offer_id, state = found
    if state == "ended":
        raise OfferHasEnded(offer=code)
    newest = store.versions_of(code)[0]
    same = (dict(newest.document), newest.terms) == (dict(document), terms)
    # An earlier version may stand while the newest says the same: switching on would put an end to that one.
    if not same or store.standing_version(offer_id) not in (None, newest.id):
        raise OfferExists(offer=code)


def check_offer(document: Mapping[str, Any], terms: OfferTerms = UNLIMITED) -> tuple[Finding, ...]:
    """What the linter warns of, with nothing written. Raises as `draft_offer`."""
    return _checked(read(Offer, dict(document)), terms)


def taken_skus(document: Mapping[str, Any]) -> set[str]:
    """The goods that the offer names one by one and may take something off. Raises what reading refuses."""
    return {sku for goods in taken_goods(read(Offer, dict(document))) for sku in goods.skus}


def unknown_goods(document: Mapping[str, Any], skus: Mapping[str, str]) -> tuple[UnknownGoods, ...]:
    """Of the goods that it names one by one, those that no product has as its sku. `skus`: by what is known as a
    product's sku, barcode or PLU its sku."""
    return tuple(
        UnknownGoods(str(document["id"]), "sku_unknown", f"{one} (sku: {skus[one]})" if one in skus else one,
                     skus.get(one, ""))
        for one in sorted(named_skus(document)) if skus.get(one) != one
    )  # fmt: skip


def named_skus(document: Mapping[str, Any]) -> set[str]:
    """The goods that the offer names one by one, also those that it leaves out."""
    offer = read(Offer, dict(document))
    named = [*taken_goods(offer), *(need.goods for need in offer.buy)]
    return {sku for goods in named for sku in (*goods.skus, *goods.not_skus)}


def _checked(offer: Offer, terms: OfferTerms) -> tuple[Finding, ...]:
    if not _CODE.fullmatch(offer.id):
        raise OfferCodeUnfit(offer=offer.id[:80])
    for limit in fields(terms):
        value, most = getattr(terms, limit.name), _MOST.get(limit.name, _MOST_TIMES)
        if value is not None and not 1 <= value <= most:
            raise OfferTermsUnfit(field=limit.name, least=1, most=most)
    if terms.per_member_month_fen is not None and isinstance(offer.get, Benefit):
        raise OfferQuotaOfBenefit(offer=offer.id)
    findings = lint([offer])
    for one in findings:
        if one.refused:
            raise OfferRefused(
                offer=one.offer, trouble=one.code, where=one.where, says=one.says, next_step=one.next_step
            )
    return tuple(findings)


@transaction.atomic
def submit_offer(code: str, *, by: str) -> VersionSeen:
    """Hand the newest version in: approved at once where nobody has to, else waiting; again, the same answer.

    Raises OfferUnknown and OfferHasEnded.
    """
    _, newest = _locked(code)
    if newest.state == VersionState.DRAFT:
        second = needs_second(newest.terms, store.approval_rule())
        state = VersionState.WAITING if second else VersionState.APPROVED
        store.submit(newest.id, state, by, needs_second=second)
    return store.versions_of(code)[0]


@transaction.atomic
def approve_offer(code: str, version: int, *, by: str) -> VersionSeen:
    """A second person stands for a version. Raises OfferUnknown, OfferHasEnded, OfferNotWaiting, OfferNeedsAnother."""
    newest = _waiting(code, version)
    if by in (newest.made_by, newest.submitted_by):
        raise OfferNeedsAnother(offer=code, by=by)
    store.approve(newest.id, by)
    return store.versions_of(code)[0]


@transaction.atomic
def send_back_offer(code: str, version: int, *, by: str, why: str) -> VersionSeen:
    """A second person does not stand for it: a draft again, with the reason. Raises as `approve_offer`."""
    newest = _waiting(code, version)
    if by in (newest.made_by, newest.submitted_by):
        raise OfferNeedsAnother(offer=code, by=by)
    store.send_back(newest.id, why)
    return store.versions_of(code)[0]


def _locked(code: str) -> tuple[int, VersionSeen]:
    """The offer's row, locked, and its newest version."""
    found = store.found_offer(code, lock=True)
    if found is None:
        raise OfferUnknown(offer=code)
    if found[1] == "ended":
        raise OfferHasEnded(offer=code)
    return found[0], store.versions_of(code)[0]


def _waiting(code: str, version: int) -> VersionSeen:
    _, newest = _locked(code)
    if newest.number != version or newest.state != VersionState.WAITING:
        raise OfferNotWaiting(offer=code, version=version)
    return newest


@transaction.atomic
def switch_on(code: str, *, by: str, version: int | None = None) -> int:
    """Let a version of the offer price baskets from now on, or from its own first moment; the programme's version.

    The newest version, unless an earlier approved one is named. Again, it changes nothing. Raises OfferUnknown,
    OfferHasEnded, OfferNotApproved; OfferGivesStamps and OfferGivesUnknownCoupon of what nobody could be given.
    """
    offer_id, newest = _locked(code)
    wanted = newest
    if version is not None:
        wanted = next((one for one in store.versions_of(code) if one.number == version), newest)
    if wanted.state == VersionState.DRAFT and wanted is newest:
        wanted = submit_offer(code, by=by)
    if wanted.state != VersionState.APPROVED or version not in (None, wanted.number):
        raise OfferNotApproved(offer=code, version=version or wanted.number)
    if store.standing_version(offer_id) == wanted.id:
        return (store.newest_programme() or (0, None))[0]
    _require_keepable(engine_offer(wanted))
    programme = store.begin_programme(by, f"on {code}")
    store.stand(offer_id, wanted.id, programme)
    store.fold_totals(offer_id, wanted.terms)
    store.set_state(offer_id, "on", by)
    return programme


def _require_keepable(offer: Offer) -> None:
    """What it promises can be given when a sale is recorded."""
    if offer.get.kind == "stamps":
        raise OfferGivesStamps(offer=offer.id)
    kind = getattr(offer.get, "coupon", None)
    if isinstance(kind, str) and not brought.kinds_to_give([kind]):
        raise OfferGivesUnknownCoupon(offer=offer.id, kind=kind)


@transaction.atomic
def pause_offer(code: str, *, by: str, why: str = "") -> int:
    """The kill switch: no basket is priced by it any more, in any process, two seconds from now; until it is switched
    on again. The programme's version. Again, it changes nothing. Raises OfferUnknown, OfferHasEnded, OfferNotOn."""
    return _stop(code, "paused", by, why)


@transaction.atomic
def end_offer(code: str, *, by: str, why: str = "") -> int:
    """The same for good: also for a draft that never stood. Raises OfferUnknown and OfferHasEnded."""
    return _stop(code, "ended", by, why)


def _stop(code: str, state: str, by: str, why: str) -> int:
    offer_id, _ = _locked(code)
    stands = store.standing_version(offer_id) is not None
    was = (store.found_offer(code) or (0, ""))[1]
    if state == "paused" and not stands:
        if was == "draft":
            raise OfferNotOn(offer=code)
        return (store.newest_programme() or (0, None))[0]
    store.set_state(offer_id, state, by)
    if not stands:
        return (store.newest_programme() or (0, None))[0]
    programme = store.begin_programme(by, f"{state} {code}" + (f": {why}" if why else ""))
    store.stand_down(offer_id, programme)
    return programme


def approval_above() -> int | None:
    """Fen of budget above which a second person approves an offer, as does every offer without a budget then; None:
    nobody has to."""
    return store.approval_rule()


def set_approval_above(above_fen: int | None, *, by: str, note: str = "") -> None:
    """From now on; what was handed in before stays as it was. Raises OfferTermsUnfit."""
    if above_fen is not None and not 0 <= above_fen <= _MOST["budget_fen"]:
        raise OfferTermsUnfit(field="above_fen", least=0, most=_MOST["budget_fen"])
    store.set_approval_rule(above_fen, by, note)


# ---- what prices baskets


@lru_cache(maxsize=_DOCUMENTS_REMEMBERED)
def _offer_of(document: str) -> Offer:
    """Of a text that was checked when it was written down: a change of one offer reads that one."""
    return read(Offer, json.loads(document))


_NOTHING_STANDS = ProgrammeNow(0, compile_offers(()), {}, {})
_kept_of: tuple[int, datetime] | None = None
_earlier: dict[tuple[int, datetime], ProgrammeNow] = {}


def programme_now() -> ProgrammeNow:
    """What prices baskets, at most FRESH_SECONDS old."""
    return _kept.now()


def forget() -> None:
    """What this process keeps; the next who asks looks again."""
    _kept.forget()


def _look(kept: ProgrammeNow) -> ProgrammeNow:
    global _kept_of
    newest = store.newest_programme()
    if newest != _kept_of:
        kept = _NOTHING_STANDS if newest is None else _compiled(newest[0], store.standing_in(newest[0]))
        _kept_of = newest
    return kept


_kept: Fresh[ProgrammeNow] = Fresh(_look, _NOTHING_STANDS, lambda: FRESH_SECONDS)


def programme_at(version: int) -> ProgrammeNow:
    """The programme that a quote named. Raises ProgrammeUnknown."""
    now = programme_now()
    if version == now.version:
        return now
    made_at = store.programme_made_at(version) if 0 < version < 2**63 else None
    if made_at is None:
        if version == 0:
            return _NOTHING_STANDS
        raise ProgrammeUnknown(version=version)
    key = (version, made_at)
    found = _earlier.get(key)
    if found is None:
        found = _compiled(version, store.standing_in(version))
        while len(_earlier) >= MOST_PROGRAMMES:
            _earlier.pop(next(iter(_earlier)), None)
        _earlier[key] = found
    return found


def _compiled(version: int, standing: list[Standing]) -> ProgrammeNow:
    compiled = compile_offers([_offer_of(one.document) for one in standing])
    every = {_offer_of(one.document).id: Limited(one.offer_id, one.terms) for one in standing}
    limited = {code: one for code, one in every.items() if not one.terms.unlimited}
    given = {kind for one in compiled.offers if isinstance(kind := getattr(one.offer.get, "coupon", None), str)}
    kinds = {one.code: one for one in brought.kinds_to_give(sorted(given))} if given else {}
    return ProgrammeNow(version, compiled, every, limited, kinds)
