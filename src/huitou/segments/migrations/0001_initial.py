"""Segments in versions, what uses them, and snapshots of who was in one."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

# What a segment means is no secret of a store. A snapshot lists the whole chain's members, so only those see it who see
# the chain; whoever sees some stores counts the members of these, live.
FORWARDS = """
ALTER TABLE segments_segment ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON segments_segment FOR SELECT USING (true);
ALTER TABLE segments_version ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON segments_version FOR SELECT USING (true);
ALTER TABLE segments_use ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON segments_use FOR SELECT USING (true);
ALTER TABLE segments_snapshot ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON segments_snapshot FOR SELECT USING ((SELECT huitou_sees_all()));
GRANT SELECT ON segments_segment, segments_version, segments_use, segments_snapshot TO huitou_scoped;
CREATE TRIGGER segments_version_never_changes BEFORE UPDATE ON segments_version
    FOR EACH ROW EXECUTE FUNCTION huitou_refuse_change();
"""
BACKWARDS = """
DROP TRIGGER segments_version_never_changes ON segments_version;
REVOKE SELECT ON segments_segment, segments_version, segments_use, segments_snapshot FROM huitou_scoped;
DROP POLICY seen ON segments_snapshot;
DROP POLICY seen ON segments_use;
DROP POLICY seen ON segments_version;
DROP POLICY seen ON segments_segment;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [("members", "0001_initial"), ("access", "0002_store_scope")]

    operations = [
        migrations.CreateModel(
            name="Segment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.TextField(unique=True)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.IntegerField()),
                ("body", models.JSONField()),
                (
                    "names",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), db_default=[], size=None),
                ),
                ("made_by", models.TextField()),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "segment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="segments.segment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_by", models.TextField()),
                ("asked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("state", models.CharField(db_default="waiting", max_length=10)),
                ("leased_until", models.DateTimeField(null=True)),
                ("lease", models.TextField(db_default="")),
                ("attempts", models.SmallIntegerField(db_default=0)),
                ("cancel_asked", models.BooleanField(db_default=False)),
                ("ended_at", models.DateTimeField(null=True)),
                ("problem", models.TextField(db_default="")),
                ("as_of", models.DateTimeField(null=True)),
                ("members", models.BigIntegerField(null=True)),
                ("reach", models.JSONField(db_default=models.Value({}, models.JSONField()))),
                (
                    "member_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), db_default=[], size=None
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="segments.version"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Use",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user", models.TextField()),
                ("since", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "segment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="segments.segment",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("segment", "user"), name="segments_use_once")],
            },
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.UniqueConstraint(fields=("segment", "number"), name="segments_version_once"),
        ),
        migrations.AddIndex(
            model_name="snapshot",
            index=models.Index(
                condition=models.Q(("state__in", ["waiting", "running"])), fields=["id"], name="segments_snapshots_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="snapshot",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "running", "done", "failed", "cancelled"])),
                name="segments_snapshot_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="snapshot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("as_of__isnull", False), ("members__isnull", False), ("state", "done")),
                    models.Q(models.Q(("state", "done"), _negated=True), ("member_ids", []), ("members", None)),
                    _connector="OR",
                ),
                name="segments_snapshot_nobody_unless_done",
            ),
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
