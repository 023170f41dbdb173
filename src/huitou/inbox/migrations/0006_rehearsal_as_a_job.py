from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0005_sample_as_a_job"),
        ("receipts", "0010_found_by_number"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="job",
            name="inbox_job_what_known",
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(("what__in", ["import", "undo", "mend", "refresh", "sample", "rehearse"])),
                name="inbox_job_what_known",
            ),
        ),
    ]
