"""A member is seen by the people of their home store; what hangs on a member is seen with them."""

from django.db import migrations

FORWARDS = """
ALTER TABLE members_member ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON members_member USING (
    (SELECT huitou_sees_all()) OR home_store_id = ANY ((SELECT huitou_stores())::integer[])
);
ALTER TABLE members_identity ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON members_identity USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM members_member m WHERE m.id = member_id)
);
ALTER TABLE members_facts ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON members_facts USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM members_member m WHERE m.id = member_id)
);
GRANT SELECT ON members_member, members_identity, members_facts TO huitou_scoped;
"""

BACKWARDS = """
REVOKE SELECT ON members_member, members_identity, members_facts FROM huitou_scoped;
DROP POLICY scope ON members_member;
ALTER TABLE members_member DISABLE ROW LEVEL SECURITY;
DROP POLICY scope ON members_identity;
ALTER TABLE members_identity DISABLE ROW LEVEL SECURITY;
DROP POLICY scope ON members_facts;
ALTER TABLE members_facts DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0001_initial"), ("access", "0002_store_scope")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
