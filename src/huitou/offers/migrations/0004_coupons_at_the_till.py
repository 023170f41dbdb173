"""Coupons at the till: whose they are, how long they are good, who holds and who used them; and how receipts were priced."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

FORWARDS = """
-- A coupon goes from state to state by these ways alone: what was used comes back by a return, what is void stays void.
CREATE OR REPLACE FUNCTION offers_coupon_is_one() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.code, NEW.batch_id) IS DISTINCT FROM (OLD.code, OLD.batch_id)
       OR OLD.receipt_id IS NOT NULL AND NEW.receipt_id IS NOT NULL AND NEW.receipt_id <> OLD.receipt_id THEN
        RAISE EXCEPTION 'coupon % is one, and was used once', OLD.code USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state AND (
           OLD.state = 'void'
           OR OLD.state = 'used' AND NEW.state NOT IN ('live', 'expired')
           OR OLD.state = 'expired' AND NEW.state <> 'used') THEN
        RAISE EXCEPTION 'coupon % is %, and cannot be % now', OLD.code, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

-- A use is given back once, and stays (C8).
CREATE FUNCTION offers_use_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.given_back_by_id IS NOT NULL
       OR (NEW.coupon_id, NEW.receipt_id, NEW.was) IS DISTINCT FROM (OLD.coupon_id, OLD.receipt_id, OLD.was) THEN
        RAISE EXCEPTION 'the use of coupon % is kept', OLD.coupon_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER offers_couponuse_is_kept BEFORE UPDATE OR DELETE ON offers_couponuse
    FOR EACH ROW EXECUTE FUNCTION offers_use_is_kept();
CREATE TRIGGER offers_settled_never_changes BEFORE UPDATE OR DELETE ON offers_settled
    FOR EACH ROW EXECUTE FUNCTION huitou_refuse_change();

