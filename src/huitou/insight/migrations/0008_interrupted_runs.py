"""A run that was killed and gone on with says so ever after."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("insight", "0007_pictures_of_days")]

    operations = [
        migrations.AddField(
            model_name="refresh",
            name="interrupted",
            field=models.JSONField(db_default=models.Value([], output_field=models.JSONField()), default=list),
        ),
    ]
