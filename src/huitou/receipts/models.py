from django.db import models
from django.db.models.functions import Now


class Import(models.Model):
    """One file that was read in, and its report."""

    source = models.TextField()
    file_name = models.TextField()
    file_digest = models.TextField()
    mapping = models.JSONField()
    actor = models.TextField()
    started_at = models.DateTimeField(db_default=Now())
    report = models.JSONField(default=dict)


class Refusal(models.Model):
    """A row of a file that could not be taken, with the reason."""

    batch = models.ForeignKey("receipts.Import", models.CASCADE, related_name="+")
    row_number = models.BigIntegerField()
    code = models.TextField()
    detail = models.TextField()
    row = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["batch", "row_number"], name="receipts_refusal_row")]


class Receipt(models.Model):
    """A sale or a return that happened. Its identity is taken once, for ever (L4)."""

    source = models.TextField()
    store = models.ForeignKey("catalogue.Store", models.PROTECT, related_name="+")
    till = models.TextField(db_default="")
    business_date = models.DateField()
    number = models.TextField()
    kind = models.CharField(max_length=6)
    at = models.DateTimeField()
    channel = models.TextField(db_default="store")
    member = models.ForeignKey("members.Member", models.PROTECT, null=True, related_name="+")
    net_fen = models.BigIntegerField()
    discount_fen = models.BigIntegerField()
    line_count = models.IntegerField()
    digest = models.TextField()
    batch = models.ForeignKey("receipts.Import", models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "store", "till", "business_date", "number", "kind"],
                name="receipts_receipt_identity_once",
            ),
            models.CheckConstraint(name="receipts_receipt_kind_known", condition=models.Q(kind__in=["sale", "return"])),
        ]
        indexes = [
            models.Index(fields=["member", "-at"], name="receipts_of_member"),
            models.Index(fields=["store", "-at"], name="receipts_of_store"),
            models.Index(fields=["batch"], name="receipts_of_batch"),
        ]


class Line(models.Model):
    """A line of a receipt, at what was paid for it."""

    pk = models.CompositePrimaryKey("receipt_id", "line")
    # No constraints on these two: checking them row by row takes longer than writing the rows (18 s of 34 s for
    # 541,907 lines). One place writes lines, by ids that it has just joined, and the audit looks for orphans.
    receipt = models.ForeignKey(
        "receipts.Receipt", models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    line = models.IntegerField()
    product = models.ForeignKey(
        "catalogue.Product", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    quantity_milli = models.BigIntegerField()
    # In currency units with four decimals: fuel and loose goods have prices finer than a fen. Exact, never a float.
    unit_price = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    discount_fen = models.BigIntegerField()
    net_fen = models.BigIntegerField()


class ReturnMatch(models.Model):
    """Which line of which sale a returned line gives back; what no sale explains stays open."""

    return_receipt = models.ForeignKey("receipts.Receipt", models.CASCADE, related_name="+")
    return_line = models.IntegerField()
    sale_receipt = models.ForeignKey("receipts.Receipt", models.CASCADE, related_name="+")
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
