"""How many facts wait, of each kind, for pages: the facts themselves are nobody's to read there."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION huitou_facts_waiting() RETURNS TABLE (kind text, facts bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT kind::text, count(*) FROM outbox_fact WHERE done_at IS NULL GROUP BY kind
$$;
"""

BACKWARDS = "DROP FUNCTION huitou_facts_waiting();"


class Migration(migrations.Migration):
    dependencies = [("outbox", "0001_initial")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
