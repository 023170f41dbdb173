"""The one place that keeps a store's people to their store: a database role, two settings readers, and policies.

Rooms add a policy per table that names a store or a member, and grant the role what pages read. The console runs every request as `huitou_scoped`; with
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

-- Nothing by default: each room grants, beside its policies, what a page reads. A log-in writes the sessions and what
-- axes counts; of a user it writes when they came and which language they chose, never a role, a store or a password.
GRANT USAGE ON SCHEMA public TO huitou_scoped;
GRANT SELECT, UPDATE (last_login, language) ON access_user TO huitou_scoped;
GRANT SELECT, INSERT, UPDATE, DELETE ON django_session, axes_accessattempt, axes_accessattemptexpiration, axes_accesslog,
    axes_accessfailurelog TO huitou_scoped;

ALTER TABLE access_auditentry ENABLE ROW LEVEL SECURITY;
CREATE POLICY writing ON access_auditentry FOR INSERT WITH CHECK (true);
GRANT INSERT ON access_auditentry TO huitou_scoped;
CREATE TRIGGER access_auditentry_never_changes BEFORE UPDATE OR DELETE ON access_auditentry
    FOR EACH ROW EXECUTE FUNCTION huitou_refuse_change();
CREATE TRIGGER access_auditentry_stays BEFORE TRUNCATE ON access_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION huitou_refuse_change();
"""

BACKWARDS = """
DROP TRIGGER access_auditentry_stays ON access_auditentry;
DROP TRIGGER access_auditentry_never_changes ON access_auditentry;
REVOKE INSERT ON access_auditentry FROM huitou_scoped;
DROP POLICY writing ON access_auditentry;
ALTER TABLE access_auditentry DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON django_session, axes_accessattempt, axes_accessattemptexpiration, axes_accesslog, axes_accessfailurelog
    FROM huitou_scoped;
REVOKE SELECT, UPDATE (last_login, language) ON access_user FROM huitou_scoped;
REVOKE USAGE ON SCHEMA public FROM huitou_scoped;
DROP FUNCTION huitou_refuse_change();
DROP FUNCTION huitou_stores();
DROP FUNCTION huitou_sees_all();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
        ("axes", "0010_accessattemptexpiration"),
        ("sessions", "0001_initial"),
    ]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
