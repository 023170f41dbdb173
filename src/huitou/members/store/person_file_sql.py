"""The statements of `person_file`, in their order. Each table of theirs ends with the transaction."""

from __future__ import annotations

OPEN = """
CREATE TEMP TABLE person_row (row_number bigint, name text, spelled text, birthday date, month_day smallint, sex text,
    household_size smallint, household_number text, email_sealed text, email_index text, address_sealed text,
    address_index text, lives_at text, home_store_id integer, joined_on date, preferences jsonb, consents jsonb,
    told_at timestamptz) ON COMMIT DROP;
CREATE TEMP TABLE person_number (row_number bigint, place smallint, kind text, key text, sealed text, tail text)
    ON COMMIT DROP;
CREATE TEMP TABLE person_touched (member_id bigint) ON COMMIT DROP;
CREATE TEMP TABLE person_unfit (row_number bigint, place integer, code text, member_id bigint, other_id bigint,
    other_row bigint) ON COMMIT DROP;
"""

# A row whose card and ids are known to be two members'.
POINTS_TO_TWO = """
ANALYZE person_row, person_number;
CREATE TEMP TABLE strong_owner ON COMMIT DROP AS
    SELECT n.row_number, i.member_id FROM person_number n
    JOIN members_identity i ON i.kind = n.kind AND i.value = n.key WHERE n.kind <> 'phone';
INSERT INTO person_unfit
    SELECT row_number, 1, 'two_people', min(member_id), max(member_id) FROM strong_owner
    GROUP BY row_number HAVING min(member_id) < max(member_id);
DELETE FROM person_number WHERE row_number IN (SELECT row_number FROM person_unfit);
"""

# Whoever shares a card or an outside id is one person, and bears the number of that person's first row.
LABELS = """
CREATE TEMP TABLE person_label ON COMMIT DROP AS
    SELECT row_number, row_number AS label FROM person_number WHERE kind <> 'phone' GROUP BY row_number;
CREATE UNIQUE INDEX ON person_label (row_number);
CREATE TEMP TABLE several_rows ON COMMIT DROP AS
    SELECT n.row_number, n.kind, n.key FROM person_number n JOIN (
        SELECT kind, key FROM person_number WHERE kind <> 'phone' GROUP BY 1, 2 HAVING count(*) > 1
    ) s USING (kind, key);
ANALYZE person_label, several_rows;
"""
SPREAD_LABELS = """
UPDATE person_label l SET label = smaller.label FROM (
    SELECT s.row_number, min(k.label) AS label FROM several_rows s JOIN (
        SELECT kind, key, min(label) AS label FROM several_rows JOIN person_label USING (row_number) GROUP BY 1, 2
    ) k USING (kind, key) GROUP BY 1
) smaller WHERE smaller.row_number = l.row_number AND smaller.label < l.label
"""

# Rows that are fine one by one and together make one person of two: two known members, or other cards and other names.
ONE_LABEL_TWO_PEOPLE = """
INSERT INTO person_unfit
    SELECT l.row_number, 2, 'two_people', t.member_id, t.other_id FROM person_label l JOIN (
        SELECT label, min(member_id) AS member_id, max(member_id) AS other_id
        FROM strong_owner JOIN person_label USING (row_number) GROUP BY label HAVING min(member_id) < max(member_id)
    ) t USING (label);
INSERT INTO person_unfit
    SELECT l.row_number, 3, 'number_of_several', NULL, NULL,
           CASE WHEN l.row_number = l.label THEN t.last_row ELSE l.label END
    FROM person_label l JOIN (
        SELECT label, max(l.row_number) AS last_row FROM person_label l JOIN person_row r USING (row_number)
        LEFT JOIN person_number n ON n.row_number = l.row_number AND n.kind = 'card'
        GROUP BY label HAVING count(DISTINCT n.key) > 1 AND count(DISTINCT r.name) > 1
    ) t USING (label);
DELETE FROM person_label WHERE row_number IN (SELECT row_number FROM person_unfit);
DELETE FROM person_number WHERE row_number IN (SELECT row_number FROM person_unfit);
"""

