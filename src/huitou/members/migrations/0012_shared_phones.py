"""Phones that several members have. The table names nobody: an index, four digits, and counts."""

from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):
    dependencies = [("members", "0011_orders_of_the_list")]
    operations = [
        migrations.CreateModel(
            name="SharedPhone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("blind_index", models.BinaryField(unique=True)),
                ("tail", models.CharField(max_length=4)),
                ("members", models.IntegerField()),
                ("cards", models.IntegerField()),
                ("since", models.DateTimeField(db_default=Now())),
            ],
        ),
        migrations.RunSQL(
            "GRANT SELECT ON members_sharedphone TO huitou_scoped;",
            "REVOKE SELECT ON members_sharedphone FROM huitou_scoped;",
        ),
    ]
