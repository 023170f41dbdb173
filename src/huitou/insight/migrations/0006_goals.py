"""Baselines and targets of KPIs, in versions. They are no secret; whoever sees the chain makes the next version."""

import django.db.models.functions.datetime
from django.db import migrations, models

FORWARDS = """
ALTER TABLE insight_goals ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON insight_goals FOR SELECT USING (true);
CREATE POLICY made ON insight_goals FOR INSERT WITH CHECK ((SELECT huitou_sees_all()));
GRANT SELECT, INSERT ON insight_goals TO huitou_scoped;
"""
BACKWARDS = """
REVOKE SELECT, INSERT ON insight_goals FROM huitou_scoped;
DROP POLICY made ON insight_goals;
DROP POLICY seen ON insight_goals;
ALTER TABLE insight_goals DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("insight", "0005_goods_and_pictures")]

    operations = [
        migrations.CreateModel(
            name="Goals",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("body", models.JSONField()),
                ("note", models.TextField(db_default="")),
                ("made_by", models.TextField()),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