# Who has nothing but phones is known by the first of them: with the one person who has it, or alone under it.
PHONES_ALONE = """
CREATE TEMP TABLE phone_alone ON COMMIT DROP AS
    SELECT DISTINCT ON (n.row_number) n.row_number, n.key, r.name
    FROM person_number n JOIN person_row r USING (row_number)
    WHERE n.kind = 'phone' AND NOT EXISTS (SELECT FROM person_label l WHERE l.row_number = n.row_number)
    ORDER BY n.row_number, n.place;
CREATE TEMP TABLE phone_names ON COMMIT DROP AS
    SELECT key, count(DISTINCT label) AS labels, min(label) AS label, count(DISTINCT name) AS names,
           min(alone) AS first_alone
    FROM (
        SELECT n.key, l.label, r.name, NULL::bigint AS alone FROM person_number n JOIN person_label l USING (row_number)
        JOIN person_row r USING (row_number) WHERE n.kind = 'phone' AND n.key IN (SELECT key FROM phone_alone)
        UNION ALL SELECT key, NULL, name, row_number FROM phone_alone
    ) named GROUP BY key;
INSERT INTO person_unfit
    SELECT row_number, 4, 'phone_of_several' FROM phone_alone JOIN phone_names USING (key)
    WHERE labels > 1 OR names > 1;
INSERT INTO person_label
    SELECT row_number, coalesce(p.label, p.first_alone) FROM phone_alone a JOIN phone_names p USING (key)
    WHERE labels <= 1 AND names <= 1;
"""

SHARED_PHONES = """
CREATE TEMP TABLE shared_phone ON COMMIT DROP AS
    SELECT n.key, decode(n.key, 'hex') AS blind_index FROM person_number n
    LEFT JOIN person_label l USING (row_number) WHERE n.kind = 'phone'
    GROUP BY n.key HAVING count(DISTINCT coalesce(l.label, -n.row_number)) > 1;
CREATE INDEX ON shared_phone (blind_index);
ANALYZE shared_phone, person_label;
DELETE FROM person_number WHERE row_number IN (SELECT row_number FROM person_unfit);
"""

