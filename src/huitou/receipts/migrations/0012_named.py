"""Under whose identity a receipt was recorded, where members became one since."""

import django.db.models.deletion
from django.db import migrations, models

FORWARDS = """
ALTER TABLE receipts_named ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON receipts_named USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM receipts_identity i WHERE i.id = receipt_id)
);
GRANT SELECT ON receipts_named TO huitou_scoped;
"""
BACKWARDS = """
REVOKE SELECT ON receipts_named FROM huitou_scoped;
DROP POLICY scope ON receipts_named;
ALTER TABLE receipts_named DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0013_merges"), ("receipts", "0011_owners_of_refused_rows")]
    operations = [
        migrations.CreateModel(
            name="Named",
            fields=[
                (
                    "receipt",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="receipts.identity",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.member"
                    ),
                ),
            ],
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
