"""Kinds of coupons, batches, and single coupons; a personal one is seen with its member."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

FORWARDS = """
ALTER TABLE offers_coupon ENABLE ROW LEVEL SECURITY;
-- A bearer's coupon is nobody's: only who sees the whole chain sees it.
CREATE POLICY scope ON offers_coupon USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM members_member m WHERE m.id = member_id)
);
-- Batches are read by the chain's own programs alone.
ALTER TABLE offers_couponbatch ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON offers_couponkind, offers_coupon TO huitou_scoped;

-- A coupon that was used stays used by the receipt that used it, until a return gives it back (C1, C8).
CREATE FUNCTION offers_coupon_is_one() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.code, NEW.batch_id) IS DISTINCT FROM (OLD.code, OLD.batch_id)
       OR OLD.receipt_id IS NOT NULL AND NEW.receipt_id IS NOT NULL AND NEW.receipt_id <> OLD.receipt_id THEN
        RAISE EXCEPTION 'coupon % is one, and was used once', OLD.code USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER offers_coupon_used_once BEFORE UPDATE ON offers_coupon
    FOR EACH ROW EXECUTE FUNCTION offers_coupon_is_one();
"""

BACKWARDS = """
DROP TRIGGER offers_coupon_used_once ON offers_coupon;
DROP FUNCTION offers_coupon_is_one();
REVOKE SELECT ON offers_couponkind, offers_coupon FROM huitou_scoped;
DROP POLICY scope ON offers_coupon;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("members", "0004_tier"),
        ("receipts", "0003_kind_of_import"),
    ]

    operations = [
        migrations.CreateModel(
            name="CouponKind",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.TextField(unique=True)),
                ("title", models.TextField()),
                ("terms", models.TextField(db_default="")),
                ("worth_fen", models.BigIntegerField(null=True)),
                ("threshold_fen", models.BigIntegerField(null=True)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("code", ""), _negated=True), models.Q(("title", ""), _negated=True)
                        ),
                        name="offers_couponkind_named",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("worth_fen", None), ("worth_fen__gt", 0), _connector="OR"),
                            models.Q(("threshold_fen", None), ("threshold_fen__gte", 0), _connector="OR"),
                        ),
                        name="offers_couponkind_amounts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CouponBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("issued", models.IntegerField()),
                ("source", models.TextField()),
                ("actor", models.TextField()),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "import_batch",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="receipts.import"
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="offers.couponkind"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Coupon",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.TextField(unique=True)),
                ("state", models.CharField(db_default="live", max_length=8)),
                ("starts", models.DateField(null=True)),
                ("ends", models.DateField(null=True)),
                ("changed_on", models.DateField()),
                ("brought", models.BooleanField(db_default=False)),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                    ),
                ),
                (
                    "receipt",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="receipts.identity",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="offers.couponbatch"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("member__isnull", False)),
                        fields=["member", "state"],
                        name="offers_coupon_of_member",
                    ),
                    models.Index(
                        condition=models.Q(("receipt__isnull", False)),
                        fields=["receipt"],
                        name="offers_coupon_of_receipt",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("code", ""), _negated=True), name="offers_coupon_named"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["live", "held", "used", "expired", "void"])),
                        name="offers_coupon_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "used"),
                                models.Q(("receipt__isnull", False), ("brought", True), _connector="OR"),
                            ),
                            ("receipt", None),
                            _connector="OR",
                        ),
                        name="offers_coupon_used_by_a_receipt",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("starts", None), ("ends", None), ("ends__gte", models.F("starts")), _connector="OR"
                        ),
                        name="offers_coupon_ends_after_it_began",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="couponbatch",
            constraint=models.CheckConstraint(condition=models.Q(("issued__gt", 0)), name="offers_couponbatch_of_some"),
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
