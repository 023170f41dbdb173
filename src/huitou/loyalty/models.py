from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value


class ServerTime(Func):
    """The server's own clock at the moment of writing: what orders postings (L17), whatever a till's clock says."""

    function = "clock_timestamp"
    template = "%(function)s()"
    output_field = models.DateTimeField()


class Account(models.Model):
    """A member's account in one asset, or one of the programme's own accounts (no member).

    Of a member: balance = sum of entries = what is left in lots less what is owed; `held` of it is promised to baskets.
    Programme accounts carry no balance: one hot row would cap the whole chain.
    """

    asset = models.CharField(max_length=20)
    role = models.CharField(max_length=20)
    member = models.ForeignKey("members.Member", models.PROTECT, null=True, related_name="+")
    balance = models.BigIntegerField(null=True)
    debt = models.BigIntegerField(db_default=0)
    held = models.BigIntegerField(db_default=0)
    # The member's points lie with the member whom this one was merged into: nothing is posted here.
    merged = models.BooleanField(db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["asset", "role", "member"], nulls_distinct=False, name="loyalty_account_once"
            ),
            models.CheckConstraint(
                name="loyalty_account_balance_only_of_members",
                condition=Q(role="member", member__isnull=False, balance__isnull=False)
                | (~Q(role="member") & Q(member=None, balance=None, debt=0, held=0)),
            ),
            models.CheckConstraint(
                name="loyalty_account_merged_is_empty", condition=Q(merged=False) | Q(balance=0, debt=0, held=0)
            ),
            # Below zero only by named debts, and what is held lies in the lots (L6, L13).
            models.CheckConstraint(
                name="loyalty_account_covers_its_holds",
                condition=Q(balance=None) | Q(debt__gte=0, held__gte=0, balance__gte=F("held") - F("debt")),
            ),
        ]


class Transaction(models.Model):
    """One posting: entries that sum to zero, made once for its key (L2, L4). `corrects` names the posting it undoes."""

    key = models.TextField()
    kind = models.CharField(max_length=20)
    receipt = models.ForeignKey("receipts.Identity", models.PROTECT, null=True, related_name="+")
    # No constraint: the receipt's own key holds the store, and checking it would lock the store's row for each posting.
    store = models.ForeignKey(
        "catalogue.Store", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    # What is named in this room and never goes is looked for once a statement, by a trigger each (ADR 19).
    corrects = models.ForeignKey(
        "loyalty.Transaction", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    rule = models.TextField()
    rule_version = models.IntegerField()
    actor = models.TextField()
    source = models.TextField()
    posted_at = models.DateTimeField(db_default=ServerTime())
    business_date = models.DateField()

    class Meta:
        constraints = [
            # Not by unique=True: with it comes a second index of every key, for LIKE, which nobody asks.
            models.UniqueConstraint(fields=["key"], name="loyalty_transaction_key_key"),
        ]
        indexes = [
            models.Index(fields=["corrects"], name="loyalty_transaction_corrects", condition=Q(corrects__isnull=False)),
        ]


class Unsealed(models.Model):
    """A posting that waits for its seal (L16). Written by the statement that writes the posting."""

    transaction = models.OneToOneField(
        "loyalty.Transaction", models.PROTECT, primary_key=True, related_name="+", db_constraint=False
    )


class Lot(models.Model):
    """Points that were earned together and are spent, reversed or expire together.

    `held` of what remains is promised to open holds. `graced`: points came back after the lot had expired, and
    `expires_on` was moved for them.
    """

    account = models.ForeignKey("loyalty.Account", models.PROTECT, related_name="+", db_index=False)
    transaction = models.ForeignKey("loyalty.Transaction", models.PROTECT, related_name="+", db_constraint=False)
    original = models.BigIntegerField()
    remaining = models.BigIntegerField()
    held = models.BigIntegerField(db_default=0)
    earned_at = models.DateTimeField()
    expires_on = models.DateField(null=True)
    graced = models.BooleanField(db_default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="loyalty_lot_remaining_in_range",
                condition=Q(original__gt=0, held__gte=0, held__lte=F("remaining"), remaining__lte=F("original")),
            ),
        ]
        indexes = [
            # In the order in which they are spent (L8); spent lots leave it.
            models.Index(
                fields=["account", "expires_on", "earned_at", "id"],
                name="loyalty_lot_to_spend",
                condition=Q(remaining__gt=0),
            ),
            models.Index(
                fields=["expires_on"],
                name="loyalty_lot_to_expire",
                condition=Q(remaining__gt=0, expires_on__isnull=False),
            ),
        ]


class Bonus(models.Model):
    """Of what a sale earned the points that an offer brought, on one line of it: a return takes back what belongs to
    the lines that came back. Rows never change."""

    transaction = models.ForeignKey("loyalty.Transaction", models.PROTECT, related_name="+", db_index=False)
    # The offer's code: this room knows no offers.
    offer = models.TextField()
    line = models.IntegerField()
    points = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["transaction", "offer", "line"], name="loyalty_bonus_once"),
            models.CheckConstraint(name="loyalty_bonus_of_points", condition=Q(points__gt=0) & ~Q(offer="")),
        ]


