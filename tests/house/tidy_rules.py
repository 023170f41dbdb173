"""The tidy rules by name: what an import linter cannot see."""

from __future__ import annotations

from tests.house import core_rules, doc_rules, file_rules, table_rules
from tests.house.sources import Rule

RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        core_rules.no_clock_and_no_chance,
        core_rules.only_doors_and_config_read_the_clock,
        core_rules.core_is_standard_library,
        core_rules.no_float_for_money,
        core_rules.kernel_loyalty_receipts_know_no_float,
        table_rules.keys_point_down,
        table_rules.members_rows_are_covered,
        table_rules.nobody_looks_through_a_query_for_each_row,
        table_rules.migrations_go_back,
        table_rules.migrations_stand_in_one_row,
        table_rules.no_signals,
        file_rules.files_are_short,
        file_rules.functions_are_short,
        file_rules.names_say_something,
        file_rules.nothing_is_left_unfinished,
        file_rules.no_room_forgets_what_is_private,
        file_rules.pages_obey_the_content_policy,
        file_rules.colours_stand_in_one_file,
        file_rules.every_package_says_what_it_holds,
        doc_rules.settings_are_documented,
        doc_rules.error_codes_are_documented,
        doc_rules.error_codes_are_said_once,
        doc_rules.kpis_are_documented,
        doc_rules.jobs_are_documented,
        doc_rules.commands_are_documented,
        doc_rules.links_lead_somewhere,
        doc_rules.decisions_have_a_number_of_their_own,
    )
}
