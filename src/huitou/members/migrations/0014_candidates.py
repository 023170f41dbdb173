"""Pairs of members who may be one person, for a person to decide."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Now

FORWARDS = """
ALTER TABLE members_candidate ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON members_candidate USING (
    (SELECT huitou_sees_all()) OR (EXISTS (SELECT FROM members_member m WHERE m.id = member_id)
    AND EXISTS (SELECT FROM members_member m WHERE m.id = other_id))
);
GRANT SELECT ON members_candidate TO huitou_scoped;
"""
BACKWARDS = """
REVOKE SELECT ON members_candidate FROM huitou_scoped;
DROP POLICY scope ON members_candidate;
ALTER TABLE members_candidate DISABLE ROW LEVEL SECURITY;
"""


def _member(**more: object) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="members.member", **more)


class Migration(migrations.Migration):
    dependencies = [("members", "0013_merges")]
    operations = [
        migrations.CreateModel(
            name="Candidate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("likely", models.IntegerField()),
                ("evidence", models.JSONField()),
                ("state", models.CharField(db_default="open", max_length=10)),
                ("found_at", models.DateTimeField(db_default=Now())),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.TextField(db_default="")),
                ("member", _member(db_index=False)),
                ("other", _member()),
            ],
        ),
        migrations.AddConstraint(
            model_name="candidate",
            constraint=models.UniqueConstraint(fields=("member", "other"), name="members_candidate_once"),
        ),
        migrations.AddConstraint(
            model_name="candidate",
            constraint=models.CheckConstraint(
                condition=models.Q(member__lt=models.F("other")), name="members_candidate_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="candidate",
            constraint=models.CheckConstraint(
                condition=models.Q(state="open", decided_at=None, decided_by="")
                | (models.Q(state__in=["merged", "rejected"], decided_at__isnull=False) & ~models.Q(decided_by="")),
                name="members_candidate_decided_by_somebody",
            ),
        ),
        migrations.AddIndex(
            model_name="candidate",
            index=models.Index(
                condition=models.Q(state="open"), fields=["-likely", "id"], name="members_candidate_open"
            ),
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
