"""What members agreed to be known by, and took back: a ledger, whose newest row counts."""

import django.db.models.deletion
from django.db import migrations, models

# Seen with the member, and only by whoever sees what is sensitive.
FORWARDS = """
ALTER TABLE members_consent ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON members_consent USING (
    (SELECT huitou_sees_sensitive())
    AND ((SELECT huitou_sees_all()) OR EXISTS (SELECT FROM members_member m WHERE m.id = member_id))
);
GRANT SELECT ON members_consent TO huitou_scoped;
-- For higher rooms: who is a part of whom, and who agrees to what as their newest word says.
CREATE VIEW members_persons WITH (security_invoker = true) AS
    SELECT id AS member_id, coalesce(merged_into_id, id) AS person_id FROM members_member;
CREATE VIEW members_agreed WITH (security_invoker = true) AS
    SELECT person_id, about FROM (
        SELECT DISTINCT ON (p.person_id, c.about) p.person_id, c.about, c.given
        FROM members_consent c JOIN members_persons p ON p.member_id = c.member_id
        ORDER BY p.person_id, c.about, c.id DESC
    ) newest WHERE given;
GRANT SELECT ON members_persons, members_agreed TO huitou_scoped;
CREATE TRIGGER members_consent_never_changes BEFORE UPDATE ON members_consent
    FOR EACH ROW EXECUTE FUNCTION huitou_refuse_change();
"""
BACKWARDS = """
DROP TRIGGER members_consent_never_changes ON members_consent;
DROP VIEW members_agreed;
DROP VIEW members_persons;
REVOKE SELECT ON members_consent FROM huitou_scoped;
DROP POLICY scope ON members_consent;
ALTER TABLE members_consent DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0004_sensitive"),
        ("members", "0018_staff"),
    ]

    operations = [
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("about", models.CharField(max_length=10)),
                ("given", models.BooleanField()),
                ("at", models.DateTimeField(db_default=models.Func(function="clock_timestamp"))),
                ("noted_by", models.TextField()),
                ("how", models.TextField()),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="members.member",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["member", "about", "-id"], name="members_consent_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("about__in", ["pregnancy", "health", "minors"])),
                        name="members_consent_about",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("how", ""), _negated=True), name="members_consent_has_proof"
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
