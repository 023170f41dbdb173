"""Accounts are seen with their member; what never changes is refused by triggers, and so is spending beyond.

Entries and transactions never change (L3). A hold ends once (L13). A burn or a hold beyond what a member can spend is
refused here too, whatever the code has checked (L6): CHECK constraints cannot tell a burn from a return, which may
leave a debt.
"""

from django.db import migrations

FORWARDS = """
ALTER TABLE loyalty_account ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON loyalty_account USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM members_member m WHERE m.id = member_id)
);
ALTER TABLE loyalty_lot ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON loyalty_lot USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM loyalty_account a WHERE a.id = account_id)
);
ALTER TABLE loyalty_entry ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON loyalty_entry USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM loyalty_account a WHERE a.id = account_id)
);
ALTER TABLE loyalty_transaction ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON loyalty_transaction USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM loyalty_entry e WHERE e.transaction_id = loyalty_transaction.id)
);

CREATE TRIGGER loyalty_entry_never_changes BEFORE UPDATE OR DELETE ON loyalty_entry
    FOR EACH ROW EXECUTE FUNCTION huitou_refuse_change();
CREATE TRIGGER loyalty_transaction_never_changes BEFORE UPDATE OR DELETE ON loyalty_transaction
    FOR EACH ROW EXECUTE FUNCTION huitou_refuse_change();
CREATE TRIGGER loyalty_entry_stays BEFORE TRUNCATE ON loyalty_entry
    FOR EACH STATEMENT EXECUTE FUNCTION huitou_refuse_change();
CREATE TRIGGER loyalty_transaction_stays BEFORE TRUNCATE ON loyalty_transaction
    FOR EACH STATEMENT EXECUTE FUNCTION huitou_refuse_change();

ALTER TABLE loyalty_debt ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON loyalty_debt USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM loyalty_account a WHERE a.id = account_id)
);
ALTER TABLE loyalty_hold ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON loyalty_hold USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM loyalty_account a WHERE a.id = account_id)
);
ALTER TABLE loyalty_holdlot ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON loyalty_holdlot USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM loyalty_hold h WHERE h.id = hold_id)
);
ALTER TABLE loyalty_unsealed ENABLE ROW LEVEL SECURITY;

CREATE FUNCTION loyalty_end_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'open' THEN
        RAISE EXCEPTION 'hold % has ended: %', OLD.key, OLD.state USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.account_id, NEW.key, NEW.points, NEW.made_at, NEW.ends_at)
       IS DISTINCT FROM (OLD.account_id, OLD.key, OLD.points, OLD.made_at, OLD.ends_at) THEN
        RAISE EXCEPTION 'a hold ends and changes in no other way' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER loyalty_hold_ends_once BEFORE UPDATE ON loyalty_hold
    FOR EACH ROW EXECUTE FUNCTION loyalty_end_once();
CREATE TRIGGER loyalty_hold_stays BEFORE DELETE ON loyalty_hold
    FOR EACH ROW EXECUTE FUNCTION huitou_refuse_change();
CREATE TRIGGER loyalty_holdlot_stays BEFORE UPDATE OR DELETE ON loyalty_holdlot
    FOR EACH ROW EXECUTE FUNCTION huitou_refuse_change();

-- Entries are written after the account was lowered, so what can be spent is what this posting left of it. A posted
-- hold takes what was promised before, also where a return has since left a debt.
CREATE FUNCTION loyalty_spend_within() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT kind FROM loyalty_transaction WHERE id = NEW.transaction_id) = 'burn'
       AND (SELECT balance - held FROM loyalty_account WHERE id = NEW.account_id) < 0
       AND (SELECT -sum(points) FROM loyalty_entry
            WHERE transaction_id = NEW.transaction_id AND lot_id IS NOT NULL AND points < 0)
           > coalesce((SELECT points FROM loyalty_hold WHERE transaction_id = NEW.transaction_id), 0) THEN
        RAISE EXCEPTION 'account % spends more than it has', NEW.account_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER loyalty_entry_spends_within AFTER INSERT ON loyalty_entry
    FOR EACH ROW WHEN (NEW.lot_id IS NOT NULL AND NEW.points < 0) EXECUTE FUNCTION loyalty_spend_within();

CREATE FUNCTION loyalty_hold_within() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT balance - held FROM loyalty_account WHERE id = NEW.account_id) < 0 THEN
        RAISE EXCEPTION 'account % holds more than it has', NEW.account_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER loyalty_hold_holds_within AFTER INSERT ON loyalty_hold
    FOR EACH ROW EXECUTE FUNCTION loyalty_hold_within();

-- Not even the application's own role may; the triggers stand behind, for who takes the right back.
REVOKE UPDATE, DELETE ON loyalty_entry FROM CURRENT_USER;

GRANT SELECT ON loyalty_account, loyalty_lot, loyalty_entry, loyalty_transaction TO huitou_scoped;
"""

BACKWARDS = """
GRANT UPDATE, DELETE ON loyalty_entry TO CURRENT_USER;
REVOKE SELECT ON loyalty_account, loyalty_lot, loyalty_entry, loyalty_transaction FROM huitou_scoped;
DROP TRIGGER loyalty_hold_holds_within ON loyalty_hold;
DROP FUNCTION loyalty_hold_within();
DROP TRIGGER loyalty_entry_spends_within ON loyalty_entry;
DROP FUNCTION loyalty_spend_within();
DROP TRIGGER loyalty_holdlot_stays ON loyalty_holdlot;
DROP TRIGGER loyalty_hold_stays ON loyalty_hold;
DROP TRIGGER loyalty_hold_ends_once ON loyalty_hold;
DROP FUNCTION loyalty_end_once();
ALTER TABLE loyalty_unsealed DISABLE ROW LEVEL SECURITY;
DROP POLICY scope ON loyalty_holdlot;
ALTER TABLE loyalty_holdlot DISABLE ROW LEVEL SECURITY;
DROP POLICY scope ON loyalty_hold;
ALTER TABLE loyalty_hold DISABLE ROW LEVEL SECURITY;
DROP POLICY scope ON loyalty_debt;
ALTER TABLE loyalty_debt DISABLE ROW LEVEL SECURITY;
DROP TRIGGER loyalty_transaction_stays ON loyalty_transaction;
DROP TRIGGER loyalty_entry_stays ON loyalty_entry;
DROP TRIGGER loyalty_entry_never_changes ON loyalty_entry;
DROP TRIGGER loyalty_transaction_never_changes ON loyalty_transaction;
DROP POLICY scope ON loyalty_account;
ALTER TABLE loyalty_account DISABLE ROW LEVEL SECURITY;
DROP POLICY scope ON loyalty_lot;
ALTER TABLE loyalty_lot DISABLE ROW LEVEL SECURITY;
DROP POLICY scope ON loyalty_entry;
ALTER TABLE loyalty_entry DISABLE ROW LEVEL SECURITY;
DROP POLICY scope ON loyalty_transaction;
ALTER TABLE loyalty_transaction DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("loyalty", "0001_initial"),
        ("access", "0002_store_scope"),
        ("members", "0002_store_scope"),
    ]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
