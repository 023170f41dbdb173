"""The loyalty index of a member, written down by the refresh, so that segments may ask for it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members", "0020_months_bought")]

    operations = [migrations.AddField("facts", "loyalty", models.SmallIntegerField(null=True))]
