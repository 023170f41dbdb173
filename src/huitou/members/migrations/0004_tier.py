"""The tier that loyalty wrote down about a member; seen with the member."""

import django.db.models.deletion
from django.db import migrations, models

FORWARDS = """
ALTER TABLE members_tier ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON members_tier USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM members_member m WHERE m.id = member_id)
);
GRANT SELECT ON members_tier TO huitou_scoped;
"""

BACKWARDS = """
REVOKE SELECT ON members_tier FROM huitou_scoped;
DROP POLICY scope ON members_tier;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0003_till"),
    ]

    operations = [
        migrations.CreateModel(
            name="Tier",
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
                ("tier", models.TextField()),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
            ],
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
