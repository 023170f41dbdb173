"""How good the data is, day by day: the whole chain's, so whoever sees the chain sees it."""

from django.db import migrations, models

FORWARDS = """
ALTER TABLE insight_quality ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON insight_quality USING ((SELECT huitou_sees_all()));
GRANT SELECT ON insight_quality TO huitou_scoped;
"""
BACKWARDS = """
REVOKE SELECT ON insight_quality FROM huitou_scoped;
DROP POLICY scope ON insight_quality;
ALTER TABLE insight_quality DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("insight", "0003_cut_offs_and_history"),
    ]

    operations = [
        migrations.CreateModel(
            name="Quality",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("about", models.CharField(max_length=20)),
                ("source", models.TextField(db_default="")),
                ("measure", models.CharField(max_length=20)),
                ("of", models.BigIntegerField()),
                ("good", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("day", "about", "source", "measure"), name="insight_quality_once"),
                    models.CheckConstraint(
                        condition=models.Q(("good__gte", 0), ("good__lte", models.F("of"))), name="insight_quality_part"
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
