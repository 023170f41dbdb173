from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class CouponKind(models.Model):
    """What a coupon is good for. `code` is what an offer asks for (`Valid.coupon`).

    `terms` is the sentence that people read. What the amounts mean to the engine is the offer's; here they are for
    reports: what one coupon takes off, and from which spend on.
    """

    code = models.TextField(unique=True)
    title = models.TextField()
    terms = models.TextField(db_default="")
    worth_fen = models.BigIntegerField(null=True)
    threshold_fen = models.BigIntegerField(null=True)
    made_at = models.DateTimeField(db_default=Now())
    # Belongs to a member, who shows their own code to use it; and whether somebody else may use it all the same.
    personal = models.BooleanField(db_default=False)
    transferable = models.BooleanField(db_default=False)
    # Good from and until these days, or for so many days from the one on which it was granted; neither: for ever.
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    valid_days = models.IntegerField(null=True)
    # Plain ids of the stores that take it; empty: all of them.
    store_ids = ArrayField(models.IntegerField(), db_default=[])
    made_by = models.TextField(db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="offers_couponkind_valid_one_way",
                condition=(Q(valid_days=None) | Q(valid_days__gt=0, valid_from=None, valid_until=None))
                & (Q(valid_from=None) | Q(valid_until=None) | Q(valid_until__gte=models.F("valid_from"))),
            ),
            models.CheckConstraint(
                name="offers_couponkind_transferable_is_personal", condition=Q(transferable=False) | Q(personal=True)
            ),
            models.CheckConstraint(name="offers_couponkind_named", condition=~Q(code="") & ~Q(title="")),
            models.CheckConstraint(
                name="offers_couponkind_amounts",
                condition=(Q(worth_fen=None) | Q(worth_fen__gt=0)) & (Q(threshold_fen=None) | Q(threshold_fen__gte=0)),
            ),
        ]


class CouponBatch(models.Model):
    """Coupons that were issued together: `issued` is how many, less those whose import was undone (C2).

    A batch is issued in pieces: `wanted` is how many there will be. Until then `seed` makes their codes, so that one
    that was stopped goes on to the very codes that it would have had; afterwards nobody knows it any more.
    """

    kind = models.ForeignKey("offers.CouponKind", models.PROTECT, related_name="+")
    issued = models.IntegerField()
    source = models.TextField()
    actor = models.TextField()
    # The file that brought them; None: issued here.
    import_batch = models.ForeignKey("receipts.Import", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    # The caller's own name for it: the same again is the same batch.
    name = models.TextField(null=True, unique=True)
    wanted = models.IntegerField(null=True)
    seed = models.BinaryField(null=True)
    starts = models.DateField(null=True)
    ends = models.DateField(null=True)
    # The offer that grants its coupons with receipts, one by one: nobody counts them here, or every till would wait.
    offer = models.ForeignKey("offers.Offer", models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="offers_couponbatch_of_some",
                condition=Q(issued__gt=0) | Q(wanted__gt=0) | Q(offer__isnull=False, issued=0, wanted=None),
            ),
            models.UniqueConstraint(
                fields=["offer", "kind"], condition=Q(offer__isnull=False), name="offers_couponbatch_one_of_an_offer"
            ),
            models.CheckConstraint(
                name="offers_couponbatch_no_more_than_wanted",
                condition=Q(issued__gte=0) & (Q(wanted=None) | Q(issued__lte=models.F("wanted"))),
            ),
            models.CheckConstraint(
                name="offers_couponbatch_seed_until_issued",
                condition=Q(seed=None) | Q(wanted__gt=models.F("issued")),
            ),
        ]


