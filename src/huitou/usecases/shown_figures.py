"""What need not be counted or written down again, as pages show it already: most members are today what they were
yesterday, and weeks that are over say the same on each of the seven days that follow.

What a refresh has published it remembers in the lake, with its own name. Where the books show another's figures (a
backup was read back, a refresh was killed between the two) everything is counted and compared anew.
"""

from __future__ import annotations

import hashlib
from datetime import date

from huitou.insight import service as insight
from huitou.insight.service import runs
from huitou.lake import service as lake
from huitou.usecases.reckon import Asked

_BOUGHT, _FACTS = "bought", "facts"
_FOUND = (
    "SELECT f.*, coalesce(categories, '{}') AS categories, coalesce(category_shares, '{}') AS category_shares, "
    "coalesce(categories_bought, 0)::SMALLINT AS categories_bought "
    "FROM facts f LEFT JOIN preferences USING (member_id)"
)


def facts_query(day: date) -> str:
    """SQL of what is written down of each member: what was reckoned up to this day, with the loyalty index of it."""
    return insight.with_loyalty_sql(day, _FOUND)


def reckon_shelf(asked: Asked, files: str) -> frozenset[str]:
    """Leaves a view of each result of the shelf but of those that it returns: what whole weeks tell alone is not
    counted again where these weeks have not changed since the figures that are shown."""
    session = asked.snapshot.session
    found, still = _remembered_bought(asked), frozenset[str]()
    if found is None:
        lake.keep_result(session, files, "bought", lambda: insight.bought_query(asked.day))
    else:
        session.execute(f"CREATE OR REPLACE VIEW bought AS FROM {found.view}")
        still = frozenset(insight.BY_WEEKS) if found.said["shown"] == _shown() else still
    for name, query in insight.shelf_queries(session, asked.day, asked.by.cut_offs).items():
        if name not in still:
            lake.keep_result(session, files, name, query)
    return still


def remember_shown(asked: Asked) -> None:
    """Let the next refresh know what the figures are that were just published, so that it writes what differs alone."""
    _, sunday = insight.goods_weeks(asked.day)
    said = {"sunday": sunday.isoformat(), "shown": _shown()}
    if _remembered_bought(asked) is not None:
        lake.confirm_remembered(asked.snapshot, _BOUGHT, said)
    else:
        lake.remember(asked.snapshot, _BOUGHT, insight.BOUGHT_FORM, "FROM bought", said)
    lake.remember(asked.snapshot, _FACTS, _facts_form(asked), facts_query(asked.day), {"shown": _shown()})


def facts_that_differ(asked: Asked) -> tuple[str, str] | None:
    """SQL of the facts that are not as they are shown, and of the members (member_id) of whom none are any more; None
    where nobody knows what is shown."""
    found = None if asked.anew else lake.recall(asked.snapshot, _FACTS, _facts_form(asked))
    if found is None or found.said["shown"] != _shown():
        return None
    named = [name for name, _ in _columns(asked) if name != "member_id"]
    now, then = (f"({', '.join(f'{which}.{name}' for name in named)})" for which in ("now", "before"))
    joined = f"FROM ({facts_query(asked.day)}) AS now LEFT JOIN {found.view} AS before USING (member_id)"
    changed = f"SELECT now.* {joined} WHERE before.member_id IS NULL OR {now} IS DISTINCT FROM {then}"
    return changed, f"SELECT member_id FROM {found.view} ANTI JOIN facts USING (member_id)"


def _remembered_bought(asked: Asked) -> lake.Remembered | None:
    _, sunday = insight.goods_weeks(asked.day)
    found = None if asked.anew else lake.recall(asked.snapshot, _BOUGHT, insight.BOUGHT_FORM)
    return found if found and found.said["sunday"] == sunday.isoformat() and found.changed_from > sunday else None


def _shown() -> str:
    """Names the refresh whose figures are shown: a database that was read back from a backup shows another's."""
    shown = runs.last()
    return f"{shown.id} {shown.ended_at}" if shown is not None else ""


def _columns(asked: Asked) -> list[tuple[str, str]]:
    return [
        (name, kind) for name, kind, *_ in asked.snapshot.session.sql(f"DESCRIBE {facts_query(asked.day)}").fetchall()
    ]


def _facts_form(asked: Asked) -> str:
    return hashlib.sha256(repr(_columns(asked)).encode()).hexdigest()[:16]
