"""What each role may do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from huitou.access.terms import NOTHING, WHOLE_CHAIN, Right, Role, Scope

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.ADMINISTRATOR: frozenset(Right),
    # A file names every store and member, so reading it in is for those who see the chain. To take it back, or to hold
    # the log-in of another system, is more.
    Role.MARKETER: frozenset(
        {
            Right.SEE_OVERVIEW,
            Right.SEE_MEMBERS,
            Right.MERGE_MEMBERS,
            Right.RUN_REFRESH,
            Right.SET_CUT_OFFS,
            Right.SEE_IMPORTS,
            Right.READ_FILES_IN,
            Right.SEE_OFFERS,
            Right.EDIT_OFFERS,
            Right.APPROVE_OFFERS,
            Right.PRINT_LABELS,
            Right.SEE_SEGMENTS,
            Right.EDIT_SEGMENTS,
            Right.EXPORT_SEGMENTS,
            Right.EDIT_TAGS,
            Right.GIVE_TAGS,
            Right.TAKE_CONSENTS,
            Right.SET_HOUSEHOLDS,
        }
    ),
    # Whoever calls or writes may be a member of any store, and is called back by phone: each number is asked for by
    # itself and noted. Figures, files and what is sensitive are not asked for by anybody who calls.
    Role.SERVICE_AGENT: frozenset(
        {
            Right.SEE_MEMBERS,
            Right.UNMASK_PHONES,
            Right.SEE_OFFERS,
            Right.TAKE_CONSENTS,
            Right.SET_HOUSEHOLDS,
        }
    ),
    Role.STORE_MANAGER: frozenset(
        {
            Right.SEE_OVERVIEW,
            Right.SEE_MEMBERS,
            Right.UNMASK_PHONES,
            Right.SETTLE_CONFLICTS,
            Right.SEE_OFFERS,
            Right.PRINT_LABELS,
            Right.SELL,
            Right.SEE_SEGMENTS,
            Right.TAKE_CONSENTS,
            Right.SET_HOUSEHOLDS,
        }
    ),
    Role.CASHIER: frozenset({Right.SEE_MEMBERS, Right.SELL}),
}

CHAIN_WIDE = frozenset({Role.ADMINISTRATOR, Role.MARKETER, Role.SERVICE_AGENT})


def may(role: str, right: Right) -> bool:
    """Whether `role` has `right`; a role that nobody knows has none."""
    return role in RIGHTS and right in RIGHTS[Role(role)]


def scope_of(role: str, store_ids: Sequence[int]) -> Scope:
    """The stores that a person of `role` sees; a role that nobody knows sees none."""
    if role not in RIGHTS:
        return NOTHING
    sensitive = may(role, Right.SEE_SENSITIVE_TAGS)
    if role in CHAIN_WIDE:
        return replace(WHOLE_CHAIN, sensitive=sensitive)
    return Scope(everything=False, store_ids=tuple(store_ids), sensitive=sensitive)
