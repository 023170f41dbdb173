"""Segments that are put away, and counts that a newer question ends."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("segments", "0002_live")]

    operations = [
        migrations.AddField(model_name="segment", name="archived_at", field=models.DateTimeField(null=True)),
        migrations.CreateModel(
            name="Asking",
            fields=[
                ("asker", models.TextField(primary_key=True, serialize=False)),
                ("number", models.BigIntegerField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
    ]
