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
    # Where it was stopped and gone on with: [{step, at, by}], `by` empty where the process was killed.
    interrupted = models.JSONField(default=list, db_default=models.Value([], output_field=models.JSONField()))


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


class Goals(models.Model):
    """One version of the chain's baselines and targets. Never changed: a change is the next version."""

    # {kpi: [baseline, target]}, each a fraction as text ("12/25") or null.
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


# What follows is counted by each refresh and put in the place of what was there. Where a row without a store is the
# whole chain's, only those see it who see the chain; members without a home store are theirs too.


class Goods(models.Model):
    """What a product sold in the newest four whole weeks, before them and a year ago, in a store or in the chain."""

    product = models.ForeignKey("catalogue.Product", models.CASCADE, related_name="+", db_index=False)
    store = models.ForeignKey("catalogue.Store", models.CASCADE, null=True, related_name="+", db_index=False)
    times = models.BigIntegerField()
    net_fen = models.BigIntegerField()
    member_fen = models.BigIntegerField()
    # What went out: quantity in thousandths, fen paid, fen of them at a discount.
    sold_milli = models.BigIntegerField()
    sold_fen = models.BigIntegerField()
    promoted_fen = models.BigIntegerField()
    before_fen = models.BigIntegerField()
    before_times = models.BigIntegerField()
    year_before_fen = models.BigIntegerField()
    # The same of 52 weeks: what a piece usually costs.
    year_sold_milli = models.BigIntegerField()
    year_sold_fen = models.BigIntegerField()
    year_promoted_fen = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "product"], nulls_distinct=False, name="insight_goods_once")
        ]
        indexes = [models.Index(fields=["product"], name="insight_goods_of_product")]


class GoodsBuyers(models.Model):
    """The members who bought a product in 13 whole weeks, how many came back for it, and their layers."""

    product = models.ForeignKey("catalogue.Product", models.CASCADE, related_name="+", db_index=False)
    store = models.ForeignKey("catalogue.Store", models.CASCADE, null=True, related_name="+", db_index=False)
    buyers = models.BigIntegerField()
    again = models.BigIntegerField()
    diamond = models.BigIntegerField()
    gold = models.BigIntegerField()
    silver = models.BigIntegerField()
    dormant = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "store"], nulls_distinct=False, name="insight_buyers_once")
        ]


class GoodsPair(models.Model):
    """Two products that lie in one basket more often than by chance would be; of the whole chain."""

    product = models.ForeignKey("catalogue.Product", models.CASCADE, related_name="+", db_index=False)
    other = models.ForeignKey("catalogue.Product", models.CASCADE, related_name="+", db_index=False)
    together = models.BigIntegerField()
    of_product = models.BigIntegerField()
    of_other = models.BigIntegerField()
    baskets = models.BigIntegerField()
    since = models.DateField()
    until = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "other"], name="insight_pair_once")]


class MemberSquare(models.Model):
    """How many members of a home store are alike in recency, frequency, layer and stage."""

    store = models.ForeignKey("catalogue.Store", models.CASCADE, null=True, related_name="+")
    recency = models.SmallIntegerField()
    frequency = models.SmallIntegerField()
    layer = models.CharField(max_length=10)
    stage = models.CharField(max_length=10)
    members = models.BigIntegerField()
    receipts = models.BigIntegerField()
    spend_fen = models.BigIntegerField()


class Cohort(models.Model):
    """Of the members of a home store who bought first in a month, how many bought so many months after."""

    store = models.ForeignKey("catalogue.Store", models.CASCADE, null=True, related_name="+")
    month_on = models.DateField()
    after = models.SmallIntegerField()
    members = models.BigIntegerField()


class Newcomers(models.Model):
    """How many bought first in a month, by store, channel and source of that first receipt."""

    store = models.ForeignKey("catalogue.Store", models.CASCADE, related_name="+")
    month_on = models.DateField()
    channel = models.TextField()
    source = models.TextField()
    members = models.BigIntegerField()


class Hour(models.Model):
    """How many sales of the newest 28 days were paid in an hour of a weekday (1 is Monday)."""

    store = models.ForeignKey("catalogue.Store", models.CASCADE, related_name="+")
    weekday = models.SmallIntegerField()
    hour = models.SmallIntegerField()
    receipts = models.BigIntegerField()


class LayerFlow(models.Model):
    """How many members of a home store were in one layer on a day and in which on a later; '' is none."""

    store = models.ForeignKey("catalogue.Store", models.CASCADE, null=True, related_name="+")
    from_on = models.DateField()
    to_on = models.DateField()
    from_layer = models.CharField(max_length=10)
    to_layer = models.CharField(max_length=10)
    members = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["to_on"], name="insight_flow_to")]


class StageMove(models.Model):
    """At the end of a month a member stood in another stage than a month before; '' is before the first purchase."""

    pk = models.CompositePrimaryKey("member_id", "on_day")
    # No constraint: millions of rows come at once, of members whom the lake's lines name.
    member = models.ForeignKey(
        "members.Member", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    on_day = models.DateField(db_index=True)
    stage = models.CharField(max_length=10)
    before = models.CharField(max_length=10, db_default="")


class StageFlow(models.Model):
    """How many members of a home store stood in one stage at a month's end and in which on a later day; '' is none."""

    store = models.ForeignKey("catalogue.Store", models.CASCADE, null=True, related_name="+")
    from_on = models.DateField()
    to_on = models.DateField()
    from_stage = models.CharField(max_length=10)
    to_stage = models.CharField(max_length=10)
    members = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["to_on"], name="insight_stage_flow_to")]


class LoyaltyTenth(models.Model):
    """How many members of a home store and layer stand in a tenth of the loyalty index; sums of it and of its parts."""

    store = models.ForeignKey("catalogue.Store", models.CASCADE, null=True, related_name="+")
    layer = models.CharField(max_length=10)
    tenth = models.SmallIntegerField()
    members = models.BigIntegerField()
    loyalty = models.BigIntegerField()
    repeat = models.BigIntegerField()
    tenure = models.BigIntegerField()
    breadth = models.BigIntegerField()
    wallet = models.BigIntegerField()


class LayerBasket(models.Model):
    """What a layer of a home store, or of the chain, spent on a category of the first level in three months."""

    store = models.ForeignKey("catalogue.Store", models.CASCADE, null=True, related_name="+")
    layer = models.CharField(max_length=10)
    category = models.TextField()
    net_fen = models.BigIntegerField()


class Picture(models.Model):
    """What a picture of all members showed of a home store on one day: a link to that day shows it for ever."""

    as_of = models.DateField()
    # Which picture, by its view of the refresh (kept_squares, ...); its rows without their store.
    what = models.CharField(max_length=20)
    store = models.ForeignKey("catalogue.Store", models.CASCADE, null=True, related_name="+")
    body = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["what", "as_of", "store"], nulls_distinct=False, name="insight_picture_once"
            )
        ]
