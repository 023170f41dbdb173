"""A person types the number that stands on a receipt. Compared byte by byte, which the policies let an index do."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("receipts", "0009_sold_and_given_back")]
    operations = [
        migrations.RunSQL(
            'CREATE INDEX receipts_by_number ON receipts_receipt (number COLLATE "C")',
            "DROP INDEX receipts_by_number",
        )
    ]
