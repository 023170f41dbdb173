"""The door of access."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from django.conf import settings
from django.core import signing
from django.db import connection, transaction
from django.http import HttpRequest

from huitou.access import store, store_keys, store_trail
from huitou.access.errors import (
    CallUnknown,
    KeyNameTaken,
    KeyNameUnfit,
    KeyUnknown,
    LastAdministrator,
    NotOneself,
    PasswordNotNew,
    PasswordsDiffer,
    PasswordTooShort,
    RightMissing,
    RoleNeedsStores,
    RoleUnknown,
    UsernameTaken,
    UsernameUnfit,
    UserUnknown,
)
from huitou.access.rules import keys, log_ins, roles
from huitou.access.terms import (
    LONGEST_NAME,
    PASSWORD_LENGTH,
    TILL_CALLS,
    Call,
    Entry,
    KeySeen,
    Noted,
    Right,
    Role,
    Scope,
    TrailAsked,
    UserSeen,
)
from huitou.bulk import service as bulk
from huitou.kernel.errors import N_
from huitou.kernel.promise import Verdict

LOG_INS_KEPT = timedelta(days=90)
TILL_SOURCE = "huitou-till"
"""The source of what our own till page records: the name of every pass, and of no key."""
PASS_HOURS = 1
"""How long a pass holds; the page asks for the next in time."""
PASS_BEGINS = "htp_"  # noqa: S105 - how it begins, and no secret
_PASS_SALT = "huitou.till.pass"  # noqa: S105 - a name, and no secret
_PASSWORD_MARK = 12
"""So many characters of the session's hash stand in a pass: with a new password the old passes end."""


