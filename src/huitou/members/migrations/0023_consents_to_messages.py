"""Consents to messages by a channel stand beside those to what is sensitive, and other systems tell both by an id."""

from django.db import migrations, models

# What people said so far was noted when they said it. The table was written anew above, so that its rows count as new to
# their foreign keys: these are looked at before the table is changed further.
_NOTED = """
ALTER TABLE members_consent DISABLE TRIGGER members_consent_never_changes;
UPDATE members_consent SET noted_at = at;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE members_consent ENABLE TRIGGER members_consent_never_changes;
"""
# What is sensitive is seen as before; what is said of messages, with the member. The newest word counts by when it was
# said: another system may tell an old one late.
_SENSITIVE = """
DROP POLICY scope ON members_consent;
CREATE POLICY scope ON members_consent USING (
    (channel <> '' OR (SELECT huitou_sees_sensitive()))
    AND ((SELECT huitou_sees_all()) OR EXISTS (SELECT FROM members_member m WHERE m.id = member_id))
);
CREATE OR REPLACE VIEW members_agreed WITH (security_invoker = true) AS
    SELECT person_id, about FROM (
        SELECT DISTINCT ON (p.person_id, c.about) p.person_id, c.about, c.given
        FROM members_consent c JOIN members_persons p ON p.member_id = c.member_id WHERE c.channel = ''
        ORDER BY p.person_id, c.about, c.at DESC, c.id DESC
    ) newest WHERE given;
"""
_AS_BEFORE = """
CREATE OR REPLACE VIEW members_agreed WITH (security_invoker = true) AS
    SELECT person_id, about FROM (
        SELECT DISTINCT ON (p.person_id, c.about) p.person_id, c.about, c.given
        FROM members_consent c JOIN members_persons p ON p.member_id = c.member_id
        ORDER BY p.person_id, c.about, c.id DESC
    ) newest WHERE given;
DROP POLICY scope ON members_consent;
CREATE POLICY scope ON members_consent USING (
    (SELECT huitou_sees_sensitive())
    AND ((SELECT huitou_sees_all()) OR EXISTS (SELECT FROM members_member m WHERE m.id = member_id))
);
DELETE FROM members_consent WHERE channel <> '';
"""
# Whoever follows people hears of it: a segment asks who can be reached.
_FOLLOWED = """
CREATE TRIGGER changes_insert AFTER INSERT ON members_consent REFERENCING NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION members_note_moved('p', 'member_id');
CREATE TRIGGER changes_delete AFTER DELETE ON members_consent REFERENCING OLD TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION members_note_moved('p', 'member_id');
"""
_UNFOLLOWED = """
DROP TRIGGER changes_insert ON members_consent;
DROP TRIGGER changes_delete ON members_consent;
"""
_ABOUT = ["pregnancy", "health", "minors"]


class Migration(migrations.Migration):
    dependencies = [("members", "0022_households")]

    operations = [
        migrations.RemoveConstraint("consent", "members_consent_about"),
        migrations.AddField("consent", "channel", models.CharField(max_length=10, db_default="")),
        migrations.AddField(
            "consent", "noted_at", models.DateTimeField(db_default=models.Func(function="clock_timestamp"))
        ),
        migrations.AddField("consent", "source_id", models.TextField(db_default="")),
        migrations.AddConstraint(
            "consent",
            models.CheckConstraint(
                name="members_consent_purpose",
                condition=models.Q(("about__in", _ABOUT), ("channel", ""))
                | models.Q(("about", "marketing"), ("channel__in", ["sms", "email", "wechat", "phone"])),
            ),
        ),
        migrations.AddConstraint(
            "consent",
            models.UniqueConstraint(
                name="members_consent_once",
                fields=("noted_by", "source_id"),
                condition=models.Q(("source_id", ""), _negated=True),
            ),
        ),
        migrations.RunSQL(_NOTED, migrations.RunSQL.noop),
        migrations.RunSQL(_SENSITIVE, _AS_BEFORE),
        migrations.RunSQL(_FOLLOWED, _UNFOLLOWED),
    ]
