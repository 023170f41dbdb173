"""What shelf labels said when they were last handed out."""

import django.db.models.deletion
from django.db import migrations, models

FORWARDS = """
ALTER TABLE offers_label ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON offers_label USING (
    (SELECT huitou_sees_all()) OR store_id = ANY ((SELECT huitou_stores())::integer[])
);
GRANT SELECT, INSERT, UPDATE ON offers_label TO huitou_scoped;
"""
BACKWARDS = """
REVOKE ALL ON offers_label FROM huitou_scoped;
DROP POLICY scope ON offers_label;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0006_recategorised"),
        ("offers", "0005_quotas"),
    ]

    operations = [
        migrations.CreateModel(
            name="Label",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "store",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalogue.store",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalogue.product",
                    ),
                ),
                ("digest", models.BinaryField()),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("store", "product"), name="offers_label_one")],
            },
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
