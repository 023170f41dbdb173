"""What a request of the console may do in each table, and whose secret each table is: the table of the tables."""

from __future__ import annotations

from huitou.insight import service as insight

# All that a request of the console may do in the database; every other right on every other table is nobody's. A page
# that reads a new table adds it here, with the grant in its room's migration.
READS = frozenset({"SELECT"})
KEEPS = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
MAY = {
    **dict.fromkeys(("catalogue_category", "catalogue_code", "catalogue_product"), READS),
    "catalogue_store": frozenset({"SELECT", "INSERT"}),
    "catalogue_chain": frozenset({"SELECT", "INSERT", "UPDATE"}),
    **dict.fromkeys(("insight_kpivalue", "insight_refresh", "insight_layerspan", "insight_stagemove",
                     "insight_quality"), READS),
    **dict.fromkeys(insight.PICTURES, READS),
    **dict.fromkeys(("segments_segment", "segments_version", "segments_use", "segments_snapshot"), READS),
    **dict.fromkeys(("segments_live", "segments_turn", "segments_membership", "segments_move", "segments_look"), READS),
    **dict.fromkeys(("segments_tag", "segments_tagversion", "segments_tagday", "segments_bearer", "members_consent",
                     "members_persons", "members_parts", "members_agreed", "members_household",
                     "members_householdmember"), READS),
    **dict.fromkeys(("insight_cutoffs", "insight_goals"), frozenset({"SELECT", "INSERT"})),
    **dict.fromkeys(("receipts_line", "receipts_receipt", "receipts_identity", "receipts_import"), READS),
    "receipts_conflict": frozenset({"SELECT", *(f"UPDATE resolved_{what}" for what in ("at", "by", "note"))}),
    "receipts_refusal": frozenset({"SELECT", *(f"UPDATE {column}" for column in (
        "mended", "sealed", "owner_indexes", "dismissed_at", "dismissed_by", "dismissed_because"))}),
    **dict.fromkeys(("loyalty_account", "loyalty_entry", "loyalty_lot", "loyalty_transaction"), READS),
    **dict.fromkeys(("loyalty_opening", "loyalty_tierentry", "offers_couponuse", "offers_settled"), READS),
    **dict.fromkeys(("loyalty_bonus", "offers_brought"), READS),
    **dict.fromkeys(("offers_couponbatch", "offers_couponkind"), frozenset({"SELECT", "INSERT"})),
    "offers_grant": frozenset({"INSERT"}),
    **dict.fromkeys(("offers_quota", "offers_limitedtally"), READS),
    "offers_label": frozenset({"SELECT", "INSERT", "UPDATE"}), "members_staff": KEEPS,
    "offers_coupon": frozenset({"SELECT", *(f"UPDATE {column}" for column in (
        "state", "changed_on", "hold_key", "held_until"))}),
    **dict.fromkeys(("offers_offer", "offers_offerversion", "offers_standing", "offers_prompt"),
                    frozenset({"SELECT", "INSERT", "UPDATE"})),
    **dict.fromkeys(("offers_programme", "offers_approvalrule", "loyalty_rate"), frozenset({"SELECT", "INSERT"})),
    "loyalty_reconciliation": frozenset({"SELECT", "INSERT", "UPDATE signed_by", "UPDATE signed_at", "UPDATE note"}),
    **dict.fromkeys(("members_event", "members_facts", "members_identity", "members_member", "members_profile",
                     "members_tier", "members_candidate", "members_change", "members_merge", "members_sharedphone",
                     "receipts_named"), READS),
    "access_auditentry": frozenset({"INSERT"}),
    "inbox_job": frozenset({"SELECT", "INSERT", "UPDATE"}),
    **dict.fromkeys(("inbox_mapping", "inbox_drop", "offers_tally", "uploads_upload"), KEEPS),
    "inbox_dropfile": frozenset({"SELECT", "DELETE"}),
    "access_user": frozenset({"SELECT", "UPDATE last_login", "UPDATE language"}),
    **dict.fromkeys(("django_session", "axes_accessattempt", "axes_accessattemptexpiration", "axes_accesslog",
                     "axes_accessfailurelog"), KEEPS),
}  # fmt: skip

# Tables that tell of no store and of no member. A new table is here, or its rows are found to have owners.
NOBODYS_SECRET = {
    "loyalty_rate", "offers_approvalrule",
    "offers_offer", "offers_offerversion", "offers_programme", "offers_prompt", "offers_standing", "offers_tally",
    "catalogue_recategorised", "segments_asking", "segments_live", "segments_segment", "segments_snapshot",
    "segments_tag", "segments_tagday", "segments_tagversion", "segments_turn", "segments_use", "segments_version",
    "access_apikey", "access_auditentry", "access_user", "catalogue_category", "catalogue_chain", "catalogue_code",
    "catalogue_product", "catalogue_store", "catalogue_told", "inbox_drop", "inbox_dropfile", "inbox_job",
    "inbox_mapping", "insight_cutoffs", "insight_goals", "insight_goodspair", "insight_quality", "insight_refresh",
    "members_household",  # its members own it
    "loyalty_reconciliation", "members_sharedphone", "members_wrongcode", "offers_couponbatch", "offers_couponkind",
    "outbox_fact", "receipts_brought", "receipts_bundle", "receipts_import", "receipts_monthgone", "uploads_upload",
}  # fmt: skip
# A coupon that nobody used yet has no receipt, an opening of nothing no posting, an identity that no merge moved no
# origin; the member owns them all the same.
MAY_NAME_NOTHING = {"loyalty_opening", "members_identity", "offers_brought", "offers_coupon", "offers_couponuse"}
OF_THE_FRAMEWORKS = ("auth_", "axes_", "django_", "procrastinate_")
STORE_COLUMNS = ("store_id", "home_store_id")
