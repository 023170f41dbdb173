"""Drops are set up on a page: keys that Huitou holds sealed, a pause, and who sees the chain may add and remove them."""

from django.db import migrations, models

FORWARDS = (
    "GRANT INSERT, UPDATE, DELETE ON inbox_drop TO huitou_scoped; GRANT DELETE ON inbox_dropfile TO huitou_scoped;"
)
BACKWARDS = "REVOKE INSERT, UPDATE, DELETE ON inbox_drop FROM huitou_scoped; REVOKE DELETE ON inbox_dropfile FROM huitou_scoped;"


class Migration(migrations.Migration):
    dependencies = [("inbox", "0003_refresh_as_a_job")]
    operations = [
        migrations.AddField("drop", "sealed_key", models.BinaryField(null=True)),
        migrations.AddField("drop", "public_key", models.TextField(db_default="")),
        migrations.AddField("drop", "paused_at", models.DateTimeField(null=True)),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
