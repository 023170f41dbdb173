"""What members promise, as SQL that names the first broken row."""

from __future__ import annotations

from huitou.kernel.errors import N_
from huitou.kernel.promise import Promise

# What is left with somebody who is a part of another would be lost to both.
_LEFT_BEHIND = """
SELECT says FROM (
    SELECT 'identity ' || i.id || ' lies with member ' || m.id || ', who is a part of ' || m.merged_into_id AS says
    FROM members_identity i JOIN members_member m ON m.id = i.member_id WHERE m.merged_into_id IS NOT NULL
    UNION ALL
    SELECT 'identity ' || i.id || ' of member ' || i.origin_id || ' lies with ' || i.member_id
    FROM members_identity i JOIN members_member o ON o.id = i.origin_id
    WHERE i.member_id <> coalesce(o.merged_into_id, o.id)
    UNION ALL
    SELECT 'member ' || m.id || ' is a part of ' || m.merged_into_id || ', who is a part of ' || s.merged_into_id
    FROM members_member m JOIN members_member s ON s.id = m.merged_into_id WHERE s.merged_into_id IS NOT NULL
    UNION ALL
    SELECT 'member ' || m.id || ' is a part of another, and no merge says why' FROM members_member m
    WHERE m.merged_into_id IS NOT NULL
      AND NOT EXISTS (SELECT FROM members_merge g WHERE g.other_id = m.id AND g.undone_at IS NULL)
    UNION ALL
    SELECT 'merge ' || g.id || ' stands, and member ' || g.other_id || ' is a part of nobody' FROM members_merge g
    JOIN members_member m ON m.id = g.other_id WHERE g.undone_at IS NULL AND m.merged_into_id IS NULL
) found ORDER BY says
"""

PROMISES = (
    Promise(
        "M1",
        N_("A verified phone belongs to one member."),
        "SELECT 'a phone that ends in ' || min(tail) || ' belongs to members ' || string_agg(member_id::text, ', ' "
        "ORDER BY member_id) FROM members_identity WHERE kind = 'phone' AND verified GROUP BY blind_index "
        "HAVING count(DISTINCT member_id) > 1 ORDER BY min(member_id)",
    ),
    Promise(
        "M1",
        N_("Who became one with another is found under the one, whole, until the two are parted."),
        _LEFT_BEHIND,
    ),
)
