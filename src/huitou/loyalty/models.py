from django.db import models
from django.db.models.functions import Now


class Account(models.Model):
    """A member's account in one asset, or one of the programme's own accounts (no member).

    Programme accounts carry no balance: one hot row would cap the whole chain.
    """

    asset = models.CharField(max_length=20)
    role = models.CharField(max_length=20)
    member = models.ForeignKey("members.Member", models.PROTECT, null=True, related_name="+")
    balance = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["asset", "role", "member"], nulls_distinct=False, name="loyalty_account_once"
            ),
            models.CheckConstraint(
                name="loyalty_account_balance_only_of_members",
                condition=models.Q(role="member", member__isnull=False, balance__gte=0)
                | (~models.Q(role="member") & models.Q(member=None, balance=None)),
            ),
        ]


class Transaction(models.Model):
    """One posting: entries that sum to zero, made once for its key (L2, L4)."""

    key = models.TextField(unique=True)
    kind = models.CharField(max_length=20)
    receipt = models.ForeignKey("receipts.Identity", models.PROTECT, null=True, related_name="+")
    rule = models.TextField()
    rule_version = models.IntegerField()
    actor = models.TextField()
    source = models.TextField()
    posted_at = models.DateTimeField(db_default=Now())
    business_date = models.DateField()


class Lot(models.Model):
    """Points that were earned together and are spent, reversed or expire together."""

    account = models.ForeignKey("loyalty.Account", models.PROTECT, related_name="+")
    transaction = models.ForeignKey("loyalty.Transaction", models.PROTECT, related_name="+")
    original = models.BigIntegerField()
    remaining = models.BigIntegerField()
    earned_at = models.DateTimeField()
    expires_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="loyalty_lot_remaining_in_range",
                condition=models.Q(remaining__gte=0, remaining__lte=models.F("original"), original__gt=0),
            ),
        ]


class Entry(models.Model):
    """One side of a posting. Entries never change (L3): a trigger refuses."""

    transaction = models.ForeignKey("loyalty.Transaction", models.PROTECT, related_name="+")
    account = models.ForeignKey("loyalty.Account", models.PROTECT, related_name="+")
    lot = models.ForeignKey("loyalty.Lot", models.PROTECT, null=True, related_name="+")
    points = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="loyalty_entry_moves_points", condition=~models.Q(points=0)),
        ]
