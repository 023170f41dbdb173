"""A receipt is seen by the people of the store that wrote it; imports are the whole chain's."""

from django.db import migrations

FORWARDS = """
ALTER TABLE receipts_receipt ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON receipts_receipt USING (
    (SELECT huitou_sees_all()) OR store_id = ANY ((SELECT huitou_stores())::integer[])
);
ALTER TABLE receipts_line ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON receipts_line USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM receipts_receipt r WHERE r.id = receipt_id)
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
GRANT SELECT ON receipts_receipt, receipts_line TO huitou_scoped;
"""

BACKWARDS = """
REVOKE SELECT ON receipts_receipt, receipts_line FROM huitou_scoped;
DROP POLICY scope ON receipts_receipt;
ALTER TABLE receipts_receipt DISABLE ROW LEVEL SECURITY;
DROP POLICY scope ON receipts_line;
ALTER TABLE receipts_line DISABLE ROW LEVEL SECURITY;
DROP POLICY scope ON receipts_import;
ALTER TABLE receipts_import DISABLE ROW LEVEL SECURITY;
DROP POLICY scope ON receipts_refusal;
ALTER TABLE receipts_refusal DISABLE ROW LEVEL SECURITY;
DROP POLICY scope ON receipts_returnmatch;
ALTER TABLE receipts_returnmatch DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("receipts", "0001_initial"), ("access", "0002_store_scope")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