# Who each person is already. A verified phone finds its owner, never under another name: a number that was given to
# somebody else does not inherit an account (A12). A till's stranger, known by this phone alone, becomes the person.
# Most of a file that comes every night is known: nothing here may look through all of them for each.
OWNERS = """
CREATE TEMP TABLE label_owner ON COMMIT DROP AS
    SELECT label, min(member_id) AS member_id FROM strong_owner JOIN person_label USING (row_number) GROUP BY label;
CREATE TEMP TABLE label_names ON COMMIT DROP AS
    SELECT label, min(spelled) AS first, max(spelled) AS last FROM person_row JOIN person_label USING (row_number)
    GROUP BY label;
ANALYZE label_owner, label_names, person_unfit;
CREATE TEMP TABLE phone_owner ON COMMIT DROP AS
    SELECT n.row_number, l.label, n.key, i.member_id,
           m.name <> '' AND coalesce(s.first <> m.spelled OR s.last <> m.spelled, false) AS named_otherwise
    FROM person_number n JOIN person_label l USING (row_number) JOIN label_names s USING (label)
    JOIN members_identity i ON i.kind = 'phone' AND i.verified AND i.blind_index = decode(n.key, 'hex')
    JOIN members_member m ON m.id = i.member_id
    WHERE n.kind = 'phone' AND NOT EXISTS (SELECT FROM shared_phone d WHERE d.key = n.key);
ANALYZE phone_owner;
INSERT INTO person_unfit
    SELECT p.row_number, 5, 'two_people', least(p.member_id, o.member_id), greatest(p.member_id, o.member_id)
    FROM phone_owner p JOIN label_owner o USING (label) WHERE p.member_id <> o.member_id
    UNION ALL
    SELECT p.row_number, 6, 'two_people', t.member_id, t.other_id FROM phone_owner p JOIN (
        SELECT label, min(member_id) AS member_id, max(member_id) AS other_id FROM phone_owner w
        WHERE NOT EXISTS (SELECT FROM label_owner o WHERE o.label = w.label)
        GROUP BY label HAVING min(member_id) < max(member_id)
    ) t USING (label)
    UNION ALL
    SELECT p.row_number, 7, 'phone_of_another', p.member_id, NULL FROM phone_owner p
    WHERE named_otherwise AND NOT EXISTS (SELECT FROM label_owner o WHERE o.label = p.label);
DELETE FROM phone_owner WHERE row_number IN (SELECT row_number FROM person_unfit);
INSERT INTO label_owner
    SELECT label, min(member_id) FROM phone_owner p
    WHERE NOT EXISTS (SELECT FROM label_owner o WHERE o.label = p.label) GROUP BY label;
ANALYZE label_owner, person_unfit;
CREATE TEMP TABLE phone_held ON COMMIT DROP AS
    SELECT n.row_number, l.label, n.place, min(i.member_id) AS member_id, count(DISTINCT i.member_id) AS members
    FROM person_number n JOIN person_label l USING (row_number)
    JOIN members_identity i ON i.kind = 'phone' AND i.blind_index = decode(n.key, 'hex')
    WHERE n.kind = 'phone' AND NOT EXISTS (SELECT FROM label_owner o WHERE o.label = l.label)
      AND NOT EXISTS (SELECT FROM shared_phone d WHERE d.key = n.key)
      AND NOT EXISTS (SELECT FROM person_unfit u WHERE u.row_number = n.row_number)
    GROUP BY n.row_number, l.label, n.place, n.key;
INSERT INTO label_owner
    SELECT DISTINCT ON (h.label) h.label, h.member_id FROM phone_held h JOIN members_member m ON m.id = h.member_id
    WHERE h.members = 1 AND m.name = ''
      AND (SELECT count(*) FROM members_identity i WHERE i.member_id = h.member_id) = 1
    ORDER BY h.label, h.place, h.row_number;
INSERT INTO person_unfit
    SELECT row_number, 8, 'phone_of_several' FROM phone_held h JOIN phone_alone a USING (row_number)
    WHERE NOT EXISTS (SELECT FROM label_owner o WHERE o.label = h.label);
DELETE FROM person_number WHERE row_number IN (SELECT row_number FROM person_unfit);
DELETE FROM person_row WHERE row_number IN (SELECT row_number FROM person_unfit);
"""

# A household of more people than live together is a desk, a club or what a system writes where it knows none: nobody
# says which of its rows are wrong, so none of them is taken.
CROWDED_HOUSEHOLDS = """
CREATE TEMP TABLE crowded ON COMMIT DROP AS
    SELECT number FROM (
        SELECT r.household_number AS number, coalesce(o.member_id, -l.label) AS who
        FROM person_row r JOIN person_label l USING (row_number) LEFT JOIN label_owner o USING (label)
        WHERE r.household_number IS NOT NULL
        UNION
        SELECT h.number, m.member_id FROM members_household h JOIN members_householdmember m ON m.household_id = h.id
        WHERE h.number IN (SELECT household_number FROM person_row)
    ) lives GROUP BY number HAVING count(*) > %s;
INSERT INTO person_unfit
    SELECT row_number, 9, 'household_crowded' FROM person_row WHERE household_number IN (SELECT number FROM crowded);
DELETE FROM person_number WHERE row_number IN (SELECT row_number FROM person_unfit);
DELETE FROM person_row WHERE row_number IN (SELECT row_number FROM person_unfit);
DROP TABLE crowded;
"""


