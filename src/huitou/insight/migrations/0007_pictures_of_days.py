"""What the pictures of all members showed on each day that was refreshed. A store's is seen by its people, that of
members without a home store by those who see the chain."""

import django.db.models.deletion
from django.db import migrations, models

FORWARDS = """
ALTER TABLE insight_picture ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON insight_picture USING (
    (SELECT huitou_sees_all()) OR store_id = ANY ((SELECT huitou_stores())::integer[])
);
GRANT SELECT ON insight_picture TO huitou_scoped;
"""
BACKWARDS = """
REVOKE SELECT ON insight_picture FROM huitou_scoped;
DROP POLICY scope ON insight_picture;
ALTER TABLE insight_picture DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0003_codes_and_descriptions"), ("insight", "0006_goals")]

    operations = [
        migrations.CreateModel(
            name="Picture",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("as_of", models.DateField()),
                ("what", models.CharField(max_length=20)),
                ("body", models.JSONField()),
                (
                    "store",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalogue.store"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("what", "as_of", "store"), name="insight_picture_once", nulls_distinct=False
                    )
                ],
            },
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
