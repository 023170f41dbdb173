"""One person who was here twice is one, and can be two again: who is part of whom, and whose each identity was."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Now

FORWARDS = """
ALTER TABLE members_merge ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON members_merge USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM members_member m WHERE m.id = member_id)
);
CREATE FUNCTION members_merge_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
       OR (NEW.member_id, NEW.other_id, NEW.merged_at, NEW.merged_by) IS DISTINCT FROM
          (OLD.member_id, OLD.other_id, OLD.merged_at, OLD.merged_by)
       OR OLD.undone_at IS NOT NULL
          AND (NEW.undone_at, NEW.undone_by) IS DISTINCT FROM (OLD.undone_at, OLD.undone_by) THEN
        RAISE EXCEPTION 'a merge is undone once and never changes otherwise' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER members_merge_kept BEFORE UPDATE OR DELETE ON members_merge
    FOR EACH ROW EXECUTE FUNCTION members_merge_kept();
GRANT SELECT ON members_merge TO huitou_scoped;
"""
BACKWARDS = """
REVOKE SELECT ON members_merge FROM huitou_scoped;
DROP TRIGGER members_merge_kept ON members_merge;
DROP FUNCTION members_merge_kept();
DROP POLICY scope ON members_merge;
ALTER TABLE members_merge DISABLE ROW LEVEL SECURITY;
"""


def _part_of(**more: object) -> models.ForeignKey:
    return models.ForeignKey(
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="members.member",
        db_index=False,
        **more,
    )


class Migration(migrations.Migration):
    dependencies = [("members", "0012_shared_phones")]
    operations = [
        migrations.AddField(model_name="member", name="merged_into", field=_part_of()),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(
                condition=models.Q(merged_into__isnull=False), fields=["merged_into"], name="members_merged_into"
            ),
        ),
        migrations.AddField(model_name="identity", name="origin", field=_part_of()),
        migrations.AddField(model_name="event", name="origin", field=_part_of()),
        migrations.CreateModel(
            name="Merge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("merged_at", models.DateTimeField(db_default=Now())),
                ("merged_by", models.TextField()),
                ("why", models.TextField(db_default="")),
                ("before", models.JSONField()),
                ("after", models.JSONField()),
                ("moved", models.JSONField(db_default=models.Value({}, models.JSONField()))),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_by", models.TextField(db_default="")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.member"
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.member"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.UniqueConstraint(
                condition=models.Q(undone_at=None), fields=("other",), name="members_merge_stands_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(("member", models.F("other")), _negated=True), name="members_merge_of_two"
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(undone_at=None, undone_by="")
                | (models.Q(undone_at__isnull=False) & ~models.Q(undone_by="")),
                name="members_merge_undone_by_somebody",
            ),
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
