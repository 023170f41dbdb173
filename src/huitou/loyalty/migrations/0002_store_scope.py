"""Accounts are seen with their member; entries and transactions never change (L3)."""

from django.db import migrations

FORWARDS = """
ALTER TABLE loyalty_account ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON loyalty_account USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM members_member m WHERE m.id = member_id)
);
ALTER TABLE loyalty_lot ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON loyalty_lot USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM loyalty_account a WHERE a.id = account_id)
);
ALTER TABLE loyalty_entry ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON loyalty_entry USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM loyalty_account a WHERE a.id = account_id)
);
ALTER TABLE loyalty_transaction ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON loyalty_transaction USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM loyalty_entry e WHERE e.transaction_id = loyalty_transaction.id)
);

CREATE TRIGGER loyalty_entry_never_changes BEFORE UPDATE OR DELETE ON loyalty_entry
    FOR EACH ROW EXECUTE FUNCTION huitou_refuse_change();
CREATE TRIGGER loyalty_transaction_never_changes BEFORE UPDATE OR DELETE ON loyalty_transaction
    FOR EACH ROW EXECUTE FUNCTION huitou_refuse_change();
GRANT SELECT ON loyalty_account, loyalty_lot, loyalty_entry, loyalty_transaction TO huitou_scoped;
"""

BACKWARDS = """
REVOKE SELECT ON loyalty_account, loyalty_lot, loyalty_entry, loyalty_transaction FROM huitou_scoped;
DROP TRIGGER loyalty_entry_never_changes ON loyalty_entry;
DROP TRIGGER loyalty_transaction_never_changes ON loyalty_transaction;
DROP POLICY scope ON loyalty_account;
ALTER TABLE loyalty_account DISABLE ROW LEVEL SECURITY;
DROP POLICY scope ON loyalty_lot;
ALTER TABLE loyalty_lot DISABLE ROW LEVEL SECURITY;
DROP POLICY scope ON loyalty_entry;
ALTER TABLE loyalty_entry DISABLE ROW LEVEL SECURITY;
DROP POLICY scope ON loyalty_transaction;
ALTER TABLE loyalty_transaction DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("loyalty", "0001_initial"),
        ("access", "0002_store_scope"),
        ("members", "0002_store_scope"),
    ]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
