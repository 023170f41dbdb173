"""The door of the room: a store's bundle is made and signed on the server, opened and brought forward in the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from huitou.catalogue.terms import StoreSeen
from huitou.loyalty.terms import PointsAsMoney
from huitou.offline import sealing
from huitou.offline.errors import (
    BundleFromFuture,
    BundleOfAnotherFormat,
    BundleOfAnotherStore,
    BundleOlder,
    BundleTampered,
    BundleUnreadable,
)
from huitou.offline.rules import rows as rules
from huitou.offline.store import given
from huitou.offline.terms import CLOCK_SLACK, Bundle, Header, Rows, Ticket

FORMAT = 4
MEDIA_TYPE = sealing.MEDIA_TYPE
cards_key_of, card_digest = sealing.cards_key_of, sealing.card_digest
read_ticket, said_of, is_receipt_signed = sealing.read_ticket, sealing.said_of, sealing.is_receipt_signed


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a till asks for: the version that it has (empty: none) and its own public key (None: no ticket)."""

    have: str = ""
    till_key: bytes | None = None


@dataclass(frozen=True, slots=True)
class Signer:
    """The installation: its public key, and what signs with the secret behind it."""

    public_key: bytes
    sign: sealing.Sign


def make_bundle(header: Header, rows: Rows, wanted: Wanted, signer: Signer, folder: Path) -> bytes:
    """The signed bundle, by delta where the version that the till has is remembered in `folder`.

    `header.version` is reckoned here.
    """
    known = given.recall(folder, header.source, header.store.code, wanted.have) if wanted.have else None
    put, gone, marks = rules.changes(rows, known or set())
    version = rules.version_of(marks)
    if wanted.have != version or known is None:
        given.remember(folder, header.source, header.store.code, version, marks)
    header = replace(header, version=version)
    body = {
        "format": FORMAT,
        **_written(header),
        "base": wanted.have if known is not None else None,
        "ticket": _ticket(header, wanted, signer),
        "put": rules.in_columns(put),
        "gone": [mark.hex() for mark in gone],
    }
    return sealing.sealed(body, signer.public_key, signer.sign)


def _ticket(header: Header, wanted: Wanted, signer: Signer) -> str:
    if wanted.till_key is None:
        return ""
    one = Ticket(
        header.store.code,
        header.source,
        wanted.till_key,
        header.version,
        header.programme,
        header.made_at,
        header.ends_at,
    )
    return sealing.ticket_of(one, signer.sign)


def _written(header: Header) -> dict[str, Any]:
    store = header.store
    return {
        "store": {
            "id": store.id,
            "code": store.code,
            "name": store.name,
            "zone": store.zone,
            "day_starts_at": store.day_starts_at,
        },
        "source": header.source,
        "currency": header.currency,
        "zone": header.zone,
        "scale_codes": header.scale_codes,
        "programme": header.programme,
        "made_at": header.made_at.isoformat(),
        "ends_at": header.ends_at.isoformat(),
        "version": header.version,
        "points_rate": None if header.points_rate is None else asdict(header.points_rate),
    }


def forget_given(folder: Path, before: datetime) -> int:
    """What was remembered of bundles that nobody builds on any more; how many."""
    return given.forget(folder, before.timestamp())


# ---- in the store


def open_bundle(
    text: bytes, *, trusted: bytes | None, store: str, now: datetime, kept: Bundle | None = None
) -> tuple[Bundle, bytes]:
    """The bundle that these bytes make of the one that was kept, and the key that signed it.

    Raises BundleUnreadable, BundleTampered, BundleWrongKey, BundleOfAnotherFormat, BundleOfAnotherStore,
    BundleFromFuture, BundleOlder. One that builds on a version that is not the kept one is unreadable: fetch it whole.
    """
    body, key = sealing.opened(text, trusted)
    header = _read(body)
    if header.store.code != store:
        raise BundleOfAnotherStore(found=header.store.code, store=store)
    if header.made_at > now + CLOCK_SLACK:
        raise BundleFromFuture(made_at=header.made_at.isoformat(), now=now.isoformat(timespec="seconds"))
    if kept is not None and header.made_at < kept.header.made_at:
        raise BundleOlder(found=header.made_at.isoformat(), kept=kept.header.made_at.isoformat())
    rows: Rows = {}
    if body["base"] is not None:
        if kept is None or kept.header.version != body["base"]:
            raise BundleUnreadable(reason="it builds on a version that is not here")
        rows = kept.rows
    try:
        put = {section: rules.from_columns(section, columns) for section, columns in body["put"].items()}
        gone = {bytes.fromhex(mark) for mark in body["gone"]}
        found = rules.applied(rows, put, gone)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BundleUnreadable(reason=f"its rows are of another form ({error})") from error
    if rules.version_of(rules.fingerprints(found)) != header.version:
        raise BundleTampered()
    return Bundle(header, found, body["ticket"]), key


def _read(body: Mapping[str, Any]) -> Header:
    try:
        if body["format"] != FORMAT:
            raise BundleOfAnotherFormat(found=body["format"], reads=FORMAT)
        store = body["store"]
        return Header(
            store=StoreSeen(store["id"], store["code"], store["name"], "", store["zone"], store["day_starts_at"]),
            source=body["source"],
            currency=body["currency"],
            zone=body["zone"],
            scale_codes=body["scale_codes"],
            programme=body["programme"],
            made_at=datetime.fromisoformat(body["made_at"]),
            ends_at=datetime.fromisoformat(body["ends_at"]),
            version=body["version"],
            points_rate=PointsAsMoney(**rate) if (rate := body.get("points_rate")) else None,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BundleUnreadable(reason=f"its head is of another form ({error})") from error


def signer_of(signed: bytes, trusted: bytes | None) -> bytes:
    """The key that signed it, whatever version of Huitou wrote it. Raises BundleUnreadable, BundleTampered and
    BundleWrongKey."""
    return sealing.opened(signed, trusted)[1]


def kept_bundle(signed: bytes, rows: Rows | None, *, trusted: bytes | None, store: str) -> tuple[Bundle, bytes]:
    """The bundle of these rows, which the last signed one vouches for, and the key that signed it. `rows`: None where
    what was kept are no rows of this version.

    Raises BundleUnreadable, BundleTampered, BundleWrongKey, BundleOfAnotherFormat, BundleOfAnotherStore. Whether its
    time has come or is over is asked when it is used.
    """
    body, key = sealing.opened(signed, trusted)
    header = _read(body)
    if header.store.code != store:
        raise BundleOfAnotherStore(found=header.store.code, store=store)
    if rows is None:
        raise BundleUnreadable(reason="its rows are of another form")
    found = {section: list(rows.get(section, ())) for section in rules.COLUMNS}
    if rules.version_of(rules.fingerprints(found)) != header.version:
        raise BundleTampered()
    return Bundle(header, found, body["ticket"]), key