class Coupon(models.Model):
    """One coupon: a right to one application, used once (C1).

    Without a member it belongs to its bearer. `starts` and `ends` are business dates, both included; no end: for ever.
    A used coupon names the receipt; of one that an old programme says was used nobody has the receipt.
    """

    code = models.TextField(unique=True)
    batch = models.ForeignKey("offers.CouponBatch", models.PROTECT, related_name="+")
    member = models.ForeignKey("members.Member", models.PROTECT, null=True, related_name="+", db_index=False)
    state = models.CharField(max_length=8, db_default="live")
    starts = models.DateField(null=True)
    ends = models.DateField(null=True)
    receipt = models.ForeignKey("receipts.Identity", models.PROTECT, null=True, related_name="+", db_index=False)
    # When it came into its present state; of a brought one the last day of the old programme.
    changed_on = models.DateField()
    brought = models.BooleanField(db_default=False)
    # The basket that it is promised to, and until when: afterwards it is as good as live.
    hold_key = models.TextField(null=True)
    held_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="offers_coupon_held_by_a_basket",
                condition=Q(state="held", hold_key__isnull=False, held_until__isnull=False)
                | ~Q(state="held") & Q(hold_key=None, held_until=None),
            ),
            models.CheckConstraint(name="offers_coupon_named", condition=~Q(code="")),
            models.CheckConstraint(
                name="offers_coupon_state_known", condition=Q(state__in=["live", "held", "used", "expired", "void"])
            ),
            models.CheckConstraint(
                name="offers_coupon_used_by_a_receipt",
                condition=Q(state="used") & (Q(receipt__isnull=False) | Q(brought=True))
                | ~Q(state="used") & Q(receipt=None),
            ),
            models.CheckConstraint(
                name="offers_coupon_ends_after_it_began",
                condition=Q(starts=None) | Q(ends=None) | Q(ends__gte=models.F("starts")),
            ),
        ]
        indexes = [
            models.Index(fields=["member", "state"], name="offers_coupon_of_member", condition=Q(member__isnull=False)),
            models.Index(fields=["receipt"], name="offers_coupon_of_receipt", condition=Q(receipt__isnull=False)),
            models.Index(fields=["hold_key"], name="offers_coupon_of_hold", condition=Q(hold_key__isnull=False)),
            models.Index(
                fields=["ends"], name="offers_coupon_ends", condition=Q(state__in=["live", "held"], ends__isnull=False)
            ),
        ]


class Grant(models.Model):
    """Who gets which coupon of a batch that is being issued to members; gone when it is issued."""

    batch = models.ForeignKey("offers.CouponBatch", models.CASCADE, related_name="+", db_index=False)
    number = models.IntegerField()
    member = models.ForeignKey("members.Member", models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="offers_grant_one")]


class Brought(models.Model):
    """A coupon that an offer gave with a receipt, once (C17). What came back may end it: `gone_by` is the return after
    which the purchase would not have brought it."""

    receipt = models.ForeignKey("receipts.Identity", models.PROTECT, related_name="+", db_index=False)
    offer = models.ForeignKey("offers.Offer", models.PROTECT, related_name="+", db_index=False)
    number = models.SmallIntegerField()
    coupon = models.OneToOneField("offers.Coupon", models.PROTECT, related_name="+")
    gone_by = models.ForeignKey("receipts.Identity", models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["receipt", "offer", "number"], name="offers_brought_once"),
            models.CheckConstraint(name="offers_brought_numbered", condition=Q(number__gte=1)),
        ]
        indexes = [models.Index(fields=["gone_by"], name="offers_brought_gone", condition=Q(gone_by__isnull=False))]


class CouponUse(models.Model):
    """One receipt used one coupon. A return that brings back what it was used for gives it back, once (C1, C8)."""

    coupon = models.ForeignKey("offers.Coupon", models.PROTECT, related_name="+", db_index=False)
    receipt = models.ForeignKey("receipts.Identity", models.PROTECT, related_name="+", db_index=False)
    used_at = models.DateTimeField(db_default=Now())
    # What the coupon was before: a coupon that had expired is honoured, and goes back to where it was.
    was = models.CharField(max_length=8, db_default="live")
    given_back_by = models.ForeignKey("receipts.Identity", models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["receipt", "coupon"], name="offers_couponuse_once_a_receipt"),
            models.UniqueConstraint(
                fields=["coupon"], condition=Q(given_back_by=None), name="offers_couponuse_one_at_a_time"
            ),
        ]


class Settled(models.Model):
    """How a receipt was priced: by which programme, what it reckons, and what the till said."""

    receipt = models.OneToOneField("receipts.Identity", models.PROTECT, primary_key=True, related_name="+")
    programme = models.ForeignKey("offers.Programme", models.PROTECT, null=True, related_name="+", db_index=False)
    business_date = models.DateField()
    # What the goods cost after all discounts.
    reckoned_fen = models.BigIntegerField()
    claimed_fen = models.BigIntegerField()
    # Who took what: [line, pieces, offer's row, coupon, application, fen of each piece].
    takings = models.JSONField()
    # Of each offer: [row, applications, fen, [[payer, fen]], applications and fen honoured beyond its limits].
    applied = models.JSONField()
    # Of each benefit: [offer's row, code, name, kind, what is given, [[line, points]], [[line, fen]], and of each need
    # [least fen, least pieces, [[line, fen, pieces]]]].
    given = models.JSONField(db_default=[])

    class Meta:
        indexes = [models.Index(fields=["business_date"], name="offers_settled_on")]


