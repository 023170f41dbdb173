from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


class Import(models.Model):
    """One file that was read in, and its report."""

    # What its rows are: receipts, members, products, stores.
    kind = models.CharField(max_length=12, db_default="receipts")
    source = models.TextField()
    file_name = models.TextField()
    file_digest = models.TextField()
    mapping = models.JSONField()
    actor = models.TextField()
    started_at = models.DateTimeField(db_default=Now())
    report = models.JSONField(default=dict)
    # How the file was read besides its mapping: date format, kind of member number.
    reading = models.JSONField(db_default=models.Value({}, models.JSONField()))
    # The import whose refused rows these are, mended and taken in later.
    mends = models.ForeignKey("receipts.Import", models.PROTECT, null=True, related_name="+", db_index=False)
    # How many of its rows have left the books by an undo, its own or that of another import that had brought them too.
    rows_left = models.BigIntegerField(db_default=0)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.TextField(db_default="")
    undo = models.JSONField(db_default=models.Value({}, models.JSONField()))

    class Meta:
        constraints = [
            models.CheckConstraint(name="receipts_import_rows_left", condition=models.Q(rows_left__gte=0)),
            models.CheckConstraint(
                name="receipts_import_undone_by_somebody",
                condition=models.Q(undone_at=None, undone_by="")
                | (models.Q(undone_at__isnull=False) & ~models.Q(undone_by="")),
            ),
        ]


class Brought(models.Model):
    """What else an import brought: new members, stores, products and categories, and receipts that were here already;
    of an import of members, products or stores all that its file tells of (`said`).

    `what` says of which table the ids from `firsts[i]` to `lasts[i]`, both included, are. An undo asks for them.
    """

    batch = models.ForeignKey("receipts.Import", models.PROTECT, related_name="+", db_index=False)
    what = models.CharField(max_length=10)
    firsts = ArrayField(models.BigIntegerField())
    lasts = ArrayField(models.BigIntegerField())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "what"], name="receipts_brought_once"),
            models.CheckConstraint(
                name="receipts_brought_known",
                condition=models.Q(what__in=["again", "member", "store", "product", "category", "said"]),
            ),
        ]


class Refusal(models.Model):
    """A row of a file that could not be taken, with the reason; kept until it is mended and taken, or dismissed."""

    batch = models.ForeignKey("receipts.Import", models.CASCADE, related_name="+")
    row_number = models.BigIntegerField()
    code = models.TextField()
    detail = models.TextField()
    # What fills the braces of `detail`: the two members that a row points to, the row that it contradicts.
    facts = models.JSONField(db_default=models.Value({}, models.JSONField()))
    row = models.JSONField()
    # The cells that somebody changed, by field; the row itself stays as the file had it.
    mended = models.JSONField(db_default=models.Value({}, models.JSONField()))
    # What is personal in the row and shows its mask only (M5): sealed, and found by the keyed indexes of its phones and
    # its e-mail when its owner is erased.
    sealed = models.BinaryField(null=True)
    owner_indexes = ArrayField(models.BinaryField(), db_default=models.Value([], ArrayField(models.BinaryField())))
    # Of a row that is not cut into cells: a keyed digest of the number of its receipt, whose other rows wait with it.
    receipt_key = models.TextField(db_default="")
    taken_by = models.ForeignKey("receipts.Import", models.PROTECT, null=True, related_name="+")
    dismissed_at = models.DateTimeField(null=True)
    dismissed_by = models.TextField(db_default="")
    dismissed_because = models.TextField(db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="receipts_refusal_ends_in_one_way",
                condition=models.Q(taken_by=None) | models.Q(dismissed_at=None),
            ),
        ]
        indexes = [models.Index(fields=["batch", "row_number"], name="receipts_refusal_row")]


