"""Keys for machines. The people of a store never see them: only the table's owner reads them."""

import django.contrib.postgres.fields
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0002_store_scope")]

    operations = [
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.TextField(unique=True)),
                ("key_hash", models.BinaryField(unique=True)),
                ("prefix", models.CharField(max_length=12)),
                (
                    "store_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list, size=None
                    ),
                ),
                (
                    "calls",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), default=list, size=None
                    ),
                ),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("revoked_at", models.DateTimeField(null=True)),
                ("last_used_day", models.DateField(null=True)),
            ],
        ),
        migrations.RunSQL(
            "ALTER TABLE access_apikey ENABLE ROW LEVEL SECURITY",
            "ALTER TABLE access_apikey DISABLE ROW LEVEL SECURITY",
        ),
    ]
