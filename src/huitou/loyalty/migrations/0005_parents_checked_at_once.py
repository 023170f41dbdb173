"""What a posting names is looked for once a statement, and not by a foreign key once a row (ADR 19)."""

import django.db.models.deletion
from django.db import migrations, models

# A subquery a row: whatever was planned for one row finds each of a million by its index, too.
_FUNCTION = """
CREATE FUNCTION {table}_names_what_is_there() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    missing text;
BEGIN
    SELECT {shown} INTO missing FROM fresh f WHERE {lacks} LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '{table} names what is not there: %', missing USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER {table}_names_what_is_there AFTER INSERT ON {table}
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION {table}_names_what_is_there();
"""
_NAMES = {
    "loyalty_transaction": {"corrects_id": "loyalty_transaction"},
    "loyalty_lot": {"transaction_id": "loyalty_transaction"},
    "loyalty_entry": {"transaction_id": "loyalty_transaction", "lot_id": "loyalty_lot"},
    "loyalty_sealed": {"transaction_id": "loyalty_transaction", "block_id": "loyalty_block"},
}


def _made(table: str, names: dict[str, str]) -> str:
    shown = "concat_ws(', ', " + ", ".join(f"'{column} ' || f.{column}" for column in names) + ")"
    lacks = " OR ".join(
        f"(f.{column} IS NOT NULL AND (SELECT p.id FROM {parent} p WHERE p.id = f.{column}) IS NULL)"
        for column, parent in names.items()
    )
    return _FUNCTION.format(table=table, shown=shown, lacks=lacks)


# The others that are named never change and never go (0002, 0003).
_LOTS_STAY = """
CREATE TRIGGER loyalty_lot_kept BEFORE DELETE ON loyalty_lot
    FOR EACH ROW EXECUTE FUNCTION huitou_refuse_change();
CREATE TRIGGER loyalty_lot_keeps_its_names BEFORE UPDATE OF id, transaction_id ON loyalty_lot
    FOR EACH ROW EXECUTE FUNCTION huitou_refuse_change();
"""
FORWARDS = "".join(_made(table, names) for table, names in _NAMES.items()) + _LOTS_STAY
BACKWARDS = (
    "DROP TRIGGER loyalty_lot_keeps_its_names ON loyalty_lot; DROP TRIGGER loyalty_lot_kept ON loyalty_lot;"
    + "".join(
        f"DROP TRIGGER {table}_names_what_is_there ON {table}; DROP FUNCTION {table}_names_what_is_there();"
        for table in _NAMES
    )
)


def _unchecked(model: str, name: str, to: str, *, one: bool = False, **more: object) -> migrations.AlterField:
    kind = models.OneToOneField if one else models.ForeignKey
    field = kind(to, django.db.models.deletion.PROTECT, related_name="+", db_constraint=False, **more)
    return migrations.AlterField(model, name, field)


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0004_opening")]
    operations = [
        _unchecked("transaction", "corrects", "loyalty.transaction", null=True, db_index=False),
        _unchecked("lot", "transaction", "loyalty.transaction"),
        _unchecked("entry", "transaction", "loyalty.transaction"),
        _unchecked("entry", "lot", "loyalty.lot", null=True),
        _unchecked("sealed", "transaction", "loyalty.transaction", one=True, primary_key=True, serialize=False),
        _unchecked("sealed", "block", "loyalty.block"),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
