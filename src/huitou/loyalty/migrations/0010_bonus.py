"""Points that offers brought, by offer and line, beside the posting of what the sale earned; never changed."""

import django.db.models.deletion
from django.db import migrations, models

FORWARDS = """
ALTER TABLE loyalty_bonus ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON loyalty_bonus USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM loyalty_transaction t WHERE t.id = transaction_id)
);
GRANT SELECT ON loyalty_bonus TO huitou_scoped;
CREATE TRIGGER loyalty_bonus_never_changes BEFORE UPDATE OR DELETE ON loyalty_bonus
    FOR EACH ROW EXECUTE FUNCTION huitou_refuse_change();
CREATE TRIGGER loyalty_bonus_stays BEFORE TRUNCATE ON loyalty_bonus
    FOR EACH STATEMENT EXECUTE FUNCTION huitou_refuse_change();
"""
BACKWARDS = """
DROP TRIGGER loyalty_bonus_stays ON loyalty_bonus;
DROP TRIGGER loyalty_bonus_never_changes ON loyalty_bonus;
REVOKE ALL ON loyalty_bonus FROM huitou_scoped;
DROP POLICY scope ON loyalty_bonus;
"""


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0009_points_as_money"), ("access", "0002_store_scope")]
    operations = [
        migrations.CreateModel(
            name="Bonus",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("offer", models.TextField()),
                ("line", models.IntegerField()),
                ("points", models.BigIntegerField()),
                (
                    "transaction",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.transaction",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("transaction", "offer", "line"), name="loyalty_bonus_once"),
                    models.CheckConstraint(
                        condition=models.Q(("points__gt", 0), models.Q(("offer", ""), _negated=True)),
                        name="loyalty_bonus_of_points",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
