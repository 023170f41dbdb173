"""Who sees the whole chain compares the books with an old programme's totals on a page, and signs."""

from django.db import migrations

FORWARDS = """
CREATE POLICY scope ON loyalty_reconciliation USING ((SELECT huitou_sees_all()));
GRANT SELECT, INSERT, UPDATE (signed_by, signed_at, note) ON loyalty_reconciliation TO huitou_scoped;
"""
BACKWARDS = """
REVOKE ALL ON loyalty_reconciliation FROM huitou_scoped;
DROP POLICY scope ON loyalty_reconciliation;
"""


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0005_parents_checked_at_once"), ("access", "0002_store_scope")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
