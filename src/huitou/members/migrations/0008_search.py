"""A search that is quick for everybody: the policies of store scope forbid LIKE its index, because an operator that is
not leakproof may not look at a row before the policy has. So the index is asked by a function of the owner, which holds
to the reader's stores itself.
"""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION members_spelled(inside text, enough integer) RETURNS TABLE (id bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF huitou_sees_all() THEN
        RETURN QUERY EXECUTE 'SELECT m.id FROM members_member m WHERE m.spelled LIKE $1 LIMIT $2' USING inside, enough;
    ELSE
        RETURN QUERY EXECUTE 'SELECT m.id FROM members_member m WHERE m.spelled LIKE $1 AND m.home_store_id = ANY($3) '
            'LIMIT $2' USING inside, enough, huitou_stores();
    END IF;
END $$;
REVOKE ALL ON FUNCTION members_spelled(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION members_spelled(text, integer) TO huitou_scoped;
"""

BACKWARDS = "DROP FUNCTION members_spelled(text, integer);"


class Migration(migrations.Migration):
    dependencies = [("members", "0007_events_are_seen"), ("access", "0002_store_scope")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
