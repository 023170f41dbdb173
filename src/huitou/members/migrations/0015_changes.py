"""What changed of a member, written down by triggers: kept answers about everybody are brought up to date from it."""

import django.db.models.deletion
from django.db import migrations, models

# One statement that touches more than this says it of everybody.
MANY = 20_000
_WRITES = {
    "INSERT": "NEW TABLE AS moved",
    "UPDATE": "OLD TABLE AS was NEW TABLE AS moved",
    "DELETE": "OLD TABLE AS moved",
}
_TABLES = {
    "members_member": ("p", "id"),
    "members_identity": ("p", "member_id"),
    "members_profile": ("p", "member_id"),
    "members_facts": ("p", "member_id"),
    "members_tier": ("p", "member_id"),
    "members_event": ("e", "member_id"),
}


def following(table: str, what: str, column: str) -> str:
    """SQL of the triggers that note whose rows of a table came, changed or went."""
    return "".join(
        f"""CREATE TRIGGER changes_{write.lower()} AFTER {write} ON {table} REFERENCING {rows}
            FOR EACH STATEMENT EXECUTE FUNCTION members_note_{"both" if write == "UPDATE" else "moved"}('{what}', '{column}');
        """
        for write, rows in _WRITES.items()
    )


def unfollowed(table: str) -> str:
    return "".join(f"DROP TRIGGER changes_{write.lower()} ON {table};" for write in _WRITES)


# Of an update both are named: an event, an identity or a receipt can go from one member to another.
FORWARDS = f"""
ALTER TABLE members_change ADD COLUMN txid xid8 NOT NULL DEFAULT pg_current_xact_id();
INSERT INTO members_change (what) VALUES ('p');  -- it never is empty: the last row says where it ends
CREATE INDEX members_change_txid ON members_change (txid);
ALTER TABLE members_change ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON members_change USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM members_member m WHERE m.id = member_id)
);
GRANT SELECT ON members_change TO huitou_scoped;
CREATE FUNCTION members_note_moved() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE many boolean;
BEGIN
    SELECT count(*) > {MANY} INTO many FROM (SELECT FROM moved LIMIT {MANY} + 1) first_of_them;
    IF many THEN
        INSERT INTO members_change (what) VALUES (TG_ARGV[0]);
    ELSIF TG_ARGV[1] = 'id' THEN
        INSERT INTO members_change (what, member_id) SELECT TG_ARGV[0], id FROM moved;
    ELSE
        INSERT INTO members_change (what, member_id) SELECT DISTINCT TG_ARGV[0], member_id FROM moved
        WHERE member_id IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION members_note_both() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE many boolean;
BEGIN
    SELECT count(*) > {MANY} INTO many FROM (SELECT FROM moved LIMIT {MANY} + 1) first_of_them;
    IF many THEN
        INSERT INTO members_change (what) VALUES (TG_ARGV[0]);
    ELSIF TG_ARGV[1] = 'id' THEN
        INSERT INTO members_change (what, member_id) SELECT TG_ARGV[0], id FROM moved;
    ELSE
        INSERT INTO members_change (what, member_id) SELECT TG_ARGV[0], member_id
        FROM (SELECT member_id FROM moved UNION SELECT member_id FROM was) both_of_them WHERE member_id IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION members_note_everybody(what text) RETURNS void LANGUAGE sql
    BEGIN ATOMIC INSERT INTO members_change (what) VALUES (what); END;
"""
BACKWARDS = """
DROP FUNCTION members_note_everybody(text);
DROP FUNCTION members_note_both();
DROP FUNCTION members_note_moved();
REVOKE SELECT ON members_change FROM huitou_scoped;
DROP POLICY scope ON members_change;
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0014_candidates")]

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.CharField(max_length=1)),
                ("at", models.DateTimeField(db_default=models.Func(function="clock_timestamp"))),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="members.member",
                    ),
                ),
            ],
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
        *(
            migrations.RunSQL(following(table, what, column), unfollowed(table))
            for table, (what, column) in _TABLES.items()
        ),
    ]