def client_address(request: HttpRequest) -> str:
    """Where the request comes from; behind a proxy, what the proxy saw: it writes the last entry of the header."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_PROXY else ""
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")


class Person(Protocol):
    username: str
    role: str
    store_ids: list[int]


class Seller(Person, Protocol):
    pk: int

    def get_session_auth_hash(self) -> str: ...


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
        store.enter(scope.setting, sensitive=scope.sensitive)
        try:
            yield
        finally:
            # After a failed statement the transaction only rolls back, and the role goes with it.
            if not connection.needs_rollback and _transaction_is_healthy():
                store.leave()


@contextmanager
def beyond_scope(person: Person) -> Iterator[None]:
    """Inside `scoped`, for a use case that writes what no page may write by itself: the ledger, receipts, identities.

    Only for who sees the whole chain, so it shows them no row that they would not see. Raises RightMissing.
    """
    if not scope_of(person).everything:
        raise RightMissing(right=Right.MERGE_MEMBERS)
    with _left(scope_of(person)):
        yield


@contextmanager
def beyond_scope_about(person: Person, right: Right) -> Iterator[None]:
    """The same for one member whom the page has found within the scope, by whoever has this right; what was read inside
    is not shown. Raises RightMissing."""
    require(person, right)
    with _left(scope_of(person)):
        yield


@contextmanager
def _left(scope: Scope) -> Iterator[None]:
    store.leave()
    try:
        yield
    finally:
        if not connection.needs_rollback and _transaction_is_healthy():
            store.enter(scope.setting, sensitive=scope.sensitive)


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
    language: str = "",
) -> None:
    """Make the user where there is none; an existing one keeps their password and stores.

    Without a language they see that of their browser until they choose one.
    """
    store.ensure_user(
        username=username, name=name, role=role, password=password, store_ids=store_ids, language=language
    )


def add_user(*, username: str, name: str, role: str, password: str, store_ids: Sequence[int], actor: str) -> None:
    """Make a user. Raises UsernameUnfit, RoleUnknown, RoleNeedsStores, PasswordTooShort or UsernameTaken."""
    if not log_ins.is_fit_log_in(username):
        raise UsernameUnfit(username=username)
    _require_role(role, store_ids)
    _require_length(password)
    name = name[:LONGEST_NAME]
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


def change_own_password(person: Person, *, old: str, new: str, again: str) -> None:
    """Another password for oneself, which ends one's other sessions.

    `old` is what they have now, which the door has asked for as a log-in does, so that guesses are counted. Raises
    PasswordTooShort, PasswordNotNew or PasswordsDiffer.
    """
    _require_length(new)
    if new in (old, person.username):
        raise PasswordNotNew
    if new != again:
        raise PasswordsDiffer
    with _left(scope_of(person)), transaction.atomic():  # nobody's role writes passwords, and this one is their own
        store.set_password(person.username, new)
        store.write_audit(person.username, "user.own_password", f"user:{person.username}", {})


def change_user(username: str, *, name: str, role: str, store_ids: Sequence[int], actor: str) -> None:
    """Another name, role or stores, which hold with their next page.

    Raises UserUnknown, RoleUnknown, RoleNeedsStores, NotOneself or LastAdministrator.
    """
    _require_role(role, store_ids)
    ids = [] if role in roles.CHAIN_WIDE else sorted(set(store_ids))
    with transaction.atomic():
        was = _for_change(username)
        if (was.role, was.store_ids) != (role, tuple(ids)):
            _require_another(was, actor=actor, stays=role == Role.ADMINISTRATOR)
        store.change_user(username, name=name[:LONGEST_NAME], role=role, store_ids=ids)
        was_then = {"role": was.role, "store_ids": list(was.store_ids)}
        store.write_audit(actor, "user.change", f"user:{username}", {"role": role, "store_ids": ids, "was": was_then})


def let_in(username: str, *, actor: str) -> None:
    """They may log in again, by the password that they had. Raises UserUnknown."""
    _set_active(username, True, actor=actor)


def shut_out(username: str, *, actor: str) -> None:
    """Their log-in ends at once, what they did stays under their name. Raises UserUnknown, NotOneself or
    LastAdministrator."""
    _set_active(username, False, actor=actor)


def _set_active(username: str, active: bool, *, actor: str) -> None:
    with transaction.atomic():
        was = _for_change(username)
        if was.active == active:
            return
        _require_another(was, actor=actor, stays=active)
        store.set_active(username, active)
        store.write_audit(actor, "user.let_in" if active else "user.shut_out", f"user:{username}", {})


def _for_change(username: str) -> UserSeen:
    store.lock_users()
    for one in store.every_user():
        if one.username == username:
            return one
    raise UserUnknown(username=username)


def _require_another(was: UserSeen, *, actor: str, stays: bool) -> None:
    """Nobody changes their own rights, and one administrator who can log in is always left."""
    if was.username == actor:
        raise NotOneself
    if stays or was.role != Role.ADMINISTRATOR or not was.active:
        return
    if not any(one.active and one.role == Role.ADMINISTRATOR for one in store.every_user() if one.id != was.id):
        raise LastAdministrator(username=was.username)


def new_password() -> str:
    """One that nobody chose, of 80 bits, to be read out: without l and o, 0 and 1."""
    letters = "".join(secrets.choice("abcdefghijkmnpqrstuvwxyz23456789") for _ in range(16))
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


def is_anybody_here() -> bool:
    """Whether anybody has an account yet."""
    return store.is_anybody_here()


def users() -> list[UserSeen]:
    """Everybody who can log in or could."""
    return store.every_user()


def _require_role(role: str, store_ids: Sequence[int]) -> None:
    if role not in roles.RIGHTS:
        raise RoleUnknown(role=role, roles=", ".join(Role))
    if role not in roles.CHAIN_WIDE and not store_ids:
        raise RoleNeedsStores(role=role)


def _require_length(password: str) -> None:
    if len(password) < PASSWORD_LENGTH:
        raise PasswordTooShort(least=PASSWORD_LENGTH)


def set_language(user_id: int, language: str) -> None:
    store.set_language(user_id, language)


def note(person: Person, action: str, subject: str, **detail: Any) -> None:
    """Append to the audit trail: who did what to whom."""
    store.write_audit(person.username, action, subject, detail)


def noted(subject: str, action: str, limit: int = 10) -> list[Noted]:
    """Who did this to whom, the newest first; asked `beyond_scope`: nobody reads the audit trail within a store's."""
    return store.audit_of(subject, action, limit)


def trail(asked: TrailAsked, limit: int) -> list[Entry]:
    """Entries of the audit trail, the newest first; asked `beyond_scope`, as `noted`."""
    return store_trail.entries(asked, limit)


def trail_actors() -> list[str]:
    """Everybody who did something that stands there, by name; asked `beyond_scope`."""
    return store_trail.actors()


def note_by(actor: str, action: str, subject: str, **detail: Any) -> None:
    """The same for whoever is named: a person's log-in, or the command line."""
    store.write_audit(actor, action, subject, detail)


