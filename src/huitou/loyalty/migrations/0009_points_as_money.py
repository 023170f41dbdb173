"""What points are worth as a payment, version by version; rows are added and never changed."""

from django.db import migrations, models

import huitou.loyalty.models

FORWARDS = """
ALTER TABLE loyalty_rate ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON loyalty_rate FOR SELECT USING (true);
CREATE POLICY written ON loyalty_rate FOR INSERT WITH CHECK ((SELECT huitou_sees_all()));
GRANT SELECT, INSERT ON loyalty_rate TO huitou_scoped;
CREATE TRIGGER loyalty_rate_never_changes BEFORE UPDATE OR DELETE ON loyalty_rate
    FOR EACH ROW EXECUTE FUNCTION huitou_refuse_change();
"""
BACKWARDS = """
DROP TRIGGER loyalty_rate_never_changes ON loyalty_rate;
REVOKE ALL ON loyalty_rate FROM huitou_scoped;
DROP POLICY written ON loyalty_rate;
DROP POLICY seen ON loyalty_rate;
"""


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0008_merged_members"), ("access", "0002_store_scope")]
    operations = [
        migrations.CreateModel(
            name="Rate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("points", models.BigIntegerField(null=True)),
                ("worth_fen", models.BigIntegerField(null=True)),
                ("least", models.BigIntegerField(null=True)),
                ("step", models.BigIntegerField(null=True)),
                ("share_percent", models.SmallIntegerField(null=True)),
                ("earns", models.BooleanField(db_default=True)),
                ("set_at", models.DateTimeField(db_default=huitou.loyalty.models.ServerTime())),
                ("set_by", models.TextField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("least", None),
                            ("points", None),
                            ("share_percent", None),
                            ("step", None),
                            ("worth_fen", None),
                        )
                        | models.Q(
                            ("least__gt", 0),
                            ("points__gt", 0),
                            ("share_percent__gte", 1),
                            ("share_percent__lte", 100),
                            ("step__gt", 0),
                            ("worth_fen__gt", 0),
                        ),
                        name="loyalty_rate_whole",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