class Entry(models.Model):
    """One side of a posting. Entries never change (L3): a trigger refuses.

    On a member's account an entry without a lot moves a debt.
    """

    transaction = models.ForeignKey("loyalty.Transaction", models.PROTECT, related_name="+", db_constraint=False)
    # No constraint: it would lock the row of the programme's account, one for the whole chain, for each posting. The
    # account comes from a row that the same transaction has locked, and the audit looks for strays (L2).
    account = models.ForeignKey("loyalty.Account", models.PROTECT, related_name="+", db_constraint=False)
    lot = models.ForeignKey("loyalty.Lot", models.PROTECT, null=True, related_name="+", db_constraint=False)
    points = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="loyalty_entry_moves_points", condition=~Q(points=0)),
        ]


class Debt(models.Model):
    """Points that were taken back and that were spent already: owed of that lot, repaid by what comes in next.

    Without a lot: what the member owed in an old programme already.
    """

    account = models.ForeignKey("loyalty.Account", models.PROTECT, related_name="+")
    transaction = models.ForeignKey("loyalty.Transaction", models.PROTECT, related_name="+")
    lot = models.ForeignKey("loyalty.Lot", models.PROTECT, null=True, related_name="+")
    original = models.BigIntegerField()
    remaining = models.BigIntegerField()
    name = models.TextField(unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="loyalty_debt_remaining_in_range",
                condition=Q(original__gt=0, remaining__gte=0, remaining__lte=F("original")),
            ),
        ]


class Hold(models.Model):
    """Points that a basket may spend until `ends_at`. It ends once (L13): a trigger refuses a second end."""

    account = models.ForeignKey("loyalty.Account", models.PROTECT, related_name="+")
    key = models.TextField(unique=True)
    points = models.BigIntegerField()
    state = models.CharField(max_length=10, db_default="open")
    made_at = models.DateTimeField(db_default=ServerTime())
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    transaction = models.ForeignKey("loyalty.Transaction", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(name="loyalty_hold_of_points", condition=Q(points__gt=0)),
            models.CheckConstraint(
                name="loyalty_hold_ends_in_one_way",
                condition=Q(state="open", ended_at=None, transaction=None)
                | Q(state="posted", ended_at__isnull=False, transaction__isnull=False)
                | Q(state__in=["released", "timed_out"], ended_at__isnull=False, transaction=None),
            ),
        ]
        indexes = [models.Index(fields=["ends_at"], name="loyalty_hold_to_end", condition=Q(state="open"))]


class HoldLot(models.Model):
    """How many points of which lot a hold has promised."""

    pk = models.CompositePrimaryKey("hold_id", "lot_id")
    hold = models.ForeignKey("loyalty.Hold", models.PROTECT, related_name="+", db_index=False)
    lot = models.ForeignKey("loyalty.Lot", models.PROTECT, related_name="+")
    points = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(name="loyalty_holdlot_of_points", condition=Q(points__gt=0))]


class Block(models.Model):
    """Transactions of one store, or of none, that were sealed together (L16); bound to the block before."""

    # A plain id, so that a seal names nothing that could be taken away.
    store_id = models.IntegerField(null=True)
    number = models.BigIntegerField()
    previous = models.BinaryField()
    seal = models.BinaryField()
    sealed_at = models.DateTimeField(db_default=ServerTime())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store_id", "number"], nulls_distinct=False, name="loyalty_block_number_once"
            ),
        ]


