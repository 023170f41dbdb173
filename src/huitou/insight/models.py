from django.db import models
from django.db.models.functions import Now


class Refresh(models.Model):
    """One run of the nightly refresh."""

    as_of = models.DateField()
    started_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    # What each step did: name, seconds, and what it counted.
    steps = models.JSONField(default=list)
    # Whether everything was counted again.
    anew = models.BooleanField(db_default=False)
    # Up to which version of the lake's lines it counts, and by which cut-offs.
    lake_version = models.BigIntegerField(null=True)
    cut_offs = models.ForeignKey("insight.CutOffs", models.PROTECT, null=True, related_name="+")
    # Days that had been counted before and were counted otherwise now: {month: how many days}.
    restated = models.JSONField(default=dict)
    stopped_by = models.TextField(db_default="")


class KpiValue(models.Model):
    """One KPI of one period, of one store or (no store) of the chain; or of one part of the chain by a further cut."""

    kpi = models.CharField(max_length=40)
    period = models.CharField(max_length=12)
    starts_on = models.DateField()
    ends_on = models.DateField()
    store = models.ForeignKey("catalogue.Store", models.CASCADE, null=True, related_name="+")
    # layer, channel or category, and which of them; both empty where nothing is cut.
    cut = models.CharField(max_length=10, db_default="")
    cut_key = models.TextField(db_default="")
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kpi", "period", "store", "cut", "cut_key", "ends_on"],
                nulls_distinct=False,
                name="insight_kpi_once",
            ),
        ]


class CutOffs(models.Model):
    """One version of what the scores and layers are cut by. Never changed: a change is the next version."""

    # The thresholds as insight.terms.CutOffs names them.
    body = models.JSONField()
    note = models.TextField(db_default="")
    made_by = models.TextField()
    made_at = models.DateTimeField(db_default=Now())


class LayerSpan(models.Model):
    """From when to when a member was in a layer, and by which cut-offs it was found; `until` is the first day after."""

    member = models.ForeignKey("members.Member", models.CASCADE, related_name="+")
    layer = models.CharField(max_length=10)
    since = models.DateField()
    until = models.DateField(null=True)
    cut_offs = models.ForeignKey("insight.CutOffs", models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "since"], name="insight_layer_span_once"),
            models.UniqueConstraint(
                fields=["member"], condition=models.Q(until=None), name="insight_layer_span_one_open"
            ),
            models.CheckConstraint(
                name="insight_layer_span_forward",
                condition=models.Q(until=None) | models.Q(until__gt=models.F("since")),
            ),
        ]
        indexes = [models.Index(fields=["since"], name="insight_layer_span_since")]


class Quality(models.Model):
    """How good what a source told is, on one day: of so many things so many are as they should be (A10)."""

    day = models.DateField()
    about = models.CharField(max_length=20)
    source = models.TextField(db_default="")
    measure = models.CharField(max_length=20)
    of = models.BigIntegerField()
    good = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "about", "source", "measure"], name="insight_quality_once"),
            models.CheckConstraint(
                name="insight_quality_part", condition=models.Q(good__gte=0) & models.Q(good__lte=models.F("of"))
            ),
        ]
