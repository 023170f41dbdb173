"""Cut-offs in versions, the history of layers, KPIs by further cuts, and what a run of the refresh did."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

FIRST_CUT_OFFS = """{"recency_days": [], "frequency": [], "monetary_fen": [], "dormant_after_months": 3,
 "diamond_percent": 5, "diamond_fen": null, "diamond_frequency": 4, "gold_score": 9}"""

# Cut-offs are no secret, and whoever sees the chain may make the next version; nobody changes one. A member's layers
# are seen with the member.
FORWARDS = f"""
INSERT INTO insight_cutoffs (body, note, made_by) VALUES ('{FIRST_CUT_OFFS}', '', 'huitou');
ALTER TABLE insight_cutoffs ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON insight_cutoffs FOR SELECT USING (true);
CREATE POLICY made ON insight_cutoffs FOR INSERT WITH CHECK ((SELECT huitou_sees_all()));
GRANT SELECT, INSERT ON insight_cutoffs TO huitou_scoped;
ALTER TABLE insight_layerspan ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON insight_layerspan USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM members_member m WHERE m.id = member_id)
);
GRANT SELECT ON insight_layerspan TO huitou_scoped;
"""

BACKWARDS = """
REVOKE SELECT ON insight_layerspan FROM huitou_scoped;
DROP POLICY scope ON insight_layerspan;
ALTER TABLE insight_layerspan DISABLE ROW LEVEL SECURITY;
REVOKE SELECT, INSERT ON insight_cutoffs FROM huitou_scoped;
DROP POLICY made ON insight_cutoffs;
DROP POLICY seen ON insight_cutoffs;
ALTER TABLE insight_cutoffs DISABLE ROW LEVEL SECURITY;
DELETE FROM insight_layerspan;
UPDATE insight_refresh SET cut_offs_id = NULL;
DELETE FROM insight_cutoffs;
DELETE FROM insight_kpivalue WHERE cut <> '';
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial"), ("members", "0003_till"), ("insight", "0002_store_scope")]

    operations = [
        migrations.CreateModel(
            name="CutOffs",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("body", models.JSONField()),
                ("note", models.TextField(db_default="")),
                ("made_by", models.TextField()),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="LayerSpan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("layer", models.CharField(max_length=10)),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                (
                    "cut_offs",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="insight.cutoffs",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="members.member"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["since"], name="insight_layer_span_since")],
                "constraints": [
                    models.UniqueConstraint(fields=("member", "since"), name="insight_layer_span_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)), fields=("member",), name="insight_layer_span_one_open"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until", None), ("until__gt", models.F("since")), _connector="OR"),
                        name="insight_layer_span_forward",
                    ),
                ],
            },
        ),
        migrations.AddField("refresh", "anew", models.BooleanField(db_default=False)),
        migrations.AddField("refresh", "lake_version", models.BigIntegerField(null=True)),
        migrations.AddField(
            "refresh",
            "cut_offs",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="insight.cutoffs"
            ),
        ),
        migrations.AddField("refresh", "restated", models.JSONField(default=dict)),
        migrations.AddField("refresh", "stopped_by", models.TextField(db_default="")),
        migrations.RemoveConstraint("kpivalue", "insight_kpi_once"),
        migrations.AddField("kpivalue", "cut", models.CharField(db_default="", max_length=10)),
        migrations.AddField("kpivalue", "cut_key", models.TextField(db_default="")),
        migrations.AddConstraint(
            "kpivalue",
            models.UniqueConstraint(
                fields=("kpi", "period", "store", "cut", "cut_key", "ends_on"),
                name="insight_kpi_once",
                nulls_distinct=False,
            ),
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
