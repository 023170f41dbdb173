"""What an offer may give to a member in a month, and what it has given."""

import django.db.models.deletion
from django.db import migrations, models

# Seen with the member.
FORWARDS = """
ALTER TABLE offers_quota ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON offers_quota USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM members_member m WHERE m.id = member_id)
);
GRANT SELECT ON offers_quota TO huitou_scoped;
ALTER TABLE offers_quota SET (fillfactor = 80);
"""
BACKWARDS = """
REVOKE SELECT ON offers_quota FROM huitou_scoped;
DROP POLICY scope ON offers_quota;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0018_staff"),
        ("offers", "0004_coupons_at_the_till"),
    ]

    operations = [
        migrations.AddField(
            model_name="offerversion",
            name="per_member_month_fen",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddConstraint(
            model_name="offerversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("per_member_month_fen", None), ("per_member_month_fen__gt", 0), _connector="OR"),
                name="offers_offerversion_quota",
            ),
        ),
        migrations.CreateModel(
            name="Quota",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "offer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="offers.offer",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                    ),
                ),
                ("month", models.DateField()),
                ("fen", models.BigIntegerField(db_default=0)),
                ("most_fen", models.BigIntegerField()),
                ("honoured_fen", models.BigIntegerField(db_default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("member", "offer", "month"), name="offers_quota_one"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("fen__gte", 0), ("honoured_fen__gte", 0), ("fen__lte", models.F("most_fen"))
                        ),
                        name="offers_quota_within",
                    ),
                    models.CheckConstraint(condition=models.Q(("month__day", 1)), name="offers_quota_of_a_month"),
                ],
            },
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
