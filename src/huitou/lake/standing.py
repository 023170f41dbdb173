"""Who had bought where up to the end of a month long past: the first and the last day of each member in each store.

What looks back over all years (who is new, who had been asleep, when somebody came first) reads this and the visits
since, and not the visits of all years. It is remembered from one refresh to the next, moves on by a month once a month,
and is counted from the beginning where a day that it covers has changed.
"""

from __future__ import annotations

from datetime import date

from huitou.lake import remembered
from huitou.lake.daily import Snapshot

_NAME, _FORM = "standing", "1"
_NOBODY = "SELECT 0 AS store_id, 0::BIGINT AS member_id, DATE '1970-01-01' AS first_on, DATE '1970-01-01' AS last_on"


def lay(snapshot: Snapshot, until: date | None, *, anew: bool = False, looks_back: bool = False) -> None:
    """Leaves a view `standing` of (store_id, member_id, first_on, last_on), of sales up to the day `until`; empty
    without such a day. Reads `visits`."""
    session = snapshot.session
    if until is None or snapshot.lines is None:
        session.execute(f"CREATE OR REPLACE VIEW standing AS FROM ({_NOBODY}) WHERE false")
        return
    found = None if anew else remembered.recall(snapshot, _NAME, _FORM)
    known_until = date.fromisoformat(found.said["until"]) if found is not None else date.min
    if known_until > until and looks_back:  # it leaves what the next one needs
        session.execute(f"CREATE OR REPLACE VIEW standing AS {_counted(None, None, until)}")
        return
    if found is None or found.changed_from <= known_until or known_until > until:
        remembered.keep(snapshot, _NAME, _FORM, _counted(None, None, until), _said(until))
    elif known_until < until:
        query = _counted(found.view, known_until, until)
        remembered.keep(snapshot, _NAME, _FORM, query, _said(until))
    else:
        remembered.confirm(snapshot, _NAME)
    kept = remembered.recall(snapshot, _NAME, _FORM)
    assert kept is not None, "what was just laid is there"
    session.execute(f"CREATE OR REPLACE VIEW standing AS FROM {kept.view}")


def _said(until: date) -> remembered.Said:
    return {"until": until.isoformat()}


def _counted(known: str | None, since: date | None, until: date) -> str:
    """SQL of the standing on the evening of `until`: from what was `known` on that of `since`, or from all visits."""
    later = f"business_date <= DATE '{until}'" + (f" AND business_date > DATE '{since}'" if since else "")
    visits = (
        "SELECT store_id, member_id, business_date AS first_on, business_date AS last_on FROM visits "
        f"WHERE kind = 'sale' AND member_id IS NOT NULL AND {later}"
    )
    parts = f"{visits} UNION ALL BY NAME FROM {known}" if known else visits
    return (
        f"SELECT store_id, member_id, min(first_on) AS first_on, max(last_on) AS last_on FROM ({parts}) "
        "GROUP BY store_id, member_id ORDER BY store_id, member_id"
    )
