"""What comes from an old programme: balances opened by postings, tiers as entries, and the totals that were signed."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

import huitou.loyalty.models

FORWARDS = """
ALTER TABLE loyalty_opening ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON loyalty_opening USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM loyalty_account a WHERE a.id = account_id)
);
ALTER TABLE loyalty_tierentry ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON loyalty_tierentry USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM members_member m WHERE m.id = member_id)
);
ALTER TABLE loyalty_reconciliation ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON loyalty_opening, loyalty_tierentry TO huitou_scoped;

-- What an entry says stays. It may get an end, be taken back, or be struck with the import that brought it.
CREATE FUNCTION loyalty_tier_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.member_id, NEW.tier, NEW.since, NEW.rule, NEW.rule_version, NEW.source, NEW.batch_id)
       IS DISTINCT FROM (OLD.member_id, OLD.tier, OLD.since, OLD.rule, OLD.rule_version, OLD.source, OLD.batch_id)
       OR OLD.undone_at IS NOT NULL THEN
        RAISE EXCEPTION 'a tier that a member had stays; write a new entry' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER loyalty_tierentry_stays BEFORE UPDATE ON loyalty_tierentry
    FOR EACH ROW EXECUTE FUNCTION loyalty_tier_stays();
CREATE TRIGGER loyalty_tierentry_kept BEFORE DELETE ON loyalty_tierentry
    FOR EACH ROW EXECUTE FUNCTION huitou_refuse_change();

-- What somebody signed is what they saw.
CREATE FUNCTION loyalty_signed_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.signed_at IS NOT NULL
       OR (NEW.source, NEW.first_day, NEW.made_at, NEW.actor, NEW.report, NEW.differences)
          IS DISTINCT FROM (OLD.source, OLD.first_day, OLD.made_at, OLD.actor, OLD.report, OLD.differences) THEN
        RAISE EXCEPTION 'a reconciliation is signed once, and changes in no other way'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER loyalty_reconciliation_stays BEFORE UPDATE ON loyalty_reconciliation
    FOR EACH ROW EXECUTE FUNCTION loyalty_signed_stays();
CREATE TRIGGER loyalty_reconciliation_kept BEFORE DELETE ON loyalty_reconciliation
    FOR EACH ROW EXECUTE FUNCTION huitou_refuse_change();
"""

BACKWARDS = """
DROP TRIGGER loyalty_reconciliation_kept ON loyalty_reconciliation;
DROP TRIGGER loyalty_reconciliation_stays ON loyalty_reconciliation;
DROP FUNCTION loyalty_signed_stays();
DROP TRIGGER loyalty_tierentry_kept ON loyalty_tierentry;
DROP TRIGGER loyalty_tierentry_stays ON loyalty_tierentry;
DROP FUNCTION loyalty_tier_stays();
REVOKE SELECT ON loyalty_opening, loyalty_tierentry FROM huitou_scoped;
DROP POLICY scope ON loyalty_tierentry;
DROP POLICY scope ON loyalty_opening;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("loyalty", "0003_seal"),
        ("members", "0004_tier"),
        ("receipts", "0003_kind_of_import"),
    ]

    operations = [
        BtreeGistExtension(),
        migrations.AlterField(
            model_name="debt",
            name="lot",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="loyalty.lot"
            ),
        ),
        migrations.CreateModel(
            name="Reconciliation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.TextField()),
                ("first_day", models.DateField()),
                ("made_at", models.DateTimeField(db_default=huitou.loyalty.models.ServerTime())),
                ("actor", models.TextField()),
                ("report", models.JSONField()),
                ("differences", models.IntegerField()),
                ("signed_by", models.TextField(null=True)),
                ("signed_at", models.DateTimeField(null=True)),
                ("note", models.TextField(db_default="")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("signed_at", None), ("signed_by", None)),
                            models.Q(("signed_at__isnull", False), ("signed_by__gt", "")),
                            _connector="OR",
                        ),
                        name="loyalty_reconciliation_signed_whole",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Opening",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.TextField()),
                ("first_day", models.DateField()),
                ("balance", models.BigIntegerField()),
                ("before", models.BigIntegerField(db_default=0)),
                ("digest", models.TextField()),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.account",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="receipts.import"
                    ),
                ),
                (
                    "transaction",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.transaction",
                    ),
                ),
                (
                    "undone_by",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="loyalty.transaction",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("undone_at", None)), fields=["first_day"], name="loyalty_opening_first_day"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at", None)),
                        fields=("account", "source"),
                        name="loyalty_opening_stands_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("undone_by", None), ("undone_at__isnull", False), _connector="OR"),
                        name="loyalty_opening_undone_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TierEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tier", models.TextField()),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                ("rule", models.TextField()),
                ("rule_version", models.IntegerField()),
                ("source", models.TextField()),
                ("actor", models.TextField()),
                ("noted_at", models.DateTimeField(db_default=huitou.loyalty.models.ServerTime())),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "batch",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="receipts.import"
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
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until", None), ("until__gte", models.F("since")), _connector="OR"),
                        name="loyalty_tierentry_ends_after_it_began",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("tier", ""), _negated=True), models.Q(("rule", ""), _negated=True)
                        ),
                        name="loyalty_tierentry_named",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("undone_at", None)),
                        expressions=[
                            ("member", "="),
                            (
                                models.Func(
                                    models.F("since"),
                                    models.F("until"),
                                    models.Value("[]"),
                                    function="daterange",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="loyalty_tierentry_one_a_day",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
