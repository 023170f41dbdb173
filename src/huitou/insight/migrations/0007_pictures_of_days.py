"""When people come, and what the pictures of all members showed on each day that was refreshed. A store's is seen by
its people, that of members without a home store by those who see the chain."""

import django.db.models.deletion
from django.db import migrations, models

OF_A_STORE = """
ALTER TABLE insight_{table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON insight_{table} USING (
    (SELECT huitou_sees_all()) OR store_id = ANY ((SELECT huitou_stores())::integer[])
);
GRANT SELECT ON insight_{table} TO huitou_scoped;
"""
TABLES = ("hour", "picture")
FORWARDS = "".join(OF_A_STORE.format(table=table) for table in TABLES)
BACKWARDS = "".join(
    f"REVOKE SELECT ON insight_{table} FROM huitou_scoped;\nDROP POLICY scope ON insight_{table};\n"
    f"ALTER TABLE insight_{table} DISABLE ROW LEVEL SECURITY;\n"
    for table in TABLES
)


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0003_codes_and_descriptions"), ("insight", "0006_goals")]

    operations = [
        migrations.CreateModel(
            name="Hour",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("weekday", models.SmallIntegerField()),
                ("hour", models.SmallIntegerField()),
                ("receipts", models.BigIntegerField()),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalogue.store"
                    ),
                ),
            ],
        ),
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
