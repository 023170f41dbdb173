"""How often limited offers were used is read on the test bench: of a member by whoever sees them, of a store by its own
people."""

from django.db import migrations

FORWARDS = """
DROP POLICY scope ON offers_limitedtally;
CREATE POLICY scope ON offers_limitedtally USING (
    (SELECT huitou_sees_all())
    OR store_id = ANY ((SELECT huitou_stores())::integer[])
    OR EXISTS (SELECT FROM members_member m WHERE m.id = member_id)
);
GRANT SELECT ON offers_limitedtally TO huitou_scoped;
"""
BACKWARDS = """
REVOKE SELECT ON offers_limitedtally FROM huitou_scoped;
DROP POLICY scope ON offers_limitedtally;
CREATE POLICY scope ON offers_limitedtally USING ((SELECT huitou_sees_all()));
"""


class Migration(migrations.Migration):
    dependencies = [("offers", "0006_labels")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
