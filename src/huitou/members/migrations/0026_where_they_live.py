"""About where a member lives, to a thousandth of a degree: the form of the column keeps nothing finer."""

from django.db import migrations, models

FORM = r"^-?(90\.000|[1-8]?[0-9]\.[0-9]{3}),-?(180\.000|(1[0-7][0-9]|[1-9]?[0-9])\.[0-9]{3})$"


class Migration(migrations.Migration):
    dependencies = [("members", "0025_facts_stay_on_their_page")]

    operations = [
        migrations.AddField("profile", "lives_at", models.TextField(null=True)),
        migrations.AddConstraint(
            "profile",
            models.CheckConstraint(
                name="members_profile_lives_at", condition=models.Q(lives_at=None) | models.Q(lives_at__regex=FORM)
            ),
        ),
    ]
