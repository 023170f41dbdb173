"""What came back is found without reading what did not: an import of one day reads no line of the other days."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("receipts", "0012_named")]
    operations = [
        migrations.AddIndex(
            "receipt",
            models.Index(fields=["member"], name="receipts_returns_of", condition=models.Q(kind="return")),
        ),
        migrations.AddIndex(
            "line",
            models.Index(fields=["receipt"], name="receipts_line_returned", condition=models.Q(quantity_milli__lt=0)),
        ),
    ]
