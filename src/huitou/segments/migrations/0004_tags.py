"""Tags: what each is, in versions, who bears it, and how many did on each day."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

# What a tag is, is no secret. Who bears one is seen with the member; a sensitive one by few.
FORWARDS = """
ALTER TABLE segments_tag ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON segments_tag FOR SELECT USING (true);
ALTER TABLE segments_tagversion ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON segments_tagversion FOR SELECT USING (true);
ALTER TABLE segments_tagday ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON segments_tagday FOR SELECT USING ((SELECT huitou_sees_all()));
ALTER TABLE segments_bearer ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON segments_bearer USING (
    ((SELECT huitou_sees_all()) OR EXISTS (SELECT FROM members_member m WHERE m.id = member_id))
    AND ((SELECT huitou_sees_sensitive())
         OR NOT EXISTS (SELECT FROM segments_tag t WHERE t.id = tag_id AND t.sensitive <> ''))
);
GRANT SELECT ON segments_tag, segments_tagversion, segments_tagday, segments_bearer TO huitou_scoped;
CREATE TRIGGER segments_tagversion_never_changes BEFORE UPDATE ON segments_tagversion
    FOR EACH ROW EXECUTE FUNCTION huitou_refuse_change();
CREATE TRIGGER changes_insert AFTER INSERT ON segments_bearer REFERENCING NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION members_note_moved('t', 'member_id');
CREATE TRIGGER changes_update AFTER UPDATE ON segments_bearer REFERENCING OLD TABLE AS was NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION members_note_both('t', 'member_id');
CREATE TRIGGER changes_delete AFTER DELETE ON segments_bearer REFERENCING OLD TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION members_note_moved('t', 'member_id');
"""
BACKWARDS = """
DROP TRIGGER changes_delete ON segments_bearer;
DROP TRIGGER changes_update ON segments_bearer;
DROP TRIGGER changes_insert ON segments_bearer;
DROP TRIGGER segments_tagversion_never_changes ON segments_tagversion;
REVOKE SELECT ON segments_tag, segments_tagversion, segments_tagday, segments_bearer FROM huitou_scoped;
DROP POLICY scope ON segments_bearer;
DROP POLICY seen ON segments_tagday;
DROP POLICY seen ON segments_tagversion;
DROP POLICY seen ON segments_tag;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0004_sensitive"),
        ("members", "0019_consents"),
        ("segments", "0003_archived_and_asked"),
    ]

    operations = [
        migrations.CreateModel(
            name="Tag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.TextField(unique=True)),
                ("sensitive", models.CharField(db_default="", max_length=10)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("archived_at", models.DateTimeField(null=True)),
                ("reckoned_on", models.DateField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sensitive__in", ["", "pregnancy", "health", "minors"])),
                        name="segments_tag_sensitive",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TagDay",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tag_id", "day", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField()),
                ("bearers", models.BigIntegerField()),
                (
                    "tag",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="segments.tag"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Bearer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateField()),
                ("given_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("given_by", models.TextField()),
                ("source", models.CharField(max_length=8)),
                ("because", models.JSONField(db_default=models.Value({}, models.JSONField()))),
                ("strength", models.SmallIntegerField()),
                ("as_of", models.DateField()),
                ("ongoing", models.BooleanField()),
                ("until", models.DateField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.TextField(db_default="")),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="members.member",
                    ),
                ),
                (
                    "tag",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="segments.tag"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tag", "member"), name="segments_bearer_once"),
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ["segment", "rule", "hand"])), name="segments_bearer_source"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("strength__gte", 0), ("strength__lte", 100)),
                        name="segments_bearer_strength",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_by", "")),
                            models.Q(("ended_at__isnull", False), models.Q(("ended_by", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="segments_bearer_ended_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TagVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.IntegerField()),
                ("owner", models.TextField()),
                ("purpose", models.TextField()),
                ("how", models.JSONField()),
                ("evidence", models.TextField(db_default="")),
                ("least", models.SmallIntegerField(db_default=1)),
                ("half_life_days", models.IntegerField(null=True)),
                ("expires_days", models.IntegerField(null=True)),
                ("sensitive", models.CharField(db_default="", max_length=10)),
                ("made_by", models.TextField()),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "tag",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="segments.tag"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tag", "number"), name="segments_tagversion_once"),
                    models.CheckConstraint(
                        condition=models.Q(("least__gte", 1), ("least__lte", 100)), name="segments_tag_least"
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
