"""The keys of postings are found by one index: the second that Django adds, for LIKE, was asked by nobody."""

from django.db import migrations, models

# Its name ends in a digest of Django's.
_DROP = """
DO $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = 'loyalty_transaction'::regclass
                AND indexrelid::regclass::text LIKE 'loyalty_transaction_key_%_like'
    LOOP
        EXECUTE 'DROP INDEX ' || name;
    END LOOP;
END $$;
"""
_MAKE = "CREATE INDEX loyalty_transaction_key_f18d8e5e_like ON loyalty_transaction (key text_pattern_ops);"


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0006_reconciled_on_a_page")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(_DROP, _MAKE)],
            state_operations=[
                migrations.AlterField("transaction", "key", models.TextField()),
                migrations.AddConstraint(
                    "transaction",
                    models.UniqueConstraint(fields=["key"], name="loyalty_transaction_key_key"),
                ),
            ],
        ),
    ]
