"""A page may write what somebody mended in a refused row, and that it was dismissed; never what stood in the file."""

from django.db import migrations

COLUMNS = "(mended, sealed, blind_index, dismissed_at, dismissed_by, dismissed_because)"
FORWARDS = f"GRANT UPDATE {COLUMNS} ON receipts_refusal TO huitou_scoped"
BACKWARDS = f"REVOKE UPDATE {COLUMNS} ON receipts_refusal FROM huitou_scoped"


class Migration(migrations.Migration):
    dependencies = [("receipts", "0007_receipt_of_a_refused_row")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
