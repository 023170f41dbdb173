"""What a member likes; and facts no longer carry their day, which would rewrite each of them every night."""

import datetime

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members", "0004_tier")]

    operations = [
        # On the way back the day is one that nobody takes for a real one; a refresh writes all facts anew.
        migrations.AlterField("facts", "as_of", models.DateField(default=datetime.date(1970, 1, 1))),
        migrations.RemoveField("facts", "as_of"),
        migrations.AddField(
            "facts",
            "categories",
            django.contrib.postgres.fields.ArrayField(models.TextField(), db_default=[]),
        ),
        migrations.AddField(
            "facts",
            "category_shares",
            django.contrib.postgres.fields.ArrayField(models.SmallIntegerField(), db_default=[]),
        ),
    ]
