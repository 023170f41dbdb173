"""The people who log in: stores by the code that the chain writes, ids below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from huitou.access import service as access
from huitou.access.errors import StoreCodeUnknown
from huitou.catalogue import service as catalogue


def add_user(*, username: str, name: str, role: str, password: str, store_codes: Sequence[str], actor: str) -> None:
    """Make a user of these stores. Raises StoreCodeUnknown and what `access.add_user` raises."""
    ids = {store.code: store.id for store in catalogue.stores().values()}
    for code in store_codes:
        if code not in ids:
            raise StoreCodeUnknown(store=code, stores=", ".join(sorted(ids)) or "-")
    store_ids = sorted({ids[code] for code in store_codes})
    access.add_user(username=username, name=name, role=role, password=password, store_ids=store_ids, actor=actor)


def set_password(username: str, password: str, *, actor: str) -> None:
    access.set_password(username, password, actor=actor)


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
