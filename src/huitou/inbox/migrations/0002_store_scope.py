"""Files of the whole chain: who sees the chain may ask for their import, see how far it is, and have it cancelled."""

from django.db import migrations

TABLES = ("inbox_job", "inbox_mapping", "inbox_drop", "inbox_dropfile")

FORWARDS = "".join(
    f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;\n"
    f"CREATE POLICY scope ON {table} USING ((SELECT huitou_sees_all()));\n"
    for table in TABLES
) + (
    "GRANT SELECT, INSERT, UPDATE ON inbox_job TO huitou_scoped;\n"
    "GRANT SELECT, INSERT, UPDATE, DELETE ON inbox_mapping TO huitou_scoped;\n"
    "GRANT SELECT ON inbox_drop, inbox_dropfile TO huitou_scoped;\n"
)

BACKWARDS = "REVOKE ALL ON inbox_job, inbox_mapping, inbox_drop, inbox_dropfile FROM huitou_scoped;\n" + "".join(
    f"DROP POLICY scope ON {table};\nALTER TABLE {table} DISABLE ROW LEVEL SECURITY;\n" for table in TABLES
)


class Migration(migrations.Migration):
    dependencies = [("inbox", "0001_initial"), ("access", "0002_store_scope")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
