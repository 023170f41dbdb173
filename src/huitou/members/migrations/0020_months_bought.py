"""In how many months of a year a member bought, and in how many categories: what the loyalty index is made of."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members", "0019_consents")]

    operations = [
        migrations.AddField("facts", "months_bought", models.SmallIntegerField(db_default=0)),
        migrations.AddField("facts", "categories_bought", models.SmallIntegerField(db_default=0)),
    ]
