"""Rows of access."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection

from huitou.access.models import User
from huitou.access.terms import UserSeen


def ensure_user(*, username: str, name: str, role: str, password: str, store_ids: Sequence[int], language: str) -> User:
    """The user of that name, made with this password where there was none; an existing one is left as it is."""
    user = User.objects.filter(username=username).first()
    if user is None:
        user = User(username=username, name=name, role=role, store_ids=list(store_ids), language=language)
        user.set_password(password)
        user.save()
    return user


def insert_user(*, username: str, name: str, role: str, password: str, store_ids: Sequence[int]) -> bool:
    """Make the user; False where the name is taken."""
    _, made = User.objects.get_or_create(
        username=username,
        defaults={"name": name, "role": role, "store_ids": list(store_ids), "password": make_password(password)},
    )
    return made


def set_password(username: str, password: str) -> bool:
    """Whether there is such a user; their sessions end with the old password."""
    user = User.objects.filter(username=username).first()
    if user is None:
        return False
    user.set_password(password)
    user.save(update_fields=["password"])
    return True


def every_user() -> list[UserSeen]:
    """By name of log-in."""
    return [
        UserSeen(user.username, user.name, user.role, tuple(user.store_ids), user.is_active)
        for user in User.objects.order_by("username")
    ]


def set_language(user_id: int, language: str) -> None:
    User.objects.filter(pk=user_id).update(language=language)


def enter(setting: str) -> None:
    """From here to the end of the transaction, or to `leave`, this connection sees `setting` alone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('huitou.stores', %s, true)", [setting])
        cursor.execute("SET LOCAL ROLE huitou_scoped")


def leave() -> None:
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("SELECT set_config('huitou.stores', '', true)")


# Tables that name a store or a member are seen through a policy; a new one without it would be seen by everybody.
UNGUARDED_TABLE = """
SELECT 'table ' || c.relname || ' has no row level security' FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname IN ('store_id', 'home_store_id', 'member_id')
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND NOT c.relrowsecurity
ORDER BY c.relname
"""


def write_audit(actor: str, action: str, subject: str, detail: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO access_auditentry (actor, action, subject, detail) VALUES (%s, %s, %s, %s)",
            [actor, action, subject, json.dumps(detail, ensure_ascii=False)],
        )
