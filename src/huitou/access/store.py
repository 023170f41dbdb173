"""Rows of access."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection

from huitou.access.models import User
from huitou.access.terms import Noted, UserSeen


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


def is_anybody_here() -> bool:
    return User.objects.exists()


def every_user() -> list[UserSeen]:
    """By name of log-in."""
    return [
        UserSeen(user.pk, user.username, user.name, user.role, tuple(user.store_ids), user.is_active, user.last_login)
        for user in User.objects.order_by("username")
    ]


def lock_users() -> None:
    """Until the end of the transaction nobody else changes who may do what."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM access_user ORDER BY id FOR UPDATE")


def change_user(username: str, *, name: str, role: str, store_ids: Sequence[int]) -> None:
    User.objects.filter(username=username).update(name=name, role=role, store_ids=list(store_ids))


def set_active(username: str, active: bool) -> None:
    User.objects.filter(username=username).update(is_active=active)


def active_user(user_id: int) -> User | None:
    return User.objects.filter(pk=user_id, is_active=True).first()


def set_language(user_id: int, language: str) -> None:
    User.objects.filter(pk=user_id).update(language=language)


def enter(setting: str, *, sensitive: bool = False) -> None:
    """From here to the end of the transaction, or to `leave`, this connection sees `setting` alone; what is sensitive
    only where that is said."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('huitou.stores', %s, true), set_config('huitou.sensitive', %s, true)",
            [setting, "seen" if sensitive else ""],
        )
        cursor.execute("SET LOCAL ROLE huitou_scoped")


def leave() -> None:
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("SELECT set_config('huitou.stores', '', true), set_config('huitou.sensitive', '', true)")


# Rows of a store, a member or a receipt: tables with such a column, what a foreign key hangs on them, their partitions.
# Each has row level security whose policies do not let everything through; the role sees a partition or a view by no
# other way. A new table without it would be seen by everybody.
UNGUARDED_TABLE = r"""
WITH RECURSIVE theirs AS (
    SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
    WHERE c.relkind IN ('r', 'p', 'v', 'm') AND c.relnamespace = 'public'::regnamespace
      AND (a.attname ~ '(^|_)(store|member|receipt|account|lot|transaction|batch|identity)_id$'
           OR c.oid = to_regclass('members_member'))
    UNION
    SELECT hangs.oid FROM theirs JOIN LATERAL (
        SELECT conrelid FROM pg_constraint WHERE contype = 'f' AND confrelid = theirs.oid
        UNION ALL SELECT inhrelid FROM pg_inherits WHERE inhparent = theirs.oid
    ) hangs (oid) ON true
), seen AS (
    SELECT c.*, has_table_privilege('huitou_scoped', c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')
                OR has_any_column_privilege('huitou_scoped', c.oid, 'SELECT, INSERT, UPDATE') AS is_open
    FROM pg_class c JOIN theirs USING (oid)
)
SELECT what FROM (
    SELECT 'table ' || relname || ' has no row level security' AS what FROM seen
    WHERE relkind IN ('r', 'p') AND NOT relrowsecurity AND (is_open OR NOT relispartition)
    UNION ALL
    SELECT 'view ' || relname || ' is read with the rights of its owner' FROM seen
    WHERE is_open AND (relkind = 'm' OR relkind = 'v' AND NOT coalesce(
        (SELECT option_value::boolean FROM pg_options_to_table(reloptions) WHERE option_name = 'security_invoker'),
        false))
    UNION ALL
    SELECT 'policy ' || polname || ' of ' || relname || ' lets everything through' FROM seen
    JOIN pg_policy ON polrelid = seen.oid
    WHERE polpermissive AND 'true' IN (pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
    UNION ALL
    SELECT 'role huitou_scoped passes by the policies' FROM pg_roles r WHERE rolname = 'huitou_scoped'
      AND (rolsuper OR rolbypassrls OR EXISTS (SELECT FROM pg_auth_members WHERE member = r.oid)
           OR EXISTS (SELECT FROM pg_class WHERE relowner = r.oid))
) faults ORDER BY what
"""


def write_audit(actor: str, action: str, subject: str, detail: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO access_auditentry (actor, action, subject, detail) VALUES (%s, %s, %s, %s)",
            [actor, action, subject, json.dumps(detail, ensure_ascii=False)],
        )


def audit_of(subject: str, action: str, limit: int) -> list[Noted]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT actor, at, detail::text FROM access_auditentry WHERE subject = %s AND action = %s "
            "ORDER BY id DESC LIMIT %s",
            [subject, action, limit],
        )
        return [Noted(actor, at, json.loads(detail)) for actor, at, detail in cursor.fetchall()]


def forget_old_log_ins(now: datetime, log_before: datetime) -> dict[str, int]:
    """Delete sessions that have ended, and log-ins and wrong passwords older than `log_before`: how many of each."""
    deletions = {
        "sessions": ("DELETE FROM django_session WHERE expire_date < %s", now),
        "log_ins": ("DELETE FROM axes_accesslog WHERE attempt_time < %s", log_before),
        "wrong_passwords": ("DELETE FROM axes_accessattempt WHERE attempt_time < %s", log_before),
    }
    counts = {}
    with connection.cursor() as cursor:
        for name, (statement, before) in deletions.items():
            cursor.execute(statement, [before])
            counts[name] = cursor.rowcount
    return counts
