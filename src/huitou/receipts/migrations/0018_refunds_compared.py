"""What a return paid back is compared with its sale, and the difference is kept."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("receipts", "0017_paid_with_points")]
    operations = [
        migrations.AddField(model_name="returnof", name="difference_fen", field=models.BigIntegerField(null=True)),
    ]
