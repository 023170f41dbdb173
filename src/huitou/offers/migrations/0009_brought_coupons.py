"""Coupons that offers give with receipts: each once, seen with its receipt, and kept."""

import django.db.models.deletion
from django.db import migrations, models

FORWARDS = """
CREATE FUNCTION offers_brought_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.gone_by_id IS NOT NULL
       OR (NEW.receipt_id, NEW.offer_id, NEW.number, NEW.coupon_id)
           IS DISTINCT FROM (OLD.receipt_id, OLD.offer_id, OLD.number, OLD.coupon_id) THEN
        RAISE EXCEPTION 'that receipt % brought coupon % is kept', OLD.receipt_id, OLD.coupon_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER offers_brought_is_kept BEFORE UPDATE OR DELETE ON offers_brought
    FOR EACH ROW EXECUTE FUNCTION offers_brought_is_kept();
ALTER TABLE offers_brought ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON offers_brought USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM receipts_identity i WHERE i.id = receipt_id)
);
GRANT SELECT ON offers_brought TO huitou_scoped;
"""
BACKWARDS = """
REVOKE ALL ON offers_brought FROM huitou_scoped;
DROP POLICY scope ON offers_brought;
DROP TRIGGER offers_brought_is_kept ON offers_brought;
DROP FUNCTION offers_brought_is_kept();
"""


def _to(model: str, *, null: bool = False) -> models.ForeignKey:
    return models.ForeignKey(
        db_index=False, null=null, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=model
    )


class Migration(migrations.Migration):
    dependencies = [("offers", "0008_benefits"), ("receipts", "0017_paid_with_points")]

    operations = [
        migrations.AddField(model_name="couponbatch", name="offer", field=_to("offers.offer", null=True)),
        migrations.RemoveConstraint(model_name="couponbatch", name="offers_couponbatch_of_some"),
        migrations.AddConstraint(
            model_name="couponbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("issued__gt", 0),
                    ("wanted__gt", 0),
                    models.Q(("issued", 0), ("offer__isnull", False), ("wanted", None)),
                    _connector="OR",
                ),
                name="offers_couponbatch_of_some",
            ),
        ),
        migrations.AddConstraint(
            model_name="couponbatch",
            constraint=models.UniqueConstraint(
                condition=models.Q(("offer__isnull", False)),
                fields=("offer", "kind"),
                name="offers_couponbatch_one_of_an_offer",
            ),
        ),
        migrations.CreateModel(
            name="Brought",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.SmallIntegerField()),
                (
                    "coupon",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="offers.coupon"
                    ),
                ),
                ("gone_by", _to("receipts.identity", null=True)),
                ("offer", _to("offers.offer")),
                ("receipt", _to("receipts.identity")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("receipt", "offer", "number"), name="offers_brought_once"),
                    models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="offers_brought_numbered"),
                ],
            },
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
