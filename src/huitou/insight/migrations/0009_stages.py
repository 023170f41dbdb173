"""Who moved from which stage of the lifecycle to which, month by month. A member's moves are seen with the member, a
store's flow by its people, that of members without a home store by those who see the chain."""

import django.db.models.deletion
from django.db import migrations, models

FORWARDS = """
ALTER TABLE insight_stagemove ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON insight_stagemove USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM members_member m WHERE m.id = member_id)
);
ALTER TABLE insight_stageflow ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON insight_stageflow USING (
    (SELECT huitou_sees_all()) OR store_id = ANY ((SELECT huitou_stores())::integer[])
);
GRANT SELECT ON insight_stagemove, insight_stageflow TO huitou_scoped;
"""
BACKWARDS = """
REVOKE SELECT ON insight_stagemove, insight_stageflow FROM huitou_scoped;
DROP POLICY scope ON insight_stageflow;
DROP POLICY scope ON insight_stagemove;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0003_codes_and_descriptions"),
        ("members", "0017_came_back"),
        ("insight", "0008_interrupted_runs"),
    ]

    operations = [
        migrations.CreateModel(
            name="StageMove",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "member_id", "on_day", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("on_day", models.DateField(db_index=True)),
                ("stage", models.CharField(max_length=10)),
                ("before", models.CharField(db_default="", max_length=10)),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="members.member",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StageFlow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_on", models.DateField()),
                ("to_on", models.DateField()),
                ("from_stage", models.CharField(max_length=10)),
                ("to_stage", models.CharField(max_length=10)),
                ("members", models.BigIntegerField()),
                (
                    "store",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalogue.store"
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["to_on"], name="insight_stage_flow_to")]},
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
