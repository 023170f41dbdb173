from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbox", "0004_drops_on_a_page")]

    operations = [
        migrations.RemoveConstraint(model_name="job", name="inbox_job_what_known"),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(("what__in", ["import", "undo", "mend", "refresh", "sample"])),
                name="inbox_job_what_known",
            ),
        ),
    ]
