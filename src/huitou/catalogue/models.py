from django.db import models
from django.db.models.functions import Now


class Chain(models.Model):
    """The chain itself, as the first-run wizard was told; one row. An operator's settings go before it."""

    id = models.SmallIntegerField(primary_key=True)
    name = models.TextField()
    language = models.CharField(max_length=10)
    currency = models.CharField(max_length=3)
    zone = models.TextField()
    told_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(name="catalogue_one_chain", condition=models.Q(id=1))]


class Store(models.Model):
    id = models.AutoField(primary_key=True)
    code = models.TextField(unique=True)
    name = models.TextField()
    district = models.TextField(db_default="")
    # Empty: the chain's own zone.
    zone = models.TextField(db_default="")
    # A sale at 01:30 belongs to yesterday where the business day begins at 4.
    day_starts_at = models.SmallIntegerField(db_default=0)
    # Degrees of WGS 84, and the hours by the store's own clock; None: not told yet.
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    opens_at = models.TimeField(null=True)
    closes_at = models.TimeField(null=True)
    address = models.TextField(db_default="")
    region = models.TextField(db_default="")
    # What kind of shop it is: a hypermarket, a corner shop.
    format = models.TextField(db_default="")
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    # The system whose file described it last; empty: it is known from tills alone. So it is with products.
    source = models.TextField(db_default="")

    class Meta:
        ordering = ["id"]


class Category(models.Model):
    """A node of the category tree, by its whole path: `生鲜/水果`."""

    id = models.AutoField(primary_key=True)
    path = models.TextField(unique=True)


class Product(models.Model):
    sku = models.TextField(unique=True)
    name = models.TextField()
    category = models.ForeignKey("catalogue.Category", models.PROTECT, null=True, related_name="+")
    brand = models.TextField(db_default="")
    supplier = models.TextField(db_default="")
    # What one piece holds (`950毫升`); empty for loose goods.
    pack = models.TextField(db_default="")
    weighed = models.BooleanField(db_default=False)
    # Fen per kilogram of weighed goods, else per piece: what the shelf asks, and what the supplier takes.
    price_fen = models.BigIntegerField(null=True)
    cost_fen = models.BigIntegerField(null=True)
    # Tobacco, infant formula, medicine: what the law or the chain keeps out of promotions (C15).
    promotable = models.BooleanField(db_default=True)
    source = models.TextField(db_default="")


class Recategorised(models.Model):
    """A product whose category changed, noted by a trigger: its lines in the lake keep the one of their day."""

    product = models.OneToOneField(
        "catalogue.Product", models.DO_NOTHING, primary_key=True, related_name="+", db_constraint=False
    )


class Told(models.Model):
    """What an import of products or stores made or changed, so that it can be taken back (`bulk.told`); for 30 days."""

    batch = models.BigIntegerField()
    place = models.TextField()
    row_id = models.BigIntegerField()
    before = models.JSONField(null=True)
    after = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["batch", "place"], name="catalogue_told_of_batch")]


class Code(models.Model):
    """What a till scans or keys in for a product besides its sku: barcodes of a piece and of packs, the PLU (A14)."""

    product = models.ForeignKey("catalogue.Product", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8)
    # In its one spelling: 13 digits for an UPC-A too, a PLU without leading zeros. One code, one product.
    code = models.TextField(unique=True)
    # How many pieces the pack holds that bears it: 12 for a case of twelve.
    pieces = models.IntegerField(db_default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(name="catalogue_code_pieces", condition=models.Q(pieces__gte=1)),
            models.CheckConstraint(name="catalogue_code_kind", condition=models.Q(kind__in=["barcode", "plu"])),
        ]
