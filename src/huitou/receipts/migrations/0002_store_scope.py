"""A receipt is seen by the people of the store that wrote it; imports are the whole chain's. Identities never change."""

from django.db import migrations

FORWARDS = """
ALTER TABLE receipts_identity ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON receipts_identity USING (
    (SELECT huitou_sees_all()) OR store_id = ANY ((SELECT huitou_stores())::integer[])
);
CREATE TRIGGER receipts_identity_never_changes BEFORE UPDATE OR DELETE ON receipts_identity
    FOR EACH ROW EXECUTE FUNCTION huitou_refuse_change();
ALTER TABLE receipts_receipt ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON receipts_receipt USING (
    (SELECT huitou_sees_all()) OR store_id = ANY ((SELECT huitou_stores())::integer[])
);
ALTER TABLE receipts_line ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON receipts_line USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM receipts_identity i WHERE i.id = receipt_id)
);
ALTER TABLE receipts_returnof ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON receipts_returnof USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM receipts_identity i WHERE i.id = return_receipt_id)
);
ALTER TABLE receipts_conflict ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON receipts_conflict USING (
    (SELECT huitou_sees_all()) OR store_id = ANY ((SELECT huitou_stores())::integer[])
);
ALTER TABLE receipts_import ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON receipts_import USING (
    (SELECT huitou_sees_all())
);
ALTER TABLE receipts_refusal ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON receipts_refusal USING (
    (SELECT huitou_sees_all())
);
ALTER TABLE receipts_returnmatch ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON receipts_returnmatch USING (
    (SELECT huitou_sees_all())
);
ALTER TABLE receipts_bundle ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON receipts_bundle USING (
    (SELECT huitou_sees_all())
);
ALTER TABLE receipts_monthgone ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON receipts_monthgone USING (
    (SELECT huitou_sees_all())
);
GRANT SELECT ON receipts_identity, receipts_receipt, receipts_line, receipts_conflict TO huitou_scoped;
"""

BACKWARDS = """
REVOKE SELECT ON receipts_identity, receipts_receipt, receipts_line, receipts_conflict FROM huitou_scoped;
DROP TRIGGER receipts_identity_never_changes ON receipts_identity;
DROP POLICY scope ON receipts_identity;
ALTER TABLE receipts_identity DISABLE ROW LEVEL SECURITY;
DROP POLICY scope ON receipts_receipt;
ALTER TABLE receipts_receipt DISABLE ROW LEVEL SECURITY;
DROP POLICY scope ON receipts_line;
ALTER TABLE receipts_line DISABLE ROW LEVEL SECURITY;
DROP POLICY scope ON receipts_returnof;
ALTER TABLE receipts_returnof DISABLE ROW LEVEL SECURITY;
DROP POLICY scope ON receipts_conflict;
ALTER TABLE receipts_conflict DISABLE ROW LEVEL SECURITY;
DROP POLICY scope ON receipts_import;
ALTER TABLE receipts_import DISABLE ROW LEVEL SECURITY;
DROP POLICY scope ON receipts_refusal;
ALTER TABLE receipts_refusal DISABLE ROW LEVEL SECURITY;
DROP POLICY scope ON receipts_returnmatch;
ALTER TABLE receipts_returnmatch DISABLE ROW LEVEL SECURITY;
DROP POLICY scope ON receipts_bundle;
ALTER TABLE receipts_bundle DISABLE ROW LEVEL SECURITY;
DROP POLICY scope ON receipts_monthgone;
ALTER TABLE receipts_monthgone DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("receipts", "0001_initial"), ("access", "0002_store_scope")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
