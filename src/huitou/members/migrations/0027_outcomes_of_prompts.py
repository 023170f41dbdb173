"""What came of the cashiers' prompts is counted by their pages, beside events of which there may be many more."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members", "0026_where_they_live")]

    operations = [
        migrations.AddIndex(
            model_name="event",
            index=models.Index(condition=models.Q(("kind", "prompt")), fields=["at"], name="members_event_of_prompts"),
        ),
    ]
