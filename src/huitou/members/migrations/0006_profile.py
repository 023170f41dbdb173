"""What members tell about themselves. A profile is seen with its member."""

import django.db.models.deletion
from django.db import migrations, models

FORWARDS = """
ALTER TABLE members_profile ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON members_profile USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM members_member m WHERE m.id = member_id)
);
GRANT SELECT ON members_profile TO huitou_scoped;
"""
BACKWARDS = """
REVOKE SELECT ON members_profile FROM huitou_scoped;
DROP POLICY scope ON members_profile;
ALTER TABLE members_profile DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0005_preferences"),
    ]

    operations = [
        migrations.CreateModel(
            name="Profile",
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
                ("sex", models.CharField(db_default="", max_length=6)),
                ("birthday_month_day", models.SmallIntegerField(null=True)),
                ("household_size", models.SmallIntegerField(null=True)),
                ("email_sealed", models.BinaryField(null=True)),
                ("email_index", models.BinaryField(null=True)),
                ("address_sealed", models.BinaryField(null=True)),
                ("address_index", models.BinaryField(null=True)),
                ("preferences", models.JSONField(db_default=models.Value({}, models.JSONField()))),
                ("consents_noted", models.JSONField(db_default=models.Value({}, models.JSONField()))),
                ("source", models.TextField(db_default="")),
                ("told_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("birthday_month_day__isnull", False)),
                        fields=["birthday_month_day"],
                        name="members_profile_birthday",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sex__in", ["", "male", "female"])), name="members_profile_sex"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("email_sealed", None), ("email_index", None)),
                            models.Q(
                                models.Q(("email_sealed", None), _negated=True),
                                models.Q(("email_index", None), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="members_profile_email_sealed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("address_sealed", None), ("address_index", None)),
                            models.Q(
                                models.Q(("address_sealed", None), _negated=True),
                                models.Q(("address_index", None), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="members_profile_address_sealed",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