class Sealed(models.Model):
    """A transaction that was sealed, and the leaves of its entries as they were then."""

    transaction = models.OneToOneField(
        "loyalty.Transaction", models.PROTECT, primary_key=True, related_name="+", db_constraint=False
    )
    block = models.ForeignKey("loyalty.Block", models.PROTECT, related_name="+", db_constraint=False)
    leaves = models.BinaryField()


class Opening(models.Model):
    """What an old programme said of a member's account at the cut-over, and the posting that opened it.

    `first_day` is the first business date that counts here: what receipts of earlier days earned is in `balance`.
    `before` is what our own books held for those days, so that the posting moved `balance - before`. The rows that were
    taken back are kept; one that stands is the only one of its account and source.
    """

    account = models.ForeignKey("loyalty.Account", models.PROTECT, related_name="+", db_index=False)
    batch = models.ForeignKey("receipts.Import", models.PROTECT, related_name="+")
    source = models.TextField()
    first_day = models.DateField()
    balance = models.BigIntegerField()
    before = models.BigIntegerField(db_default=0)
    # Of the member's rows in the file: the same again is known, another is refused.
    digest = models.TextField()
    # None: the old programme and our books said the same, mostly nothing.
    transaction = models.OneToOneField("loyalty.Transaction", models.PROTECT, null=True, related_name="+")
    undone_by = models.OneToOneField("loyalty.Transaction", models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "source"], condition=Q(undone_at=None), name="loyalty_opening_stands_once"
            ),
            models.CheckConstraint(
                name="loyalty_opening_undone_whole", condition=Q(undone_by=None) | Q(undone_at__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["first_day"], name="loyalty_opening_first_day", condition=Q(undone_at=None)),
        ]


class TierEntry(models.Model):
    """Which tier a member had from when until when, by which rule. Entries are kept; the one of today is the tier (M2).

    `since` and `until` are business dates, both included; no end: until another entry follows.
    """

    member = models.ForeignKey("members.Member", models.PROTECT, related_name="+", db_index=False)
    tier = models.TextField()
    since = models.DateField()
    until = models.DateField(null=True)
    rule = models.TextField()
    rule_version = models.IntegerField()
    source = models.TextField()
    actor = models.TextField()
    batch = models.ForeignKey("receipts.Import", models.PROTECT, null=True, related_name="+")
    noted_at = models.DateTimeField(db_default=ServerTime())
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="loyalty_tierentry_ends_after_it_began", condition=Q(until=None) | Q(until__gte=F("since"))
            ),
            models.CheckConstraint(name="loyalty_tierentry_named", condition=~Q(tier="") & ~Q(rule="")),
            # Two tiers on one day would let a till choose.
            ExclusionConstraint(
                name="loyalty_tierentry_one_a_day",
                expressions=[
                    ("member", RangeOperators.EQUAL),
                    (
                        Func(F("since"), F("until"), Value("[]"), function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(undone_at=None),
            ),
        ]


class Reconciliation(models.Model):
    """Our books beside the old programme's totals at a cut-over, as somebody saw them; `signed_by` says they are right.

    The report names members by number alone. A signed one never changes.
    """

    source = models.TextField()
    first_day = models.DateField()
    made_at = models.DateTimeField(db_default=ServerTime())
    actor = models.TextField()
    report = models.JSONField()
    differences = models.IntegerField()
    signed_by = models.TextField(null=True)
    signed_at = models.DateTimeField(null=True)
    note = models.TextField(db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="loyalty_reconciliation_signed_whole",
                condition=Q(signed_by=None, signed_at=None) | Q(signed_by__gt="", signed_at__isnull=False),
            ),
        ]


class Rate(models.Model):
    """What points are worth as a payment, from `set_at` on until the next row; `points` null: they do not pay.

    Rows are only added: a sale is judged by the row that stood when it was quoted.
    """

    points = models.BigIntegerField(null=True)
    worth_fen = models.BigIntegerField(null=True)
    least = models.BigIntegerField(null=True)
    step = models.BigIntegerField(null=True)
    share_percent = models.SmallIntegerField(null=True)
    earns = models.BooleanField(db_default=True)
    set_at = models.DateTimeField(db_default=ServerTime())
    set_by = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="loyalty_rate_whole",
                condition=Q(points=None, worth_fen=None, least=None, step=None, share_percent=None)
                | Q(
                    points__gt=0, worth_fen__gt=0, least__gt=0, step__gt=0, share_percent__gte=1, share_percent__lte=100
                ),
            ),
        ]
