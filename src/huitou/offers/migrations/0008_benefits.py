"""What offers gave beside the price stands with the receipt, with the goods that it needed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("offers", "0007_uses_are_seen")]
    operations = [
        migrations.AddField(
            model_name="settled",
            name="given",
            field=models.JSONField(db_default=[]),
        ),
    ]