class Offer(models.Model):
    """One promotion by its code, whatever its version. `state` is how it stands; what it says is its versions'."""

    code = models.TextField(unique=True)
    state = models.CharField(max_length=8, db_default="draft")
    changed_by = models.TextField()
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(name="offers_offer_named", condition=~Q(code="")),
            models.CheckConstraint(
                name="offers_offer_state_known", condition=Q(state__in=["draft", "on", "paused", "ended"])
            ),
        ]


class OfferVersion(models.Model):
    """What an offer says, once and for ever: a receipt may have been priced by it."""

    offer = models.ForeignKey("offers.Offer", models.PROTECT, related_name="+", db_index=False)
    number = models.IntegerField()
    # The engine's JSON; its text, so that what was read is what is kept.
    document = models.TextField()
    budget_fen = models.BigIntegerField(null=True)
    uses = models.BigIntegerField(null=True)
    per_member = models.IntegerField(null=True)
    per_member_day = models.IntegerField(null=True)
    per_store_day = models.IntegerField(null=True)
    per_member_month_fen = models.BigIntegerField(null=True)
    state = models.CharField(max_length=8, db_default="draft")
    made_by = models.TextField()
    made_at = models.DateTimeField(db_default=Now())
    submitted_by = models.TextField(db_default="")
    approved_by = models.TextField(db_default="")
    # The rule that said so when it was handed in.
    needs_second = models.BooleanField(db_default=False)
    note = models.TextField(db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offer", "number"], name="offers_offerversion_number"),
            models.CheckConstraint(
                name="offers_offerversion_state_known", condition=Q(state__in=["draft", "waiting", "approved"])
            ),
            # Nobody approves what they wrote or handed in themselves.
            models.CheckConstraint(
                name="offers_offerversion_second_person",
                condition=Q(approved_by="")
                | ~Q(approved_by=models.F("made_by")) & ~Q(approved_by=models.F("submitted_by")),
            ),
            models.CheckConstraint(
                name="offers_offerversion_approved_by_a_second",
                condition=~Q(state="approved") | Q(needs_second=False) | ~Q(approved_by=""),
            ),
            models.CheckConstraint(
                name="offers_offerversion_limits",
                condition=(Q(budget_fen=None) | Q(budget_fen__gt=0))
                & (Q(uses=None) | Q(uses__gt=0))
                & (Q(per_member=None) | Q(per_member__gt=0))
                & (Q(per_member_day=None) | Q(per_member_day__gt=0))
                & (Q(per_store_day=None) | Q(per_store_day__gt=0)),
            ),
            models.CheckConstraint(
                name="offers_offerversion_quota",
                condition=Q(per_member_month_fen=None) | Q(per_member_month_fen__gt=0),
            ),
        ]


class Programme(models.Model):
    """A moment from which on other offers priced baskets. Its id is the version that quotes and receipts name."""

    made_at = models.DateTimeField(db_default=Now())
    made_by = models.TextField()
    why = models.TextField()


class Standing(models.Model):
    """An offer's version stands in the programmes `since` to before `until`; an open one stands now."""

    offer = models.ForeignKey("offers.Offer", models.PROTECT, related_name="+", db_index=False)
    version = models.ForeignKey("offers.OfferVersion", models.PROTECT, related_name="+")
    since = models.ForeignKey("offers.Programme", models.PROTECT, related_name="+")
    until = models.ForeignKey("offers.Programme", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offer"], condition=Q(until=None), name="offers_standing_once"),
            models.CheckConstraint(
                name="offers_standing_for_a_while", condition=Q(until=None) | Q(until__gt=models.F("since"))
            ),
        ]


