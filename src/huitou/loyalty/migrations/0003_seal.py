"""Sealed blocks of the ledger: written by the sealer alone, and never changed."""

import django.db.models.deletion
from django.db import migrations, models

import huitou.loyalty.models

FORWARDS = """
ALTER TABLE loyalty_block ENABLE ROW LEVEL SECURITY;
ALTER TABLE loyalty_sealed ENABLE ROW LEVEL SECURITY;
CREATE TRIGGER loyalty_block_never_changes BEFORE UPDATE OR DELETE ON loyalty_block
    FOR EACH ROW EXECUTE FUNCTION huitou_refuse_change();
CREATE TRIGGER loyalty_sealed_never_changes BEFORE UPDATE OR DELETE ON loyalty_sealed
    FOR EACH ROW EXECUTE FUNCTION huitou_refuse_change();
CREATE TRIGGER loyalty_block_stays BEFORE TRUNCATE ON loyalty_block
    FOR EACH STATEMENT EXECUTE FUNCTION huitou_refuse_change();
CREATE TRIGGER loyalty_sealed_stays BEFORE TRUNCATE ON loyalty_sealed
    FOR EACH STATEMENT EXECUTE FUNCTION huitou_refuse_change();
REVOKE UPDATE, DELETE ON loyalty_sealed FROM CURRENT_USER;
"""

BACKWARDS = """
GRANT UPDATE, DELETE ON loyalty_sealed TO CURRENT_USER;
DROP TRIGGER loyalty_sealed_stays ON loyalty_sealed;
DROP TRIGGER loyalty_block_stays ON loyalty_block;
DROP TRIGGER loyalty_sealed_never_changes ON loyalty_sealed;
DROP TRIGGER loyalty_block_never_changes ON loyalty_block;
ALTER TABLE loyalty_sealed DISABLE ROW LEVEL SECURITY;
ALTER TABLE loyalty_block DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0002_store_scope")]
    operations = [
        migrations.CreateModel(
            name="Block",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("store_id", models.IntegerField(null=True)),
                ("number", models.BigIntegerField()),
                ("previous", models.BinaryField()),
                ("seal", models.BinaryField()),
                ("sealed_at", models.DateTimeField(db_default=huitou.loyalty.models.ServerTime())),
            ],
        ),
        migrations.CreateModel(
            name="Sealed",
            fields=[
                (
                    "transaction",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="loyalty.transaction",
                    ),
                ),
                ("leaves", models.BinaryField()),
                (
                    "block",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="loyalty.block"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="block",
            constraint=models.UniqueConstraint(
                fields=("store_id", "number"), name="loyalty_block_number_once", nulls_distinct=False
            ),
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
