"""Whose receipts came, changed or went is noted with what else changed of members."""

from django.db import migrations

# Lines change without their receipt where a return meets its sale and learns its goods.
FORWARDS = """
CREATE TRIGGER changes_insert AFTER INSERT ON receipts_receipt REFERENCING NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION members_note_moved('r', 'member_id');
CREATE TRIGGER changes_update AFTER UPDATE ON receipts_receipt REFERENCING OLD TABLE AS was NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION members_note_both('r', 'member_id');
CREATE TRIGGER changes_delete AFTER DELETE ON receipts_receipt REFERENCING OLD TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION members_note_moved('r', 'member_id');
CREATE FUNCTION receipts_note_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO members_change (what, member_id) SELECT DISTINCT 'r', r.member_id FROM moved l
    JOIN receipts_receipt r ON r.id = l.receipt_id AND r.business_date = l.business_date WHERE r.member_id IS NOT NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER changes_update AFTER UPDATE ON receipts_line REFERENCING NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION receipts_note_lines();
"""
BACKWARDS = """
DROP TRIGGER changes_update ON receipts_line;
DROP FUNCTION receipts_note_lines();
DROP TRIGGER changes_delete ON receipts_receipt;
DROP TRIGGER changes_update ON receipts_receipt;
DROP TRIGGER changes_insert ON receipts_receipt;
"""


class Migration(migrations.Migration):
    dependencies = [("receipts", "0013_returned"), ("members", "0015_changes")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
