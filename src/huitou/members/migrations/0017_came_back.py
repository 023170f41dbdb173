"""On which day somebody came back after having been dormant."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members", "0016_many_changes")]

    operations = [migrations.AddField("facts", "came_back_on", models.DateField(null=True))]
