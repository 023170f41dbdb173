"""What each route of the console shows to the manager of another store."""

# Every route of the console, how it is asked, and what a manager of another store gets for this member.
ROUTES = {
    **dict.fromkeys(("overview", "kpis", "kpi", "kpi_csv", "crowd", "stores", "products", "product"), ("get", 200)),
    **dict.fromkeys(("search", "design", "conflicts", "labels", "analysis"), ("get", 200)),
    **dict.fromkeys(("duplicates", "duplicate", "merge"), ("get", 403)),
    **dict.fromkeys(("duplicate_merge", "duplicate_reject", "duplicate_reopen", "merge_part"), ("post", 403)),
    **dict.fromkeys(("targets", "refresh", "cut_offs", "start", "start_step"), ("get", 403)),
    "targets_undo": ("post", 403),
    "desk": ("get", 302),  # a store manager begins with the overview
    "staff": ("get", 403),
    "points": ("get", 403),
    "end_staff": ("post", 403),
    "stay_staff": ("post", 403),
    "store": ("get", 404),
    "receipt": ("get", 404),
    "settle_conflict": ("post", 404),
    # A file holds rows of any store, so that nothing of an import is a store manager's.
    **dict.fromkeys(
        (
            "imports",
            "import",
            "import_new",
            "import_trip",
            "import_afterwards",
            "import_rows",
            "job",
            "quality",
            "mappings",
            "cutover",
        ),
        ("get", 403),
    ),
    **dict.fromkeys(
        (
            "import_look",
            "import_match",
            "import_try",
            "import_take",
            "import_totals",
            "cutover_check",
            "cutover_sign",
            "refresh_now",
            "import_undo_look",
            "import_undo_go",
            "import_rows_replace",
            "import_rows_dismiss",
            "import_take_rows",
            "import_take_rows_go",
            "import_row_mend",
            "job_stop",
            "mapping_forget",
            "upload_begin",
            "upload",
            "upload_away",
            "drop_new",
            "drop_check",
            "drop_pause",
            "drop_remove",
            "start_sample",
            "start_clear",
        ),
        ("post", 403),
    ),
    # Offers are the whole chain's: a store manager looks at them and writes none.
    **dict.fromkeys(("offers", "offer_bench", "offer_calendar", "coupons", "prompts"), ("get", 200)),
    **dict.fromkeys(("offer", "coupon_kind", "prompt"), ("get", 404)),
    "coupon_batch": ("get", 204),
    **dict.fromkeys(("offer_act", "coupon_find"), ("post", 404)),
    **dict.fromkeys(("coupon_new", "prompt_new", "prompt_edit"), ("get", 403)),
    "prompt_act": ("post", 403),
    **dict.fromkeys(("coupon_void", "coupon_issue", "coupon_export", "coupon_void_batch"), ("post", 403)),
    **dict.fromkeys(("offer_new", "offer_edit", "offer_goods", "starters", "starter", "rehearsal"), ("get", 403)),
    **dict.fromkeys(("offer_live", "rehearsal_start"), ("post", 403)),
    # What a segment means is no secret; who is in it is counted among the manager's own members.
    **dict.fromkeys(("segments", "segment_counts"), ("get", 200)),
    "segment": ("get", 404),
    **dict.fromkeys(("segment_count", "segment_cost", "segment_profile", "segment_why"), ("post", 200)),
    "segment_stop": ("post", 204),
    **dict.fromkeys(("segment_new", "segment_edit", "segment_choices"), ("get", 403)),
    "segment_growth": ("get", 404),
    "segment_snapshot_stop": ("post", 403),
    **dict.fromkeys(
        ("segment_check", "segment_archive", "segment_restore", "segment_snapshot", "segment_export", "segment_live"),
        ("post", 403),
    ),
    "tags": ("get", 200),
    "tag": ("get", 404),
    **dict.fromkeys(("tag_new", "tag_edit"), ("get", 403)),
    **dict.fromkeys(
        (
            "tag_starters",
            "tag_archive",
            "tag_restore",
            "member_tag_give",
            "member_tag_take",
            "member_tag_back",
        ),
        ("post", 403),
    ),
    **dict.fromkeys(("member_consent", "member_messages", "member_messages_undo"), ("post", 404)),
    **dict.fromkeys(
        ("household_add", "household_meant", "household_name", "household_leave", "household_back"), ("post", 404)
    ),
    **dict.fromkeys(("people", "person_new", "person", "trail"), ("get", 403)),
    "trail_export": ("post", 403),
    **dict.fromkeys(("person_password", "person_shut_out", "person_let_in"), ("post", 403)),
    "login": ("get", 302),
    "logout": ("post", 302),
    "own_password": ("get", 200),
    "language": ("post", 400),
    "members": ("get", 200),
    "member": ("get", 404),
    "member_receipts": ("get", 404),
    "member_timeline": ("get", 404),
    "member_postings": ("get", 404),
    "reveal_phone": ("post", 404),
}

OF_A_SERVICE_AGENT = {
    *("members", "member", "member_receipts", "member_timeline", "member_postings", "receipt", "search"),
    *("reveal_phone", "member_consent", "member_messages", "member_messages_undo"),
    *("household_add", "household_meant", "household_name", "household_leave", "household_back"),
    *("offers", "offer", "offer_act", "offer_bench", "offer_calendar"),
    *("coupons", "coupon_kind", "coupon_batch", "coupon_find", "prompts", "prompt"),
    *("login", "logout", "own_password", "language", "overview", "desk"),
}
"""What whoever answers members may open: people and what they were promised. What is done to an offer asks for a right
of its own."""

STAFF_LABELS_AND_TAGS = (
    "INSERT INTO members_staff (member_id, number, since) SELECT id, 'E' || id, '2026-01-01' FROM members_member",
    "INSERT INTO offers_label (store_id, product_id, digest, changed_at) SELECT s.id, p.id, 'x', now() "
    "FROM catalogue_store s, catalogue_product p",
    "INSERT INTO offers_offer (code, changed_by) VALUES ('O', 'test')",
    "INSERT INTO offers_quota (offer_id, member_id, month, most_fen) SELECT o.id, m.id, '2026-11-01', 100 "
    "FROM members_member m, offers_offer o",
    "INSERT INTO offers_limitedtally (offer_id, member_id, most) SELECT o.id, m.id, 1 "
    "FROM members_member m, offers_offer o",
    "INSERT INTO offers_limitedtally (offer_id, store_id, day, most) SELECT o.id, s.id, '2026-11-01', 1 "
    "FROM catalogue_store s, offers_offer o",
    "INSERT INTO segments_tag (name) VALUES ('vip')",
    "INSERT INTO segments_bearer (tag_id, member_id, since, given_by, source, strength, as_of, ongoing) "
    "SELECT t.id, m.id, '2026-11-01', 'anna', 'hand', 100, '2026-11-01', false "
    "FROM members_member m, segments_tag t",
)
"""Rows of tables that a manager reads, of every member and store."""
