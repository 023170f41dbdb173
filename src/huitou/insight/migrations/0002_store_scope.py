"""A KPI of a store is seen by its people; that of the chain by those who see the chain."""

from django.db import migrations

FORWARDS = """
ALTER TABLE insight_kpivalue ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON insight_kpivalue USING (
    (SELECT huitou_sees_all()) OR store_id = ANY ((SELECT huitou_stores())::integer[])
);
GRANT SELECT ON insight_kpivalue, insight_refresh TO huitou_scoped;
"""

BACKWARDS = """
REVOKE SELECT ON insight_kpivalue, insight_refresh FROM huitou_scoped;
DROP POLICY scope ON insight_kpivalue;
ALTER TABLE insight_kpivalue DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("insight", "0001_initial"), ("access", "0002_store_scope")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