class Tally(models.Model):
    """How often an offer was applied altogether and what it cost.

    What is counted against its limits never passes them (C3, C7); what had happened already beyond them is `honoured`.
    Without limits it is kept in several shards, so that tills don't wait for each other.
    """

    offer = models.ForeignKey("offers.Offer", models.PROTECT, related_name="+", db_index=False)
    shard = models.SmallIntegerField(db_default=0)
    uses = models.BigIntegerField(db_default=0)
    most_uses = models.BigIntegerField(null=True)
    fen = models.BigIntegerField(db_default=0)
    most_fen = models.BigIntegerField(null=True)
    honoured_uses = models.BigIntegerField(db_default=0)
    honoured_fen = models.BigIntegerField(db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offer", "shard"], name="offers_tally_one"),
            models.CheckConstraint(
                name="offers_tally_within_uses", condition=Q(most_uses=None) | Q(uses__lte=models.F("most_uses"))
            ),
            models.CheckConstraint(
                name="offers_tally_within_budget", condition=Q(most_fen=None) | Q(fen__lte=models.F("most_fen"))
            ),
            models.CheckConstraint(
                name="offers_tally_not_below_nothing",
                condition=Q(uses__gte=0) & Q(fen__gte=0) & Q(honoured_uses__gte=0) & Q(honoured_fen__gte=0),
            ),
        ]


class LimitedTally(models.Model):
    """The uses of an offer that limits them: of a member, of a member on a day, or of a store on a day (C3)."""

    offer = models.ForeignKey("offers.Offer", models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey("members.Member", models.PROTECT, null=True, related_name="+")
    store = models.ForeignKey("catalogue.Store", models.PROTECT, null=True, related_name="+", db_index=False)
    day = models.DateField(null=True)
    uses = models.BigIntegerField(db_default=0)
    most = models.BigIntegerField()
    honoured = models.BigIntegerField(db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["offer", "member", "store", "day"], nulls_distinct=False, name="offers_limitedtally_one"
            ),
            models.CheckConstraint(
                name="offers_limitedtally_within",
                condition=Q(uses__gte=0) & Q(honoured__gte=0) & Q(uses__lte=models.F("most")),
            ),
            models.CheckConstraint(
                name="offers_limitedtally_of_one",
                condition=Q(member__isnull=False, store=None) | Q(member=None, store__isnull=False, day__isnull=False),
            ),
        ]


class Quota(models.Model):
    """What an offer has given to a member in a calendar month, and what it may give at most (C14)."""

    offer = models.ForeignKey("offers.Offer", models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="+", db_index=False)
    # Its first day.
    month = models.DateField()
    fen = models.BigIntegerField(db_default=0)
    most_fen = models.BigIntegerField()
    # Beyond it, sold while nobody could ask.
    honoured_fen = models.BigIntegerField(db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "offer", "month"], name="offers_quota_one"),
            models.CheckConstraint(
                name="offers_quota_within",
                condition=Q(fen__gte=0) & Q(honoured_fen__gte=0) & Q(fen__lte=models.F("most_fen")),
            ),
            models.CheckConstraint(name="offers_quota_of_a_month", condition=Q(month__day=1)),
        ]


class Label(models.Model):
    """What the shelf label of a product in a store said when it was last handed out (C16): only what has changed is
    printed anew."""

    store = models.ForeignKey("catalogue.Store", models.CASCADE, related_name="+", db_index=False)
    product = models.ForeignKey("catalogue.Product", models.CASCADE, related_name="+", db_index=False)
    digest = models.BinaryField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "product"], name="offers_label_one")]


class ApprovalRule(models.Model):
    """Above which budget a second person approves an offer; in versions, the newest holds. None: never."""

    above_fen = models.BigIntegerField(null=True)
    made_by = models.TextField()
    made_at = models.DateTimeField(db_default=Now())
    note = models.TextField(db_default="")


class Prompt(models.Model):
    """What a cashier may say when goods of these are in the basket; its outcomes are events of the kind `prompt`."""

    code = models.TextField(unique=True)
    say_zh = models.TextField()
    say_en = models.TextField(db_default="")
    # JSON, as offers write goods.
    goods = models.TextField()
    # The name of a live segment; a name that no segment has any more is nobody's.
    segment = models.TextField(db_default="")
    members_only = models.BooleanField(db_default=False)
    starts = models.DateField(null=True)
    ends = models.DateField(null=True)
    rest_days = models.IntegerField(db_default=30)
    is_on = models.BooleanField(db_default=False)
    revision = models.IntegerField(db_default=1)
    made_by = models.TextField()
    made_at = models.DateTimeField(db_default=Now())
    changed_by = models.TextField()
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(name="offers_prompt_says", condition=~Q(code="") & ~Q(say_zh="")),
            models.CheckConstraint(
                name="offers_prompt_ends_after_it_starts",
                condition=Q(starts=None) | Q(ends=None) | Q(ends__gte=models.F("starts")),
            ),
            models.CheckConstraint(name="offers_prompt_rests", condition=Q(rest_days__gte=0, rest_days__lte=3650)),
        ]