def _last(column: str) -> str:
    """The last word that any row of a person says of this, by the other system's own clock and then by the file."""
    return (
        f"(array_agg({column} ORDER BY told_at DESC NULLS LAST, row_number DESC) "
        f"FILTER (WHERE {column} IS NOT NULL))[1] AS {column}"
    )


_SCALARS = (
    *("name", "spelled", "birthday", "month_day", "sex", "household_size", "household_number"),
    *("email_sealed", "email_index", "address_sealed", "address_index", "lives_at", "home_store_id", "joined_on"),
)

# Old words and new ones of each person side by side. What an older file says fills gaps and overwrites nothing.
NEWEST = f"""
CREATE TEMP TABLE person_said ON COMMIT DROP AS
    SELECT l.label, min(o.member_id) AS member_id, min(o.member_id) IS NULL AS is_new, max(told_at) AS told_at,
           {", ".join(map(_last, _SCALARS))},
           '{{}}'::jsonb AS preferences, '{{}}'::jsonb AS consents, false AS is_older
    FROM person_row r JOIN person_label l USING (row_number) LEFT JOIN label_owner o USING (label) GROUP BY l.label;
UPDATE person_said SET member_id = nextval(pg_get_serial_sequence('members_member', 'id')) WHERE is_new;
CREATE UNIQUE INDEX ON person_said (label);
CREATE INDEX ON person_said (member_id);
WITH pairs AS (
    SELECT DISTINCT ON (label, what, key) label, what, key, value
    FROM person_row r JOIN person_label USING (row_number),
         LATERAL (VALUES ('preferences', r.preferences), ('consents', r.consents)) AS v (what, words),
         LATERAL jsonb_each(v.words) AS e (key, value)
    ORDER BY label, what, key, told_at DESC NULLS LAST, row_number DESC
), whole AS (
    SELECT label, coalesce(jsonb_object_agg(key, value) FILTER (WHERE what = 'preferences'), '{{}}') AS preferences,
           coalesce(jsonb_object_agg(key, value) FILTER (WHERE what = 'consents'), '{{}}') AS consents
    FROM pairs GROUP BY label
)
UPDATE person_said s SET preferences = w.preferences, consents = w.consents FROM whole w WHERE w.label = s.label;
UPDATE person_said s SET is_older = true FROM members_profile p
    WHERE p.member_id = s.member_id AND s.told_at < p.told_at;
CREATE TEMP TABLE number_said ON COMMIT DROP AS
    SELECT s.member_id, n.kind, n.key, min(n.sealed) AS sealed, min(n.tail) AS tail,
           min(n.row_number * 100 + n.place) AS place
    FROM person_number n JOIN person_label l USING (row_number) JOIN person_said s USING (label)
    GROUP BY s.member_id, n.kind, n.key;
ANALYZE person_said, number_said;
"""

INSERT_MEMBERS = """
INSERT INTO members_member (id, name, spelled, birthday, joined_on, home_store_id)
SELECT member_id, coalesce(name, ''), coalesce(spelled, ''), birthday, coalesce(joined_on, %s), home_store_id
FROM person_said WHERE is_new ORDER BY label
"""


def _told(said: str, known: str) -> str:
    return f"CASE WHEN s.is_older THEN coalesce({known}, {said}) ELSE coalesce({said}, {known}) END"


# A day without its year leaves the year that is known, where it is the same day.
_OTHER_DAY = (
    "s.birthday IS NULL AND s.month_day IS NOT NULL AND NOT s.is_older AND m.birthday IS NOT NULL "
    "AND s.month_day <> extract(month FROM m.birthday) * 100 + extract(day FROM m.birthday)"
)
UPDATE_MEMBERS = f"""
WITH told AS (
    SELECT s.member_id, CASE WHEN s.is_older AND m.name <> '' THEN m.name ELSE coalesce(s.name, m.name) END AS name,
           CASE WHEN s.is_older AND m.name <> '' THEN m.spelled ELSE coalesce(s.spelled, m.spelled) END AS spelled,
           CASE WHEN {_OTHER_DAY} THEN NULL ELSE {_told("s.birthday", "m.birthday")} END AS birthday,
           {_told("s.joined_on", "m.joined_on")} AS joined_on,
           {_told("s.home_store_id", "m.home_store_id")} AS home_store_id
    FROM person_said s JOIN members_member m ON m.id = s.member_id WHERE NOT s.is_new
)
UPDATE members_member m SET name = t.name, spelled = t.spelled, birthday = t.birthday, joined_on = t.joined_on,
    home_store_id = t.home_store_id
FROM told t WHERE t.member_id = m.id AND (m.name, m.birthday, m.joined_on, m.home_store_id)
    IS DISTINCT FROM (t.name, t.birthday, t.joined_on, t.home_store_id)
RETURNING m.id
"""

