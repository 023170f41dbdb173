"""Who bears a tag still, though no night has ended what expired, is told from the index alone, too."""

from django.db import migrations, models

_NOW = "segments_bearer_now"


class Migration(migrations.Migration):
    dependencies = [("segments", "0005_bearers_at_hand")]

    operations = [
        migrations.RemoveIndex("bearer", _NOW),
        migrations.AddIndex(
            "bearer",
            models.Index(
                *("tag", models.Func("member", function="hashint8"), "id"),
                include=["member", "strength", "as_of", "ongoing", "until"],
                condition=models.Q(ended_at=None),
                name=_NOW,
            ),
        ),
    ]
