"""Products have several codes, and products and stores are described by files (A14)."""

import django.db.models.deletion
from django.db import migrations, models

CODES_FORWARDS = """
INSERT INTO catalogue_code (product_id, kind, code) SELECT id, 'barcode', barcode FROM catalogue_product
WHERE barcode IS NOT NULL;
GRANT SELECT ON catalogue_code TO huitou_scoped;
"""
CODES_BACKWARDS = """
UPDATE catalogue_product p SET barcode = c.code FROM (
    SELECT product_id, min(code) AS code FROM catalogue_code WHERE kind = 'barcode' AND pieces = 1 GROUP BY 1
) c WHERE c.product_id = p.id;
REVOKE SELECT ON catalogue_code FROM huitou_scoped;
"""


def _text(model: str, name: str) -> migrations.AddField:
    return migrations.AddField(model, name, models.TextField(db_default=""))


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0002_seen_by_everybody")]
    operations = [
        _text("store", "address"),
        _text("store", "region"),
        _text("store", "format"),
        _text("store", "source"),
        migrations.AddField("store", "opened_on", models.DateField(null=True)),
        migrations.AddField("store", "closed_on", models.DateField(null=True)),
        _text("product", "source"),
        migrations.AddField("product", "promotable", models.BooleanField(db_default=True)),
        migrations.CreateModel(
            name="Code",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=8)),
                ("code", models.TextField(unique=True)),
                ("pieces", models.IntegerField(db_default=1)),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalogue.product"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("pieces__gte", 1)), name="catalogue_code_pieces"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["barcode", "plu"])), name="catalogue_code_kind"
                    ),
                ],
            },
        ),
        migrations.RunSQL(CODES_FORWARDS, CODES_BACKWARDS),
        migrations.RemoveField("product", "barcode"),
    ]
