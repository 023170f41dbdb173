"""The door of access."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from django.db import connection, transaction

from huitou.access import store
from huitou.access.errors import (
    PasswordTooShort,
    RightMissing,
    RoleNeedsStores,
    RoleUnknown,
    UsernameTaken,
    UserUnknown,
)
from huitou.access.rules import roles
from huitou.access.terms import PASSWORD_LENGTH, Right, Role, Scope, UserSeen
from huitou.bulk import service as bulk
from huitou.kernel.errors import N_
from huitou.kernel.promise import Verdict


class Person(Protocol):
    username: str
    role: str
    store_ids: list[int]


def scope_of(person: Person) -> Scope:
    return roles.scope_of(person.role, person.store_ids)


def may(person: Person, right: Right) -> bool:
    return roles.may(person.role, right)


def require(person: Person, right: Right) -> None:
    """Raise RightMissing unless the person has the right."""
    if not may(person, right):
        raise RightMissing(right=right)


@contextmanager
def scoped(scope: Scope) -> Iterator[None]:
    """Every query inside sees the rows of `scope` and no others (M6): the database's policies hold it.

    One transaction, read and write. A query that forgets to filter by store is still filtered.
    """
    with transaction.atomic():
        store.enter(scope.setting)
        try:
            yield
        finally:
            # After a failed statement the transaction only rolls back, and the role goes with it.
            if not connection.needs_rollback and _transaction_is_healthy():
                store.leave()


def _transaction_is_healthy() -> bool:
    raw = connection.connection
    return raw is not None and raw.info.transaction_status.name != "INERROR"


def ensure_user(
    *,
    username: str,
    name: str,
    role: str,
    password: str,
    store_ids: Sequence[int] = (),
    language: str = "zh-hans",
) -> None:
    """Make the user where there is none; an existing one keeps their password and stores."""
    store.ensure_user(
        username=username, name=name, role=role, password=password, store_ids=store_ids, language=language
    )


def add_user(*, username: str, name: str, role: str, password: str, store_ids: Sequence[int], actor: str) -> None:
    """Make a user. Raises RoleUnknown, RoleNeedsStores, PasswordTooShort or UsernameTaken."""
    if role not in roles.RIGHTS:
        raise RoleUnknown(role=role, roles=", ".join(Role))
    if role not in roles.CHAIN_WIDE and not store_ids:
        raise RoleNeedsStores(role=role)
    _require_length(password)
    with transaction.atomic():
        if not store.insert_user(username=username, name=name, role=role, password=password, store_ids=store_ids):
            raise UsernameTaken(username=username)
        store.write_audit(actor, "user.add", f"user:{username}", {"role": role, "store_ids": list(store_ids)})


def set_password(username: str, password: str, *, actor: str) -> None:
    """Give the user a new password, which ends their sessions. Raises PasswordTooShort or UserUnknown."""
    _require_length(password)
    with transaction.atomic():
        if not store.set_password(username, password):
            raise UserUnknown(username=username)
        store.write_audit(actor, "user.password", f"user:{username}", {})


def users() -> list[UserSeen]:
    """Everybody who can log in."""
    return store.every_user()


def _require_length(password: str) -> None:
    if len(password) < PASSWORD_LENGTH:
        raise PasswordTooShort(least=PASSWORD_LENGTH)


def set_language(user_id: int, language: str) -> None:
    store.set_language(user_id, language)


def note(person: Person, action: str, subject: str, **detail: Any) -> None:
    """Append to the audit trail: who did what to whom."""
    store.write_audit(person.username, action, subject, detail)


def verdicts() -> list[Verdict]:
    """The promise of this room: every query of a store's people is scoped."""
    says = N_("Every table that names a store or a member is seen through the store scope.")
    return [Verdict("M6", says, bulk.first_row(store.UNGUARDED_TABLE))]
