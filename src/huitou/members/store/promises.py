"""What members promise, as SQL that names the first broken row."""

from __future__ import annotations

from huitou.kernel.errors import N_
from huitou.kernel.promise import Promise

PROMISES = (
    Promise(
        "M1",
        N_("A verified phone belongs to one member."),
        "SELECT 'a phone that ends in ' || min(tail) || ' belongs to members ' || string_agg(member_id::text, ', ' "
        "ORDER BY member_id) FROM members_identity WHERE kind = 'phone' AND verified GROUP BY blind_index "
        "HAVING count(DISTINCT member_id) > 1 ORDER BY min(member_id)",
    ),
)
