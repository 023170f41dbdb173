"""A row that is not cut into cells says which receipt it belongs to, by a keyed digest of its number."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("receipts", "0006_whose_receipt"),
    ]

    operations = [
        migrations.AddField(
            model_name="refusal",
            name="receipt_key",
            field=models.TextField(db_default=""),
        ),
    ]
