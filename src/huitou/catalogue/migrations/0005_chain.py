"""The chain itself: its name, language, currency and zone, as the first-run wizard asks them, and how far that came."""

import django.db.models.functions.datetime
from django.db import migrations, models

FORWARDS = """
ALTER TABLE catalogue_chain ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON catalogue_chain FOR SELECT USING (true);
CREATE POLICY made ON catalogue_chain FOR INSERT WITH CHECK ((SELECT huitou_sees_all()));
CREATE POLICY told ON catalogue_chain FOR UPDATE USING ((SELECT huitou_sees_all()));
GRANT SELECT, INSERT, UPDATE ON catalogue_chain TO huitou_scoped;
-- The wizard takes the stores that are typed into it.
GRANT INSERT ON catalogue_store TO huitou_scoped;
"""
BACKWARDS = """
REVOKE INSERT ON catalogue_store FROM huitou_scoped;
REVOKE SELECT, INSERT, UPDATE ON catalogue_chain FROM huitou_scoped;
DROP POLICY told ON catalogue_chain;
DROP POLICY made ON catalogue_chain;
DROP POLICY seen ON catalogue_chain;
ALTER TABLE catalogue_chain DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0004_told"), ("access", "0002_store_scope")]

    operations = [
        migrations.CreateModel(
            name="Chain",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("language", models.CharField(max_length=10)),
                ("currency", models.CharField(max_length=3)),
                ("zone", models.TextField()),
                ("told_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="catalogue_one_chain"),
                ],
            },
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
