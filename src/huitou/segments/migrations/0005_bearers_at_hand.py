"""The page of a tag that a quarter of a million bear counts them and draws some by chance from an index alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("segments", "0004_tags")]

    operations = [
        migrations.AddIndex(
            "bearer",
            models.Index(
                *("tag", models.Func("member", function="hashint8"), "id"),
                include=["member", "strength", "as_of", "ongoing"],
                condition=models.Q(ended_at=None),
                name="segments_bearer_now",
            ),
        )
    ]
