"""What each role may do, and how much of the chain it sees."""

from __future__ import annotations

from dataclasses import replace

import pytest

from huitou.access.rules.roles import may, scope_of
from huitou.access.terms import NOTHING, WHOLE_CHAIN, Right, Role, Scope

MAY = {
    Role.ADMINISTRATOR: {
        "see_overview",
        "see_members",
        "unmask_phones",
        "merge_members",
        "run_refresh",
        "set_cut_offs",
        "set_targets",
        "see_imports",
        "read_files_in",
        "undo_imports",
        "set_drops",
        "settle_conflicts",
        "see_offers",
        "edit_offers",
        "approve_offers",
        "set_approval",
        "export_coupons",
        "see_segments",
        "edit_segments",
        "export_segments",
        "sell",
        "manage_people",
        "see_trail",
        "print_labels",
        "set_staff",
        "set_points",
        "edit_tags",
        "give_tags",
        "take_consents",
        "set_households",
        "see_sensitive_tags",
    },
    Role.MARKETER: {
        "see_overview",
        "see_members",
        "merge_members",
        "run_refresh",
        "set_cut_offs",
        "see_imports",
        "read_files_in",
        "see_offers",
        "edit_offers",
        "approve_offers",
        "see_segments",
        "edit_segments",
        "export_segments",
        "print_labels",
        "edit_tags",
        "give_tags",
        "take_consents",
        "set_households",
    },
    Role.SERVICE_AGENT: {"see_members", "unmask_phones", "see_offers", "take_consents", "set_households"},
    Role.STORE_MANAGER: {
        "see_overview",
        "see_members",
        "unmask_phones",
        "settle_conflicts",
        "see_offers",
        "see_segments",
        "sell",
        "print_labels",
        "take_consents",
        "set_households",
    },
    Role.CASHIER: {"see_members", "sell"},
}


@pytest.mark.parametrize("role", [*Role, "owner", ""])
@pytest.mark.parametrize("right", list(Right))
def test_each_role_has_these_rights_and_no_others(role, right):
    assert may(role, right) is (right in MAY.get(role, set()))


@pytest.mark.parametrize(
    ("role", "stores", "scope", "because"),
    [
        (Role.ADMINISTRATOR, [], replace(WHOLE_CHAIN, sensitive=True), "the chain is theirs, what is sensitive too"),
        (Role.MARKETER, [], WHOLE_CHAIN, "campaigns are the chain's"),
        (Role.SERVICE_AGENT, [], WHOLE_CHAIN, "a member of any store may call"),
        (Role.STORE_MANAGER, [3, 4], Scope(False, (3, 4)), "their stores"),
        (Role.CASHIER, [3], Scope(False, (3,)), "their store"),
        (Role.CASHIER, [], Scope(False, ()), "no store, nothing"),
        ("owner", [1, 2], NOTHING, "a role that nobody knows sees none, whatever stores it claims"),
    ],
)
def test_each_role_sees_its_stores(role, stores, scope, because):
    assert scope_of(role, stores) == scope, because


@pytest.mark.parametrize(
    ("scope", "setting"),
    [(WHOLE_CHAIN, "all"), (NOTHING, "{}"), (Scope(False, (3,)), "{3}"), (Scope(False, (3, 4)), "{3,4}")],
)
def test_a_scope_is_what_the_policies_read(scope, setting):
    assert scope.setting == setting
