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

    class Meta:
        constraints = [
            models.CheckConstraint(name="offers_couponkind_named", condition=~Q(code="") & ~Q(title="")),
            models.CheckConstraint(
                name="offers_couponkind_amounts",
                condition=(Q(worth_fen=None) | Q(worth_fen__gt=0)) & (Q(threshold_fen=None) | Q(threshold_fen__gte=0)),
            ),
        ]


class CouponBatch(models.Model):
    """Coupons that were issued together: `issued` is how many, less those whose import was undone (C2)."""

    kind = models.ForeignKey("offers.CouponKind", models.PROTECT, related_name="+")
    issued = models.IntegerField()
    source = models.TextField()
    actor = models.TextField()
    # The file that brought them; None: issued here.
    import_batch = models.ForeignKey("receipts.Import", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(name="offers_couponbatch_of_some", condition=Q(issued__gt=0))]


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

    class Meta:
        constraints = [
            models.CheckConstraint(name="offers_coupon_named", condition=~Q(code="")),
            models.CheckConstraint(
                name="offers_coupon_state_known", condition=Q(state__in=["live", "held", "used", "expired", "void"])
            ),
            models.CheckConstraint(
                name="offers_coupon_used_by_a_receipt",
                condition=Q(state="used") & (Q(receipt__isnull=False) | Q(brought=True)) | Q(receipt=None),
            ),
            models.CheckConstraint(
                name="offers_coupon_ends_after_it_began",
                condition=Q(starts=None) | Q(ends=None) | Q(ends__gte=models.F("starts")),
            ),
        ]
        indexes = [
            models.Index(fields=["member", "state"], name="offers_coupon_of_member", condition=Q(member__isnull=False)),
            models.Index(fields=["receipt"], name="offers_coupon_of_receipt", condition=Q(receipt__isnull=False)),
        ]


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


class ApprovalRule(models.Model):
    """Above which budget a second person approves an offer; in versions, the newest holds. None: never."""

    above_fen = models.BigIntegerField(null=True)
    made_by = models.TextField()
    made_at = models.DateTimeField(db_default=Now())
    note = models.TextField(db_default="")
