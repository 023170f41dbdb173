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
