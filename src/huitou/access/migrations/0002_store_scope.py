"""The one place that keeps a store's people to their store: a database role, two settings readers, and policies.

Rooms add a policy per table that names a store or a member. The console runs every request as `huitou_scoped`; with
no scope set it sees nothing. Jobs and the command line run as the owner, whom policies do not touch.
"""

from django.db import migrations

FORWARDS = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'huitou_scoped') THEN
        CREATE ROLE huitou_scoped NOLOGIN;
    END IF;
    -- On a host of many chains another owner made the role, and the host's administrator grants it.
    EXECUTE format('GRANT huitou_scoped TO %I', current_user);
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'an administrator must run: GRANT huitou_scoped TO %', current_user;
END $$;

CREATE FUNCTION huitou_sees_all() RETURNS boolean STABLE LANGUAGE sql
    RETURN coalesce(current_setting('huitou.stores', true), '') = 'all';

CREATE FUNCTION huitou_stores() RETURNS integer[] STABLE LANGUAGE sql
    RETURN CASE WHEN coalesce(current_setting('huitou.stores', true), '') IN ('', 'all') THEN '{}'::integer[]
                ELSE current_setting('huitou.stores', true)::integer[] END;

CREATE FUNCTION huitou_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % never change; post a new one that names the old', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

GRANT USAGE ON SCHEMA public TO huitou_scoped;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO huitou_scoped;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO huitou_scoped;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO huitou_scoped;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO huitou_scoped;

ALTER TABLE access_auditentry ENABLE ROW LEVEL SECURITY;
CREATE POLICY reading ON access_auditentry FOR SELECT USING ((SELECT huitou_sees_all()));
CREATE POLICY writing ON access_auditentry FOR INSERT WITH CHECK (true);
REVOKE UPDATE, DELETE ON access_auditentry FROM huitou_scoped;
CREATE TRIGGER access_auditentry_never_changes BEFORE UPDATE OR DELETE ON access_auditentry
    FOR EACH ROW EXECUTE FUNCTION huitou_refuse_change();

ALTER TABLE outbox_fact ENABLE ROW LEVEL SECURITY;
CREATE POLICY writing ON outbox_fact FOR INSERT WITH CHECK (true);
"""

BACKWARDS = """
DROP POLICY writing ON outbox_fact;
ALTER TABLE outbox_fact DISABLE ROW LEVEL SECURITY;
DROP TRIGGER access_auditentry_never_changes ON access_auditentry;
DROP POLICY writing ON access_auditentry;
DROP POLICY reading ON access_auditentry;
ALTER TABLE access_auditentry DISABLE ROW LEVEL SECURITY;
DROP FUNCTION huitou_refuse_change();
DROP FUNCTION huitou_stores();
DROP FUNCTION huitou_sees_all();
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial"), ("outbox", "0001_initial")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
