"""What a member did in a store is seen by its people; what names no store, by those who see the chain."""

from django.db import migrations

FORWARDS = """
DROP POLICY scope ON members_event;
CREATE POLICY scope ON members_event USING (
    (SELECT huitou_sees_all()) OR store_id = ANY ((SELECT huitou_stores())::integer[])
);
GRANT SELECT ON members_event TO huitou_scoped;
"""
BACKWARDS = """
REVOKE SELECT ON members_event FROM huitou_scoped;
DROP POLICY scope ON members_event;
CREATE POLICY scope ON members_event USING ((SELECT huitou_sees_all()));
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0006_profile"), ("access", "0002_store_scope")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