INSERT_PROFILES = """
INSERT INTO members_profile (member_id, sex, birthday_month_day, household_size, email_sealed, email_index,
    address_sealed, address_index, lives_at, preferences, consents_noted, source, told_at)
SELECT s.member_id, coalesce(s.sex, ''), CASE WHEN m.birthday IS NULL THEN s.month_day END, s.household_size,
       decode(s.email_sealed, 'hex'), decode(s.email_index, 'hex'), decode(s.address_sealed, 'hex'),
       decode(s.address_index, 'hex'), s.lives_at, s.preferences, s.consents, %s, s.told_at
FROM person_said s JOIN members_member m ON m.id = s.member_id
WHERE NOT EXISTS (SELECT FROM members_profile p WHERE p.member_id = s.member_id) ORDER BY s.member_id
RETURNING member_id
"""


def _sealed(what: str) -> str:
    """The old seal stays where it seals the same."""
    return f"CASE WHEN t.{what}_index = p.{what}_index THEN p.{what}_sealed ELSE t.{what}_sealed END"


UPDATE_PROFILES = f"""
WITH told AS (
    SELECT s.member_id, coalesce(nullif({_told("s.sex", "nullif(p.sex, '')")}, ''), '') AS sex,
           CASE WHEN m.birthday IS NULL THEN {_told("s.month_day", "p.birthday_month_day")} END AS month_day,
           {_told("s.household_size", "p.household_size")} AS household_size,
           {_told("decode(s.email_sealed, 'hex')", "p.email_sealed")} AS email_sealed,
           {_told("decode(s.email_index, 'hex')", "p.email_index")} AS email_index,
           {_told("decode(s.address_sealed, 'hex')", "p.address_sealed")} AS address_sealed,
           {_told("decode(s.address_index, 'hex')", "p.address_index")} AS address_index,
           {_told("s.lives_at", "p.lives_at")} AS lives_at,
           CASE WHEN s.is_older THEN s.preferences || p.preferences
                ELSE p.preferences || s.preferences END AS preferences,
           CASE WHEN s.is_older THEN s.consents || p.consents_noted ELSE p.consents_noted || s.consents END AS consents
    FROM person_said s JOIN members_profile p ON p.member_id = s.member_id
    JOIN members_member m ON m.id = s.member_id WHERE NOT s.is_new
)
UPDATE members_profile p SET sex = t.sex, birthday_month_day = t.month_day, household_size = t.household_size,
    email_sealed = {_sealed("email")}, email_index = t.email_index, address_sealed = {_sealed("address")},
    address_index = t.address_index, lives_at = t.lives_at, preferences = t.preferences, consents_noted = t.consents
FROM told t WHERE t.member_id = p.member_id AND (
    (p.sex, p.birthday_month_day, p.household_size, p.email_index, p.address_index, p.lives_at, p.preferences,
     p.consents_noted) IS DISTINCT FROM (t.sex, t.month_day, t.household_size, t.email_index, t.address_index,
     t.lives_at, t.preferences, t.consents))
RETURNING p.member_id
"""

INSERT_HOUSEHOLDS = """
INSERT INTO members_household (number) SELECT DISTINCT household_number FROM person_said
WHERE household_number IS NOT NULL ORDER BY 1 ON CONFLICT (number) DO NOTHING
"""

