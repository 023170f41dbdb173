"""Members who work for the chain; seen with the member, and heard by whatever follows people."""

import django.db.models.deletion
from django.db import migrations, models

FORWARDS = """
ALTER TABLE members_staff ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON members_staff USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM members_member m WHERE m.id = member_id)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON members_staff TO huitou_scoped;
"""
BACKWARDS = """
REVOKE ALL ON members_staff FROM huitou_scoped;
DROP POLICY scope ON members_staff;
"""
_WRITES = {
    "INSERT": "NEW TABLE AS moved",
    "UPDATE": "OLD TABLE AS was NEW TABLE AS moved",
    "DELETE": "OLD TABLE AS moved",
}
FOLLOWED = "".join(
    f"""CREATE TRIGGER changes_{write.lower()} AFTER {write} ON members_staff REFERENCING {rows}
        FOR EACH STATEMENT EXECUTE FUNCTION members_note_{"both" if write == "UPDATE" else "moved"}('p', 'member_id');
    """
    for write, rows in _WRITES.items()
)
UNFOLLOWED = "".join(f"DROP TRIGGER changes_{write.lower()} ON members_staff;" for write in _WRITES)


class Migration(migrations.Migration):
    dependencies = [("members", "0017_came_back")]

    operations = [
        migrations.CreateModel(
            name="Staff",
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
                ("number", models.TextField(unique=True)),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number", ""), _negated=True), name="members_staff_numbered"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until", None), ("until__gte", models.F("since")), _connector="OR"),
                        name="members_staff_for_a_while",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
        migrations.RunSQL(FOLLOWED, UNFOLLOWED),
    ]
