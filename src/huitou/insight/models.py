from django.db import models
from django.db.models.functions import Now


class Refresh(models.Model):
    """One run of the nightly refresh."""

    as_of = models.DateField()
    started_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    steps = models.JSONField(default=list)


class KpiValue(models.Model):
    """One KPI of one period, of one store or (no store) of the chain."""

    kpi = models.CharField(max_length=40)
    period = models.CharField(max_length=12)
    starts_on = models.DateField()
    ends_on = models.DateField()
    store = models.ForeignKey("catalogue.Store", models.CASCADE, null=True, related_name="+")
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kpi", "period", "store", "ends_on"], nulls_distinct=False, name="insight_kpi_once"
            ),
        ]
