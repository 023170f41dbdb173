"""An import says what its rows are, and a refusal what fills the braces of its reason."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("receipts", "0002_store_scope")]
    operations = [
        migrations.AddField(
            model_name="import",
            name="kind",
            field=models.CharField(max_length=12, db_default="receipts"),
        ),
        migrations.AddField(
            model_name="refusal",
            name="facts",
            field=models.JSONField(db_default=models.Value({}, models.JSONField())),
        ),
    ]
