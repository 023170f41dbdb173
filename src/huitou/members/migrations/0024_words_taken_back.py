"""A word about messages that was noted here by mistake is taken back: the row stays, with who took it back and when."""

from django.db import migrations, models

# Beside it nothing of a word ever changes, nor of any word that another system told or that is about what is sensitive.
_FORWARDS = """
DROP TRIGGER members_consent_never_changes ON members_consent;
CREATE FUNCTION members_consent_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.member_id, NEW.about, NEW.channel, NEW.given, NEW.at, NEW.noted_by, NEW.how, NEW.noted_at,
        NEW.source_id) IS DISTINCT FROM
       (OLD.id, OLD.member_id, OLD.about, OLD.channel, OLD.given, OLD.at, OLD.noted_by, OLD.how, OLD.noted_at,
        OLD.source_id)
       OR OLD.undone_at IS NOT NULL OR OLD.channel = '' OR OLD.source_id <> '' THEN
        RAISE EXCEPTION 'a consent never changes; one noted here is taken back once'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER members_consent_kept BEFORE UPDATE ON members_consent
    FOR EACH ROW EXECUTE FUNCTION members_consent_kept();
CREATE TRIGGER changes_update AFTER UPDATE ON members_consent REFERENCING OLD TABLE AS was NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION members_note_both('p', 'member_id');
"""
# A word that was taken back would hold again where nothing says that it was.
_BACKWARDS = """
DROP TRIGGER changes_update ON members_consent;
DROP TRIGGER members_consent_kept ON members_consent;
DROP FUNCTION members_consent_kept();
DELETE FROM members_consent WHERE undone_at IS NOT NULL;
SET CONSTRAINTS ALL IMMEDIATE;
CREATE TRIGGER members_consent_never_changes BEFORE UPDATE ON members_consent
    FOR EACH ROW EXECUTE FUNCTION huitou_refuse_change();
"""
# Each half is found by an index, so that who asks about one person reads that person's rows.
_PERSONS = """
CREATE OR REPLACE VIEW members_persons WITH (security_invoker = true) AS
    SELECT id AS member_id, id AS person_id FROM members_member WHERE merged_into_id IS NULL
    UNION ALL
    SELECT id AS member_id, merged_into_id AS person_id FROM members_member WHERE merged_into_id IS NOT NULL;
"""
_PERSONS_BEFORE = """
CREATE OR REPLACE VIEW members_persons WITH (security_invoker = true) AS
    SELECT id AS member_id, coalesce(merged_into_id, id) AS person_id FROM members_member;
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0023_consents_to_messages")]

    operations = [
        migrations.AddField("consent", "undone_at", models.DateTimeField(null=True)),
        migrations.AddField("consent", "undone_by", models.TextField(db_default="")),
        migrations.AddConstraint(
            "consent",
            models.CheckConstraint(
                name="members_consent_taken_back_by",
                condition=models.Q(undone_at__isnull=True, undone_by="")
                | models.Q(models.Q(undone_at__isnull=False), ~models.Q(undone_by="")),
            ),
        ),
        migrations.RunSQL(_FORWARDS, _BACKWARDS),
        migrations.RunSQL(_PERSONS, _PERSONS_BEFORE),
    ]
