"""Who may come in, people by a log-in and machines by a key: stores by the code that the chain writes, ids below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from huitou.access import service as access
from huitou.access.errors import StoreCodeUnknown
from huitou.catalogue import service as catalogue


def add_user(*, username: str, name: str, role: str, password: str, store_codes: Sequence[str], actor: str) -> None:
    """Make a user of these stores. Raises StoreCodeUnknown and what `access.add_user` raises."""
    store_ids = _store_ids(store_codes)
    access.add_user(username=username, name=name, role=role, password=password, store_ids=store_ids, actor=actor)


def set_password(username: str, password: str, *, actor: str) -> None:
    access.set_password(username, password, actor=actor)


def change_user(username: str, *, name: str, role: str, store_codes: Sequence[str], actor: str) -> None:
    """Raises StoreCodeUnknown and what `access.change_user` raises."""
    store_ids = _store_ids(store_codes)
    access.change_user(username, name=name, role=role, store_ids=store_ids, actor=actor)


def let_in(username: str, *, actor: str) -> None:
    access.let_in(username, actor=actor)


def shut_out(username: str, *, actor: str) -> None:
    access.shut_out(username, actor=actor)


def list_users() -> list[dict[str, Any]]:
    """Everybody who can log in, with the codes of their stores; no passwords."""
    codes = {store.id: store.code for store in catalogue.stores().values()}
    return [
        {
            "username": user.username,
            "name": user.name,
            "role": user.role,
            "stores": [codes.get(store_id, str(store_id)) for store_id in user.store_ids],
            "active": user.active,
        }
        for user in access.users()
    ]


def add_key(name: str, *, store_codes: Sequence[str], calls: Sequence[str], actor: str) -> str:
    """Make an API key; it is never shown again. Raises StoreCodeUnknown and what `access.add_key` raises."""
    return access.add_key(name, store_ids=_store_ids(store_codes), calls=calls, actor=actor)


def renew_key(name: str, *, actor: str) -> str:
    return access.renew_key(name, actor=actor)


def revoke_key(name: str, *, actor: str) -> None:
    access.revoke_key(name, actor=actor)


def list_keys() -> list[dict[str, Any]]:
    """Every API key with the codes of its stores; empty lists mean all. The keys themselves nobody can show."""
    codes = {store.id: store.code for store in catalogue.stores().values()}
    return [
        {
            "name": key.name,
            "prefix": key.prefix,
            "stores": [codes.get(store_id, str(store_id)) for store_id in key.store_ids],
            "calls": list(key.calls),
            "created_at": key.created_at.isoformat(),
            "revoked_at": key.revoked_at.isoformat() if key.revoked_at else None,
            "last_used_day": key.last_used_day.isoformat() if key.last_used_day else None,
        }
        for key in access.list_keys()
    ]


def _store_ids(codes: Sequence[str]) -> list[int]:
    ids = {store.code: store.id for store in catalogue.stores().values()}
    for code in codes:
        if code not in ids:
            raise StoreCodeUnknown(store=code, stores=", ".join(sorted(ids)) or "-")
    return sorted({ids[code] for code in codes})
