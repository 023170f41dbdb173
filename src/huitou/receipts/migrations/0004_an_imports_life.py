"""What an import brought besides its receipts, its undo, and the life of refused rows.

An identity still never changes, but for one thing: the undo of the import that brought it gives its name free. What a
till was told is never taken back: a CHECK constraint and the trigger both refuse.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

FORWARDS = """
ALTER TABLE receipts_brought ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON receipts_brought USING (
    (SELECT huitou_sees_all())
);
GRANT SELECT ON receipts_import, receipts_refusal TO huitou_scoped;

CREATE FUNCTION receipts_identity_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.answer IS NULL AND NEW.undone_by_id IS NOT NULL
       AND (OLD.undone_by_id IS NULL OR OLD.undone_by_id = NEW.undone_by_id)
       AND (NEW.store_id IS NULL OR NEW.store_id = OLD.store_id)
       AND (NEW.id, NEW.source, NEW.till, NEW.business_date, NEW.number, NEW.kind, NEW.digest, NEW.recorded_at)
         = (OLD.id, OLD.source, OLD.till, OLD.business_date, OLD.number, OLD.kind, OLD.digest, OLD.recorded_at)
       AND NEW.answer IS NULL THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'identities of receipts never change; an undone import gives its names free'
        USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER receipts_identity_never_changes ON receipts_identity;
CREATE TRIGGER receipts_identity_never_changes BEFORE UPDATE OR DELETE ON receipts_identity
    FOR EACH ROW EXECUTE FUNCTION receipts_identity_changes();
"""

BACKWARDS = """
DROP TRIGGER receipts_identity_never_changes ON receipts_identity;
CREATE TRIGGER receipts_identity_never_changes BEFORE UPDATE OR DELETE ON receipts_identity
    FOR EACH ROW EXECUTE FUNCTION huitou_refuse_change();
DROP FUNCTION receipts_identity_changes();
REVOKE SELECT ON receipts_import, receipts_refusal FROM huitou_scoped;
DROP POLICY scope ON receipts_brought;
ALTER TABLE receipts_brought DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0002_seen_by_everybody"),
        ("receipts", "0003_kind_of_import"),
    ]

    operations = [
        migrations.CreateModel(
            name="Brought",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.CharField(max_length=10)),
                ("firsts", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("lasts", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="identity",
            name="receipts_identity_once",
        ),
        migrations.AddField(
            model_name="identity",
            name="undone_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="receipts.import",
            ),
        ),
        migrations.AddField(
            model_name="import",
            name="mends",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="receipts.import",
            ),
        ),
        migrations.AddField(
            model_name="import",
            name="reading",
            field=models.JSONField(db_default=models.Value({}, models.JSONField())),
        ),
        migrations.AddField(
            model_name="import",
            name="rows_left",
            field=models.BigIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="import",
            name="undo",
            field=models.JSONField(db_default=models.Value({}, models.JSONField())),
        ),
        migrations.AddField(
            model_name="import",
            name="undone_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="import",
            name="undone_by",
            field=models.TextField(db_default=""),
        ),
        migrations.AddField(
            model_name="refusal",
            name="blind_index",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="refusal",
            name="dismissed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="refusal",
            name="dismissed_because",
            field=models.TextField(db_default=""),
        ),
        migrations.AddField(
            model_name="refusal",
            name="dismissed_by",
            field=models.TextField(db_default=""),
        ),
        migrations.AddField(
            model_name="refusal",
            name="mended",
            field=models.JSONField(db_default=models.Value({}, models.JSONField())),
        ),
        migrations.AddField(
            model_name="refusal",
            name="sealed",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="refusal",
            name="taken_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="receipts.import"
            ),
        ),
        migrations.AlterField(
            model_name="identity",
            name="store",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="catalogue.store",
            ),
        ),
        migrations.AddIndex(
            model_name="identity",
            index=models.Index(
                condition=models.Q(("undone_by__isnull", False)), fields=["undone_by"], name="receipts_identity_undone"
            ),
        ),
        migrations.AddConstraint(
            model_name="identity",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_by", None)),
                fields=("store", "business_date", "number", "till", "source", "kind"),
                name="receipts_identity_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="identity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("store__isnull", False), ("undone_by", None)),
                    models.Q(("answer", None), ("undone_by__isnull", False)),
                    _connector="OR",
                ),
                name="receipts_identity_undone_of_files",
            ),
        ),
        migrations.AddConstraint(
            model_name="import",
            constraint=models.CheckConstraint(
                condition=models.Q(("rows_left__gte", 0)), name="receipts_import_rows_left"
            ),
        ),
        migrations.AddConstraint(
            model_name="import",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undone_at", None), ("undone_by", "")),
                    models.Q(("undone_at__isnull", False), models.Q(("undone_by", ""), _negated=True)),
                    _connector="OR",
                ),
                name="receipts_import_undone_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="refusal",
            constraint=models.CheckConstraint(
                condition=models.Q(("taken_by", None), ("dismissed_at", None), _connector="OR"),
                name="receipts_refusal_ends_in_one_way",
            ),
        ),
        migrations.AddField(
            model_name="brought",
            name="batch",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="receipts.import"
            ),
        ),
        migrations.AddConstraint(
            model_name="brought",
            constraint=models.UniqueConstraint(fields=("batch", "what"), name="receipts_brought_once"),
        ),
        migrations.AddConstraint(
            model_name="brought",
            constraint=models.CheckConstraint(
                condition=models.Q(("what__in", ["again", "member", "store", "product", "category"])),
                name="receipts_brought_known",
            ),
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
