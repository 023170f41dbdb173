from django.db import models


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
    # EAN-13. None: it has none, as what a scale labels.
    barcode = models.TextField(null=True, unique=True)
    weighed = models.BooleanField(db_default=False)
    # Fen per kilogram of weighed goods, else per piece: what the shelf asks, and what the supplier takes.
    price_fen = models.BigIntegerField(null=True)
    cost_fen = models.BigIntegerField(null=True)
