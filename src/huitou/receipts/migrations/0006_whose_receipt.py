"""What other rooms may ask of many receipts at once: whose each is, while its month is in the books."""

from django.db import migrations

FORWARDS = """
CREATE VIEW receipts_whose WITH (security_invoker = true) AS
    SELECT id AS receipt_id, number, business_date, member_id FROM receipts_receipt;
"""
BACKWARDS = "DROP VIEW receipts_whose;"


class Migration(migrations.Migration):
    dependencies = [("receipts", "0005_claims_and_settled_conflicts")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
