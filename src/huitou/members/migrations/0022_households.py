"""Who lives with whom: a household links members, one at a time, and merges nobody."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Now

# Seen with the member; a household by whoever sees somebody in it. Written by use cases alone.
FORWARDS = """
ALTER TABLE members_householdmember ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON members_householdmember USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM members_member m WHERE m.id = member_id)
);
ALTER TABLE members_household ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON members_household USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM members_householdmember h WHERE h.household_id = members_household.id)
);
GRANT SELECT ON members_household, members_householdmember TO huitou_scoped;
"""
# Who comes or goes changes how many the others live with: whoever follows people looks at all of them.
FOLLOWED = """
CREATE FUNCTION members_note_household() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE many boolean;
BEGIN
    SELECT count(*) > 20000 INTO many FROM (SELECT FROM moved LIMIT 20001) first_of_them;
    IF many THEN
        INSERT INTO members_change (what) VALUES ('p');
    ELSE
        INSERT INTO members_change (what, member_id)
        SELECT 'p', member_id FROM moved
        UNION SELECT 'p', member_id FROM members_householdmember
        WHERE household_id IN (SELECT household_id FROM moved);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER changes_insert AFTER INSERT ON members_householdmember REFERENCING NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION members_note_household();
CREATE TRIGGER changes_left AFTER UPDATE ON members_householdmember REFERENCING OLD TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION members_note_household();
CREATE TRIGGER changes_entered AFTER UPDATE ON members_householdmember REFERENCING NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION members_note_household();
CREATE TRIGGER changes_delete AFTER DELETE ON members_householdmember REFERENCING OLD TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION members_note_household();
"""
UNFOLLOWED = """
DROP TRIGGER changes_delete ON members_householdmember;
DROP TRIGGER changes_entered ON members_householdmember;
DROP TRIGGER changes_left ON members_householdmember;
DROP TRIGGER changes_insert ON members_householdmember;
DROP FUNCTION members_note_household();
"""
BACKWARDS = """
REVOKE SELECT ON members_household, members_householdmember FROM huitou_scoped;
DROP POLICY scope ON members_household;
DROP POLICY scope ON members_householdmember;
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0021_loyalty")]

    operations = [
        migrations.CreateModel(
            name="Household",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.TextField(db_default="")),
                ("number", models.TextField(null=True, unique=True)),
                ("made_at", models.DateTimeField(db_default=Now())),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number", ""), _negated=True), name="members_household_numbered"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="HouseholdMember",
            fields=[
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="members.member",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.household"
                    ),
                ),
                ("since", models.DateTimeField(db_default=Now())),
                ("noted_by", models.TextField()),
            ],
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
        migrations.RunSQL(FOLLOWED, UNFOLLOWED),
    ]
