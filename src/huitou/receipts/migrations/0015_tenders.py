"""How sales were paid, and returns paid back."""

import django.db.models.deletion
from django.db import migrations, models

FORWARDS = """
ALTER TABLE receipts_tender ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON receipts_tender USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM receipts_identity i WHERE i.id = receipt_id)
);
"""
BACKWARDS = """
DROP POLICY scope ON receipts_tender;
ALTER TABLE receipts_tender DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("receipts", "0014_followed"),
    ]

    operations = [
        migrations.CreateModel(
            name="Tender",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.SmallIntegerField()),
                ("kind", models.CharField(max_length=20)),
                ("amount_fen", models.BigIntegerField()),
                (
                    "receipt",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="receipts.identity",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("receipt", "place"), name="receipts_tender_once"),
                    models.CheckConstraint(condition=models.Q(("amount_fen__gt", 0)), name="receipts_tender_amount"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["cash", "card", "wechat", "alipay", "other"])),
                        name="receipts_tender_kind",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
