"""A day's receipts by file are still whose they are: only a statement that touches more says "everybody"."""

from django.db import migrations

MANY_BEFORE, MANY = 20_000, 200_000


def _said(before: int, now: int) -> str:
    return "".join(
        f"DO $do$ BEGIN EXECUTE replace(pg_get_functiondef('{name}()'::regprocedure), '{before}', '{now}'); END $do$;"
        for name in ("members_note_moved", "members_note_both")
    )


class Migration(migrations.Migration):
    dependencies = [("members", "0015_changes")]
    operations = [migrations.RunSQL(_said(MANY_BEFORE, MANY), _said(MANY, MANY_BEFORE))]