class Identity(models.Model):
    """Which receipt this is, and what the till was told: taken once, kept for ever (L4). Its id is the receipt's.

    Of an import that was undone the row stays, for the postings that name it, and gives its name free (ADR 16).
    """

    source = models.TextField()
    # None: the store came with an import, and left with it.
    store = models.ForeignKey("catalogue.Store", models.PROTECT, null=True, related_name="+", db_index=False)
    till = models.TextField(db_default="")
    business_date = models.DateField()
    number = models.TextField()
    kind = models.CharField(max_length=6)
    digest = models.TextField()
    # Word for word, so that a repeated receipt hears exactly what it heard before. None: it came by file.
    answer = models.TextField(null=True)
    recorded_at = models.DateTimeField(db_default=models.Func(function="clock_timestamp"))
    undone_by = models.ForeignKey("receipts.Import", models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            # The place of the sale first: a return names it, and may come through another source.
            models.UniqueConstraint(
                fields=["store", "business_date", "number", "till", "source", "kind"],
                condition=models.Q(undone_by=None),
                name="receipts_identity_once",
            ),
            # What a till was told is never taken back.
            models.CheckConstraint(
                name="receipts_identity_undone_of_files",
                condition=models.Q(undone_by=None, store__isnull=False)
                | models.Q(undone_by__isnull=False, answer=None),
            ),
            models.CheckConstraint(
                name="receipts_identity_kind_known", condition=models.Q(kind__in=["sale", "return"])
            ),
        ]
        indexes = [
            models.Index(
                fields=["undone_by"], name="receipts_identity_undone", condition=models.Q(undone_by__isnull=False)
            ),
        ]


class Bundle(models.Model):
    """Receipts that go to the lake together: those with ids from `firsts[i]` to `lasts[i]`, both included."""

    firsts = ArrayField(models.BigIntegerField())
    lasts = ArrayField(models.BigIntegerField())
    made_at = models.DateTimeField(db_default=Now())


# The two tables below lie in monthly partitions by business date, made and dropped by `store/months.py`. They have no
# foreign keys in the database: attaching or dropping a month would lock the tables that are pointed to, and every till
# with them; and checking lines row by row takes longer than writing them (18 s of 34 s for 541,907 lines). Writers use
# ids that they have just read or made, and the audit looks for orphans.


class Receipt(models.Model):
    """A sale or a return that happened."""

    pk = models.CompositePrimaryKey("identity_id", "business_date")
    identity = models.ForeignKey(
        "receipts.Identity", models.PROTECT, related_name="+", db_column="id", db_index=False, db_constraint=False
    )
    business_date = models.DateField()
    source = models.TextField()
    store = models.ForeignKey("catalogue.Store", models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    till = models.TextField(db_default="")
    number = models.TextField()
    kind = models.CharField(max_length=6)
    at = models.DateTimeField()
    channel = models.TextField(db_default="store")
    member = models.ForeignKey(
        "members.Member", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    net_fen = models.BigIntegerField()
    discount_fen = models.BigIntegerField()
    line_count = models.IntegerField()
    batch = models.ForeignKey(
        "receipts.Import", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(name="receipts_receipt_kind_known", condition=models.Q(kind__in=["sale", "return"])),
        ]
        indexes = [
            models.Index(fields=["member", "-at"], name="receipts_of_member"),
            # When people buy: answered from the index alone, of the chain or of one store.
            models.Index(
                fields=["business_date", "store", "at"], name="receipts_sales_by_day", condition=models.Q(kind="sale")
            ),
            models.Index(fields=["batch"], name="receipts_of_batch", condition=models.Q(batch__isnull=False)),
            # Two of a hundred receipts: each import looks for those that wait for their sale.
            models.Index(fields=["member"], name="receipts_returns_of", condition=models.Q(kind="return")),
        ]


class Line(models.Model):
    """A line of a receipt, at what was paid for it."""

    pk = models.CompositePrimaryKey("receipt_id", "line", "business_date")
    receipt = models.ForeignKey(
        "receipts.Identity", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    line = models.IntegerField()
    business_date = models.DateField()
    # None while a return waits for its sale, which alone knows the goods.
    product = models.ForeignKey(
        "catalogue.Product", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    quantity_milli = models.BigIntegerField()
    # In currency units with four decimals: fuel and loose goods have prices finer than a fen. Exact, never a float.
    unit_price = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    discount_fen = models.BigIntegerField()
    net_fen = models.BigIntegerField()
    sale_line = models.IntegerField(null=True)
    """Of a return that names its sale: the line of that sale which comes back."""

    class Meta:
        indexes = [
            models.Index(fields=["receipt"], name="receipts_line_returned", condition=models.Q(quantity_milli__lt=0)),
        ]


class MonthGone(models.Model):
    """What a month held of an import, or of all bundles (no batch), when its rows left the books for the lake."""

    month = models.DateField()
    batch = models.ForeignKey("receipts.Import", models.PROTECT, null=True, related_name="+")
    lines = models.BigIntegerField()
    quantity_milli = models.BigIntegerField()
    net_fen = models.BigIntegerField()
    gone_at = models.DateTimeField(db_default=Now())


class ReturnOf(models.Model):
    """Which sale a return names; parked until that sale is here."""

    return_receipt = models.OneToOneField("receipts.Identity", models.PROTECT, primary_key=True, related_name="+")
    sale_source = models.TextField()
    sale_store = models.ForeignKey("catalogue.Store", models.PROTECT, related_name="+", db_index=False)
    sale_till = models.TextField()
    sale_business_date = models.DateField()
    sale_number = models.TextField()
    applied_at = models.DateTimeField(null=True)
    # What the till paid back less what the sale says (fen). None while it waits, and where nobody compared it: before
    # 2026-11-30.
    difference_fen = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["sale_store", "sale_business_date", "sale_number"],
                name="receipts_parked_returns",
                condition=models.Q(applied_at=None),
            ),
        ]


class Conflict(models.Model):
    """What happened at a till and does not fit the books: recorded all the same, and listed for a person."""

    kind = models.CharField(max_length=40)
    store = models.ForeignKey("catalogue.Store", models.PROTECT, related_name="+", db_index=False)
    identity = models.ForeignKey("receipts.Identity", models.PROTECT, null=True, related_name="+")
    member = models.ForeignKey("members.Member", models.PROTECT, null=True, related_name="+")
    source = models.TextField()
    digest = models.TextField()
    body = models.JSONField()
    made_at = models.DateTimeField(db_default=Now())
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.TextField(db_default="")
    # What the person found and did about it; kept with the conflict, which is never deleted.
    resolved_note = models.TextField(db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "source", "digest"], name="receipts_conflict_once"),
        ]
        indexes = [
            models.Index(fields=["-id"], name="receipts_conflicts_open", condition=models.Q(resolved_at=None)),
        ]


