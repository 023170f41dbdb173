"""How many members stand where on the loyalty index. A store's are seen by its people, those of members without a home
store by those who see the chain."""

import django.db.models.deletion
from django.db import migrations, models

FORWARDS = """
ALTER TABLE insight_loyaltytenth ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON insight_loyaltytenth USING (
    (SELECT huitou_sees_all()) OR store_id = ANY ((SELECT huitou_stores())::integer[])
);
GRANT SELECT ON insight_loyaltytenth TO huitou_scoped;
"""
BACKWARDS = """
REVOKE SELECT ON insight_loyaltytenth FROM huitou_scoped;
DROP POLICY scope ON insight_loyaltytenth;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0003_codes_and_descriptions"),
        ("members", "0020_months_bought"),
        ("insight", "0009_stages"),
    ]

    operations = [
        migrations.CreateModel(
            name="LoyaltyTenth",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("layer", models.CharField(max_length=10)),
                ("tenth", models.SmallIntegerField()),
                ("members", models.BigIntegerField()),
                ("loyalty", models.BigIntegerField()),
                ("repeat", models.BigIntegerField()),
                ("tenure", models.BigIntegerField()),
                ("breadth", models.BigIntegerField()),
                ("wallet", models.BigIntegerField()),
                (
                    "store",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalogue.store"
                    ),
                ),
            ],
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