-- Seen with the receipt; who gets what while a batch is issued is read by the chain's own programs alone.
ALTER TABLE offers_couponuse ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON offers_couponuse USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM receipts_identity i WHERE i.id = receipt_id)
);
ALTER TABLE offers_settled ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON offers_settled USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM receipts_identity i WHERE i.id = receipt_id)
);
ALTER TABLE offers_grant ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON offers_grant USING ((SELECT huitou_sees_all()));
GRANT SELECT ON offers_couponuse, offers_settled TO huitou_scoped;
GRANT INSERT ON offers_couponkind, offers_couponbatch, offers_grant TO huitou_scoped;
GRANT UPDATE (state, changed_on, hold_key, held_until) ON offers_coupon TO huitou_scoped;
ALTER TABLE offers_coupon SET (fillfactor = 80);
"""

BACKWARDS = """
REVOKE SELECT ON offers_couponuse, offers_settled FROM huitou_scoped;
REVOKE INSERT ON offers_couponkind, offers_couponbatch, offers_grant FROM huitou_scoped;
REVOKE UPDATE (state, changed_on, hold_key, held_until) ON offers_coupon FROM huitou_scoped;
DROP TRIGGER offers_settled_never_changes ON offers_settled;
DROP TRIGGER offers_couponuse_is_kept ON offers_couponuse;
DROP FUNCTION offers_use_is_kept();
CREATE OR REPLACE FUNCTION offers_coupon_is_one() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.code, NEW.batch_id) IS DISTINCT FROM (OLD.code, OLD.batch_id)
       OR OLD.receipt_id IS NOT NULL AND NEW.receipt_id IS NOT NULL AND NEW.receipt_id <> OLD.receipt_id THEN
        RAISE EXCEPTION 'coupon % is one, and was used once', OLD.code USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0010_beginnings"),
        ("offers", "0003_offers_and_programmes"),
        ("receipts", "0010_found_by_number"),
    ]

    operations = [
        migrations.CreateModel(
            name="CouponUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("used_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("was", models.CharField(db_default="live", max_length=8)),
            ],
        ),
        migrations.CreateModel(
            name="Grant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Settled",
            fields=[
                (
                    "receipt",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="receipts.identity",
                    ),
                ),
                ("business_date", models.DateField()),
                ("reckoned_fen", models.BigIntegerField()),
                ("claimed_fen", models.BigIntegerField()),
                ("takings", models.JSONField()),
                ("applied", models.JSONField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="coupon",
            name="offers_coupon_used_by_a_receipt",
        ),
        migrations.RemoveConstraint(
            model_name="couponbatch",
            name="offers_couponbatch_of_some",
        ),
        migrations.AddField(
            model_name="coupon",
            name="held_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="coupon",
            name="hold_key",
            field=models.TextField(null=True),
        ),
        migrations.AddField(
            model_name="couponbatch",
            name="ends",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="couponbatch",
            name="name",
            field=models.TextField(null=True, unique=True),
        ),
        migrations.AddField(
            model_name="couponbatch",
            name="seed",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="couponbatch",
            name="starts",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="couponbatch",
            name="wanted",
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name="couponkind",
            name="made_by",
            field=models.TextField(db_default=""),
        ),
        migrations.AddField(
            model_name="couponkind",
            name="personal",
            field=models.BooleanField(db_default=False),
        ),
        migrations.AddField(
            model_name="couponkind",
            name="store_ids",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), db_default=[], size=None),
        ),
        migrations.AddField(
            model_name="couponkind",
            name="transferable",
            field=models.BooleanField(db_default=False),
        ),
        migrations.AddField(
            model_name="couponkind",
            name="valid_days",
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name="couponkind",
            name="valid_from",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="couponkind",
            name="valid_until",
            field=models.DateField(null=True),
        ),
        migrations.AddIndex(
            model_name="coupon",
            index=models.Index(
                condition=models.Q(("hold_key__isnull", False)), fields=["hold_key"], name="offers_coupon_of_hold"
            ),
        ),
        migrations.AddIndex(
            model_name="coupon",
            index=models.Index(
                condition=models.Q(("ends__isnull", False), ("state__in", ["live", "held"])),
                fields=["ends"],
                name="offers_coupon_ends",
            ),
        ),
        migrations.AddConstraint(
            model_name="coupon",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("held_until__isnull", False), ("hold_key__isnull", False), ("state", "held")),
                    models.Q(models.Q(("state", "held"), _negated=True), ("held_until", None), ("hold_key", None)),
                    _connector="OR",
                ),
                name="offers_coupon_held_by_a_basket",
            ),
        ),
        migrations.AddConstraint(
            model_name="coupon",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state", "used"), models.Q(("receipt__isnull", False), ("brought", True), _connector="OR")
                    ),
                    models.Q(models.Q(("state", "used"), _negated=True), ("receipt", None)),
                    _connector="OR",
                ),
                name="offers_coupon_used_by_a_receipt",
            ),
        ),
        migrations.AddConstraint(
            model_name="couponbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(("issued__gt", 0), ("wanted__gt", 0), _connector="OR"),
                name="offers_couponbatch_of_some",
            ),
        ),
        migrations.AddConstraint(
            model_name="couponbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("issued__gte", 0), models.Q(("wanted", None), ("issued__lte", models.F("wanted")), _connector="OR")
                ),
                name="offers_couponbatch_no_more_than_wanted",
            ),
        ),
        migrations.AddConstraint(
            model_name="couponbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(("seed", None), ("wanted__gt", models.F("issued")), _connector="OR"),
                name="offers_couponbatch_seed_until_issued",
            ),
        ),
        migrations.AddConstraint(
            model_name="couponkind",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("valid_days", None),
                        models.Q(("valid_days__gt", 0), ("valid_from", None), ("valid_until", None)),
                        _connector="OR",
                    ),
                    models.Q(
                        ("valid_from", None),
                        ("valid_until", None),
                        ("valid_until__gte", models.F("valid_from")),
                        _connector="OR",
                    ),
                ),
                name="offers_couponkind_valid_one_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="couponkind",
            constraint=models.CheckConstraint(
                condition=models.Q(("transferable", False), ("personal", True), _connector="OR"),
                name="offers_couponkind_transferable_is_personal",
            ),
        ),
        migrations.AddField(
            model_name="couponuse",
            name="coupon",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="offers.coupon"
            ),
        ),
        migrations.AddField(
            model_name="couponuse",
            name="given_back_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="receipts.identity",
            ),
        ),
        migrations.AddField(
            model_name="couponuse",
            name="receipt",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="receipts.identity"
            ),
        ),
        migrations.AddField(
            model_name="grant",
            name="batch",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="offers.couponbatch"
            ),
        ),
        migrations.AddField(
            model_name="grant",
            name="member",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="members.member"
            ),
        ),
        migrations.AddField(
            model_name="settled",
            name="programme",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="offers.programme",
            ),
        ),
        migrations.AddConstraint(
            model_name="couponuse",
            constraint=models.UniqueConstraint(fields=("receipt", "coupon"), name="offers_couponuse_once_a_receipt"),
        ),
        migrations.AddConstraint(
            model_name="couponuse",
            constraint=models.UniqueConstraint(
                condition=models.Q(("given_back_by", None)), fields=("coupon",), name="offers_couponuse_one_at_a_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.UniqueConstraint(fields=("batch", "number"), name="offers_grant_one"),
        ),
        migrations.AddIndex(
            model_name="settled",
            index=models.Index(fields=["business_date"], name="offers_settled_on"),
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