class Claim(models.Model):
    """A receipt that became a member's later, once, and what was told of it: the same again hears the same."""

    receipt = models.OneToOneField("receipts.Identity", models.PROTECT, primary_key=True, related_name="+")
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="+")
    source = models.TextField()
    # Of the words that named the member: a dynamic code holds for minutes, and its claim is answered for ever.
    digest = models.TextField()
    answer = models.TextField()
    claimed_at = models.DateTimeField(db_default=Now())


class Named(models.Model):
    """Whose identity a receipt was recorded under, where that person has become one with another: by it they can be
    parted again, for ever, also when the receipt has left the books for the lake."""

    # No constraint, as the receipt's own row has none: the row is written in the till's trip.
    receipt = models.OneToOneField(
        "receipts.Identity", models.PROTECT, primary_key=True, related_name="+", db_constraint=False
    )
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="+")


class Tender(models.Model):
    """What a sale was paid with, and what a return paid back: as much as the till said, way by way."""

    # No constraint, as `Named` has none: the row is written in the till's trip.
    receipt = models.ForeignKey("receipts.Identity", models.PROTECT, related_name="+", db_constraint=False)
    place = models.SmallIntegerField()
    kind = models.CharField(max_length=20)
    amount_fen = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["receipt", "place"], name="receipts_tender_once"),
            models.CheckConstraint(name="receipts_tender_amount", condition=models.Q(amount_fen__gt=0)),
            models.CheckConstraint(
                name="receipts_tender_kind",
                condition=models.Q(kind__in=["cash", "card", "wechat", "alipay", "points", "other"]),
            ),
        ]


class ReturnMatch(models.Model):
    """Which line of which sale a returned line gives back; what no sale explains stays open."""

    return_receipt = models.ForeignKey("receipts.Identity", models.CASCADE, related_name="+")
    return_line = models.IntegerField()
    sale_receipt = models.ForeignKey("receipts.Identity", models.CASCADE, related_name="+")
    sale_line = models.IntegerField()
    quantity_milli = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["return_receipt", "return_line", "sale_receipt", "sale_line"],
                name="receipts_match_once",
            ),
            models.CheckConstraint(name="receipts_match_positive", condition=models.Q(quantity_milli__gt=0)),
        ]