# Who moves goes alone: the others stay where they are until somebody says otherwise.
LINK_HOUSEHOLDS = """
INSERT INTO members_householdmember AS l (member_id, household_id, noted_by)
SELECT s.member_id, h.id, %s FROM person_said s JOIN members_household h ON h.number = s.household_number
WHERE NOT s.is_older OR NOT EXISTS (SELECT FROM members_householdmember o WHERE o.member_id = s.member_id)
ORDER BY s.member_id
ON CONFLICT (member_id) DO UPDATE SET household_id = excluded.household_id, since = excluded.since,
    noted_by = excluded.noted_by WHERE l.household_id <> excluded.household_id
RETURNING l.member_id
"""

# Who said it last, and when, changes nothing about the person.
NOTE_SOURCE = """
UPDATE members_profile p SET source = %s, told_at = greatest(p.told_at, s.told_at)
FROM person_said s WHERE s.member_id = p.member_id AND NOT s.is_older
  AND (p.source <> %s OR p.told_at IS DISTINCT FROM greatest(p.told_at, s.told_at))
"""

DOUBT_SHARED_PHONES = """
UPDATE members_identity i SET verified = false FROM shared_phone s
WHERE i.kind = 'phone' AND i.verified AND i.blind_index = s.blind_index RETURNING i.member_id
"""

INSERT_NUMBERS = """
INSERT INTO members_identity (member_id, kind, value, tail, verified)
SELECT member_id, kind, key, tail, true FROM number_said WHERE kind <> 'phone' ORDER BY place
ON CONFLICT (kind, value) DO NOTHING RETURNING member_id
"""

INSERT_PHONES = """
INSERT INTO members_identity (member_id, kind, sealed, blind_index, tail, verified)
SELECT n.member_id, 'phone', decode(n.sealed, 'hex'), decode(n.key, 'hex'), n.tail, false FROM number_said n
WHERE n.kind = 'phone' AND NOT EXISTS (
    SELECT FROM members_identity i
    WHERE i.member_id = n.member_id AND i.kind = 'phone' AND i.blind_index = decode(n.key, 'hex')
) ORDER BY n.place RETURNING member_id
"""

# A phone that one person of the file has, and nobody else of all members.
TRUST_PHONES = """
UPDATE members_identity i SET verified = true FROM number_said n
WHERE n.kind = 'phone' AND i.member_id = n.member_id AND i.kind = 'phone' AND NOT i.verified
  AND i.blind_index = decode(n.key, 'hex') AND NOT EXISTS (SELECT FROM shared_phone d WHERE d.key = n.key)
  AND NOT EXISTS (
      SELECT FROM members_identity o
      WHERE o.kind = 'phone' AND o.blind_index = i.blind_index AND o.member_id <> i.member_id
  ) RETURNING i.member_id
"""

# How many people were known and are told something new of. Whom a statement touched stays in the database: a list of
# all members of a chain would come here otherwise, several times.
TOUCHED = "WITH touched AS ({statement}) INSERT INTO person_touched SELECT * FROM touched"
COUNT_CHANGED = """
SELECT count(*) FILTER (WHERE NOT is_new AND t.member_id IS NOT NULL), count(*)
FROM person_said LEFT JOIN (SELECT DISTINCT member_id FROM person_touched) t USING (member_id)
"""

# A till that registered somebody while the file was read may have been quicker.
TAKEN_MEANWHILE = """
SELECT count(*) FROM number_said n JOIN members_identity i ON i.kind = n.kind AND i.value = n.key
WHERE n.kind <> 'phone' AND i.member_id <> n.member_id
"""

CLOSE = """
DROP TABLE person_row, person_number, person_touched, person_unfit, strong_owner, person_label, several_rows,
    phone_alone, phone_names, shared_phone, label_owner, label_names, phone_owner, phone_held, person_said, number_said
"""
