"""A file on its way in may name members and stores of the whole chain, so only who sees the chain sees it."""

from django.db import migrations

FORWARDS = """
ALTER TABLE uploads_upload ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON uploads_upload USING ((SELECT huitou_sees_all()));
GRANT SELECT, INSERT, UPDATE, DELETE ON uploads_upload TO huitou_scoped;
"""

BACKWARDS = """
REVOKE ALL ON uploads_upload FROM huitou_scoped;
DROP POLICY scope ON uploads_upload;
ALTER TABLE uploads_upload DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("uploads", "0001_initial"), ("access", "0002_store_scope")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