def forget_old_log_ins(now: datetime) -> dict[str, int]:
    """Delete sessions that have ended, and who logged in or failed to more than 90 days ago: how many of each."""
    return store.forget_old_log_ins(now, now - LOG_INS_KEPT)


def verdicts() -> list[Verdict]:
    """The promise of this room: every query of a store's people is scoped."""
    says = N_("Every table that names a store or a member is seen through the store scope.")
    return [Verdict("M6", says, bulk.first_row(store.UNGUARDED_TABLE))]


def add_key(name: str, *, store_ids: Sequence[int], calls: Sequence[str], actor: str) -> str:
    """Make an API key; it is shown this once and kept as a hash. No stores: every store; no calls: every call but
    `sensitive`, which has to be named.

    Raises KeyNameUnfit, CallUnknown or KeyNameTaken.
    """
    if not keys.is_fit_name(name):
        raise KeyNameUnfit(name=name)
    if name == TILL_SOURCE:
        raise KeyNameTaken(name=name)
    for call in calls:
        if call not in set(Call):
            raise CallUnknown(call=call, calls=", ".join(Call))
    key = _new_key()
    with transaction.atomic():
        if not store_keys.insert_key(name, keys.hash_of(key), keys.prefix_of(key), store_ids, sorted(set(calls))):
            raise KeyNameTaken(name=name)
        about = {"prefix": keys.prefix_of(key), "store_ids": list(store_ids), "calls": sorted(set(calls))}
        store.write_audit(actor, "apikey.add", f"apikey:{name}", about)
    return key


def renew_key(name: str, *, actor: str) -> str:
    """A new key for the same source, also for a revoked one; the old key ends. Raises KeyUnknown."""
    key = _new_key()
    with transaction.atomic():
        if not store_keys.renew_key(name, keys.hash_of(key), keys.prefix_of(key)):
            raise KeyUnknown(name=name)
        store.write_audit(actor, "apikey.renew", f"apikey:{name}", {"prefix": keys.prefix_of(key)})
    return key


def revoke_key(name: str, *, actor: str) -> None:
    """The key is worth nothing from now on. Raises KeyUnknown."""
    with transaction.atomic():
        if not store_keys.revoke_key(name):
            raise KeyUnknown(name=name)
        store.write_audit(actor, "apikey.revoke", f"apikey:{name}", {})


def list_keys() -> list[KeySeen]:
    """Every API key by name, the revoked ones too."""
    return store_keys.every_key()


def find_key(key: str, *, today: date) -> KeySeen | None:
    """Whose key this is, or None where it is nobody's or revoked. Notes `today` as the last day of its use."""
    found = store_keys.valid_key(keys.hash_of(key))
    if found is not None and found.last_used_day != today:
        store_keys.note_use(found.name, today)
    return found


def _new_key() -> str:
    return f"ht_{secrets.token_urlsafe(keys.KEY_BYTES)}"


def issue_pass(person: Seller, store_id: int) -> str:
    """What the till page of this person shows the API in place of a key: for one store, for PASS_HOURS.

    It is signed and kept nowhere. Raises RightMissing where they may not sell in this store.
    """
    if not _may_sell_in(person, store_id):
        raise RightMissing(right=Right.SELL)
    said = [person.pk, store_id, person.get_session_auth_hash()[:_PASSWORD_MARK]]
    return PASS_BEGINS + signing.dumps(said, salt=_PASS_SALT)


def find_pass(text: str, *, now: datetime) -> KeySeen | None:
    """The caller whom a pass speaks for; None where it is over or none of ours, or where the person may not sell there
    any more, has another password, or is locked out."""
    try:
        said = signing.loads(text.removeprefix(PASS_BEGINS), salt=_PASS_SALT, max_age=timedelta(hours=PASS_HOURS))
    except signing.BadSignature:
        return None
    user_id, store_id, mark = said
    person = store.active_user(user_id)
    if person is None or person.get_session_auth_hash()[:_PASSWORD_MARK] != mark or not _may_sell_in(person, store_id):
        return None
    return KeySeen(TILL_SOURCE, person.username, (store_id,), TILL_CALLS, now, None, None)


def _may_sell_in(person: Person, store_id: int) -> bool:
    scope = scope_of(person)
    return may(person, Right.SELL) and (scope.everything or store_id in scope.store_ids)
