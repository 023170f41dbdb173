"""Offers in the hands of people: each step is written into the audit trail, and what the law keeps out stays out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from django.db import transaction

from huitou.access import service as access
from huitou.catalogue import service as catalogue
from huitou.offers.errors import GoodsNotPromotable
from huitou.offers.service import programmes
from huitou.offers.service.programmes import Drafted, UnknownGoods
from huitou.offers.terms.kept import UNLIMITED, OfferTerms, VersionSeen
from huitou.segments import service as segments
from huitou.segments.service import tags
from huitou.usecases.segments import require_may_name


@transaction.atomic
def draft_offer(
    document: Mapping[str, Any],
    terms: OfferTerms = UNLIMITED,
    *,
    actor: str,
    on_top_of: int | None = None,
    note: str = "",
    person: access.Person | None = None,
) -> Drafted:
    """Write down the next version of an offer; the tills' programme stays as it is. `person` drafts it; None: whoever
    is at the machine itself.

    Raises GoodsNotPromotable, SensitiveTagAsked, and what `offers.service.programmes.draft_offer` refuses.
    """
    require_promotable(document)
    drafted = programmes.draft_offer(document, terms, by=actor, on_top_of=on_top_of, note=note)
    drafted = replace(drafted, warnings=(*drafted.warnings, *_unknown_goods(document)))
    # Refused after it was written, and with it: only then the document is known to be one.
    named = document.get("valid", {}).get("segments", ())
    trees = segments.trees() if named else {}
    require_may_name({tag for one in named for tag in tags.tags_within(one, trees)}, person)
    if drafted.new:
        told = {name: value for name, value in asdict(terms).items() if value is not None}
        access.note_by(actor, "offer.draft", f"offer:{document['id']}", version=drafted.version, **told)
    return drafted


def require_promotable(document: Mapping[str, Any]) -> None:
    """Raise GoodsNotPromotable where the offer names goods that law or chain keep out of promotions. Such goods of a
    category or brand are no fault: at the till the offer passes them by."""
    kept_out = catalogue.not_promotable(programmes.taken_skus(document))
    if kept_out:
        raise GoodsNotPromotable(skus=", ".join(kept_out))


def check_offer(document: Mapping[str, Any], terms: OfferTerms = UNLIMITED) -> Sequence[Any]:
    """What drafting it would warn of, with nothing written. Raises as `offers.service.programmes.draft_offer`."""
    return (*programmes.check_offer(document, terms), *_unknown_goods(document))


def _unknown_goods(document: Mapping[str, Any]) -> Sequence[UnknownGoods]:
    named = programmes.named_skus(document)
    known = catalogue.goods_at_the_till(named) if named else {}
    return programmes.unknown_goods(document, {code: seen.sku for code, seen in known.items()})


@transaction.atomic
def submit_offer(code: str, *, actor: str) -> VersionSeen:
    """Hand the newest version in for approval. Raises OfferUnknown and OfferHasEnded."""
    seen = programmes.submit_offer(code, by=actor)
    access.note_by(actor, "offer.submit", f"offer:{code}", version=seen.number, state=seen.state)
    return seen


@transaction.atomic
def approve_offer(code: str, version: int, *, actor: str) -> VersionSeen:
    """Raises OfferUnknown, OfferHasEnded, OfferNotWaiting and OfferNeedsAnother."""
    seen = programmes.approve_offer(code, version, by=actor)
    access.note_by(actor, "offer.approve", f"offer:{code}", version=version)
    return seen


@transaction.atomic
def send_back_offer(code: str, version: int, *, actor: str, why: str) -> VersionSeen:
    """Raises OfferUnknown, OfferHasEnded, OfferNotWaiting and OfferNeedsAnother."""
    seen = programmes.send_back_offer(code, version, by=actor, why=why)
    access.note_by(actor, "offer.send_back", f"offer:{code}", version=version, why=why)
    return seen


@transaction.atomic
def switch_on(code: str, *, actor: str, version: int | None = None) -> int:
    """The programme's version. Raises OfferUnknown, OfferHasEnded, OfferNotApproved and GoodsNotPromotable."""
    listed = programmes.versions_of(code)
    require_promotable(next((one for one in listed if one.number == version), listed[0]).document)
    programme = programmes.switch_on(code, by=actor, version=version)
    access.note_by(actor, "offer.on", f"offer:{code}", programme=programme)
    return programme


@transaction.atomic
def pause_offer(code: str, *, actor: str, why: str = "") -> int:
    """The kill switch; the programme's version. Raises OfferUnknown, OfferHasEnded and OfferNotOn."""
    programme = programmes.pause_offer(code, by=actor, why=why)
    access.note_by(actor, "offer.pause", f"offer:{code}", programme=programme, why=why)
    return programme


@transaction.atomic
def end_offer(code: str, *, actor: str, why: str = "") -> int:
    """Raises OfferUnknown and OfferHasEnded."""
    programme = programmes.end_offer(code, by=actor, why=why)
    access.note_by(actor, "offer.end", f"offer:{code}", programme=programme, why=why)
    return programme


@transaction.atomic
def set_approval_above(above_fen: int | None, *, actor: str, note: str = "") -> None:
    """Above which budget a second person approves. Raises OfferTermsUnfit."""
    programmes.set_approval_above(above_fen, by=actor, note=note)
    access.note_by(actor, "offers.approval", "offers", above_fen=above_fen, note=note)
