"""What other rooms may ask of sales at once: their lines, and which of them came back by which return."""

from django.db import migrations

FORWARDS = """
CREATE VIEW receipts_soldlines WITH (security_invoker = true) AS
    SELECT receipt_id, business_date, line, quantity_milli, net_fen FROM receipts_line;
CREATE VIEW receipts_givenback WITH (security_invoker = true) AS
    SELECT m.sale_receipt_id AS sale_id, m.sale_line, m.return_receipt_id AS return_id, m.quantity_milli,
        EXISTS (SELECT FROM receipts_returnof n WHERE n.return_receipt_id = m.return_receipt_id) AS names_its_sale
    FROM receipts_returnmatch m;
"""
BACKWARDS = "DROP VIEW receipts_givenback; DROP VIEW receipts_soldlines;"


class Migration(migrations.Migration):
    dependencies = [("receipts", "0008_mended_on_a_page")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
