"""A chain that holds rows comes up to date: what a migration does to an empty table says nothing of a full one."""

from __future__ import annotations

from django.core.management import call_command
from tests.builders import rows, run

TOLD = "SELECT about, given, how, at, noted_at = at FROM members_consent ORDER BY id"


def test_consents_that_were_noted_stand_as_they_were(transactional_db):
    """PostgreSQL refuses to change a table whose rows still wait to be looked at ("pending trigger events")."""
    run(
        "WITH one AS (INSERT INTO members_member (joined_on) VALUES ('2026-11-01') RETURNING id) "
        "INSERT INTO members_consent (member_id, about, given, at, noted_by, how) "
        "SELECT id, 'health', said, '2026-11-02T10:00:00Z', 'anna', 'form 7' FROM one, (VALUES (true), (false)) v(said)"
    )
    try:
        call_command("migrate", "members", "0021", verbosity=0)
    finally:
        call_command("migrate", "members", verbosity=0)
    assert [(about, given, how, noted) for about, given, how, _, noted in rows(TOLD)] == [
        ("health", True, "form 7", True),
        ("health", False, "form 7", True),
    ]
