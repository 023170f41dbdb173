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
