"""What was told of a claim, for ever; and what a person found about a conflict, which the people of its store write."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Now

FORWARDS = """
ALTER TABLE receipts_claim ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON receipts_claim USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM receipts_identity i WHERE i.id = receipt_id)
);
CREATE TRIGGER receipts_claim_never_changes BEFORE UPDATE OR DELETE ON receipts_claim
    FOR EACH ROW EXECUTE FUNCTION huitou_refuse_change();
CREATE FUNCTION receipts_settle_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a conflict is settled and never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.resolved_at IS NOT NULL THEN
        RAISE EXCEPTION 'conflict % was settled by %', OLD.id, OLD.resolved_by USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER receipts_conflict_settled_once BEFORE UPDATE OR DELETE ON receipts_conflict
    FOR EACH ROW EXECUTE FUNCTION receipts_settle_once();
GRANT UPDATE (resolved_at, resolved_by, resolved_note) ON receipts_conflict TO huitou_scoped;
"""

BACKWARDS = """
REVOKE UPDATE (resolved_at, resolved_by, resolved_note) ON receipts_conflict FROM huitou_scoped;
DROP TRIGGER receipts_conflict_settled_once ON receipts_conflict;
DROP FUNCTION receipts_settle_once();
DROP TRIGGER receipts_claim_never_changes ON receipts_claim;
DROP POLICY scope ON receipts_claim;
ALTER TABLE receipts_claim DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0003_till"),
        ("receipts", "0004_an_imports_life"),
    ]

    operations = [
        migrations.AddField(
            model_name="conflict",
            name="resolved_note",
            field=models.TextField(db_default=""),
        ),
        migrations.CreateModel(
            name="Claim",
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
                ("source", models.TextField()),
                ("digest", models.TextField()),
                ("answer", models.TextField()),
                ("claimed_at", models.DateTimeField(db_default=Now())),
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
