from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


class Segment(models.Model):
    """A segment by its name; what it means stands in its versions."""

    name = models.TextField(unique=True)
    made_at = models.DateTimeField(db_default=Now())
    # Put away: it is in no list and no other may name it, and it can be brought back.
    archived_at = models.DateTimeField(null=True)


class Version(models.Model):
    """One version of a segment's tree. Never changed: a change is the next version."""

    segment = models.ForeignKey("segments.Segment", models.CASCADE, related_name="+", db_index=False)
    number = models.IntegerField()
    # The tree as docs/schemas/segment.json has it, and the segments that it names.
    body = models.JSONField()
    names = ArrayField(models.TextField(), db_default=[])
    made_by = models.TextField()
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["segment", "number"], name="segments_version_once")]


class Use(models.Model):
    """Something that needs a segment: while it is here the segment is not deleted."""

    segment = models.ForeignKey("segments.Segment", models.PROTECT, related_name="+", db_index=False)
    # `campaign:42`
    user = models.TextField()
    since = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["segment", "user"], name="segments_use_once")]


class Snapshot(models.Model):
    """Who was in a version of a segment at one moment: asked for, counted by whoever holds the lease, kept."""

    version = models.ForeignKey("segments.Version", models.CASCADE, related_name="+")
    asked_by = models.TextField()
    asked_at = models.DateTimeField(db_default=Now())
    # waiting, running, done, failed, cancelled
    state = models.CharField(max_length=10, db_default="waiting")
    # Whoever counts says again and again that they are alive; after that anybody may take it over.
    leased_until = models.DateTimeField(null=True)
    lease = models.TextField(db_default="")
    attempts = models.SmallIntegerField(db_default=0)
    cancel_asked = models.BooleanField(db_default=False)
    ended_at = models.DateTimeField(null=True)
    problem = models.TextField(db_default="")
    # As of when, how many, and of each channel how many for each reason: {"sms": {"reachable": 12, ...}}.
    as_of = models.DateTimeField(null=True)
    members = models.BigIntegerField(null=True)
    reach = models.JSONField(db_default=models.Value({}, models.JSONField()))
    member_ids = ArrayField(models.BigIntegerField(), db_default=[])

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="segments_snapshot_state",
                condition=models.Q(state__in=["waiting", "running", "done", "failed", "cancelled"]),
            ),
            # An unfinished or failed calculation is nobody, never everybody.
            models.CheckConstraint(
                name="segments_snapshot_nobody_unless_done",
                condition=models.Q(state="done", members__isnull=False, as_of__isnull=False)
                | (~models.Q(state="done") & models.Q(members=None, member_ids=[])),
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"], name="segments_snapshots_open", condition=models.Q(state__in=["waiting", "running"])
            ),
        ]


class Live(models.Model):
    """A segment whose members are known at every moment: kept by what happens and by what time does."""

    segment = models.OneToOneField("segments.Segment", models.CASCADE, primary_key=True, related_name="+")
    since = models.DateTimeField(db_default=Now())
    # What its members were found by: the tree with those that it names, and what else conditions look at. Another one
    # and everybody is asked again. Empty: nobody was asked yet.
    found_by = models.TextField(db_default="")
    counted_at = models.DateTimeField(null=True)
    # How many a count of everybody moved, after the first: what events and time had not.
    restated = models.BigIntegerField(db_default=0)


class Turn(models.Model):
    """Up to where the log of changes has been followed: one row. Whoever follows it holds the row."""

    id = models.SmallIntegerField(primary_key=True)
    number = models.BigIntegerField(db_default=0)
    mark = models.JSONField(null=True)
    at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(name="segments_turn_is_one", condition=models.Q(id=1))]


class Membership(models.Model):
    """Who is in a live segment now."""

    pk = models.CompositePrimaryKey("segment_id", "member_id")
    segment = models.ForeignKey("segments.Segment", models.CASCADE, related_name="+", db_index=False)
    # No constraint: a member who leaves with an undone import is not held here.
    member = models.ForeignKey("members.Member", models.DO_NOTHING, related_name="+", db_constraint=False)
    since = models.DateTimeField()


class Move(models.Model):
    """Somebody entered a live segment or left it. In the order of ids, each once; for whoever acts on it."""

    segment = models.ForeignKey("segments.Segment", models.CASCADE, related_name="+", db_index=False)
    member = models.ForeignKey("members.Member", models.DO_NOTHING, related_name="+", db_constraint=False)
    entered = models.BooleanField()
    at = models.DateTimeField()
    # first: they were in it when it was switched on; event, time; counted: everybody was asked again.
    because = models.CharField(max_length=8)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="segments_move_because", condition=models.Q(because__in=["first", "event", "time", "counted"])
            )
        ]
        indexes = [models.Index(fields=["segment", "id"], name="segments_move_of_segment")]


class Look(models.Model):
    """When a member has to be looked at again though nothing happens; the earliest moment of all live segments."""

    member = models.OneToOneField(
        "members.Member", models.DO_NOTHING, primary_key=True, related_name="+", db_constraint=False
    )
    at = models.DateTimeField(db_index=True)


class Asking(models.Model):
    """A count that runs for a page: whoever asks again with a higher number ends the one before, in any process."""

    asker = models.TextField(primary_key=True)
    number = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())


class Tag(models.Model):
    """A tag by its name; what it is stands in its versions. It is never deleted: it is archived."""

    name = models.TextField(unique=True)
    # What it tells of somebody where that needs a consent of its own, as its newest version says: policies read it.
    sensitive = models.CharField(max_length=10, db_default="")
    made_at = models.DateTimeField(db_default=Now())
    archived_at = models.DateTimeField(null=True)
    # As of which day its source was last asked who bears it.
    reckoned_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="segments_tag_sensitive",
                condition=models.Q(sensitive__in=["", "pregnancy", "health", "minors"]),
            ),
        ]


class TagVersion(models.Model):
    """One version of what a tag is. Never changed: a change is the next version."""

    tag = models.ForeignKey("segments.Tag", models.CASCADE, related_name="+", db_index=False)
    number = models.IntegerField()
    owner = models.TextField()
    purpose = models.TextField()
    # {"by": "hand"}, or by "segment", "rule" or "taste" with the name of it: {"by": "segment", "segment": NAME}.
    how = models.JSONField()
    evidence = models.TextField(db_default="")
    # From which strength on it is borne; after how many days half of it is gone; after how many it is lost.
    least = models.SmallIntegerField(db_default=1)
    half_life_days = models.IntegerField(null=True)
    expires_days = models.IntegerField(null=True)
    sensitive = models.CharField(max_length=10, db_default="")
    made_by = models.TextField()
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tag", "number"], name="segments_tagversion_once"),
            models.CheckConstraint(name="segments_tag_least", condition=models.Q(least__gte=1, least__lte=100)),
        ]


class Bearer(models.Model):
    """A member bears a tag. Who lost it has a row for a while, so that what was taken off can be given back.

    A row stays with the member it was made for, also when they become a part of another: who bears it is the member
    that remains, and parted again each has their own.
    """

    tag = models.ForeignKey("segments.Tag", models.CASCADE, related_name="+", db_index=False)
    # No constraint: a member who leaves with an undone import is not held here.
    member = models.ForeignKey("members.Member", models.DO_NOTHING, related_name="+", db_constraint=False)
    since = models.DateField()
    given_at = models.DateTimeField(db_default=Now())
    given_by = models.TextField()
    source = models.CharField(max_length=8)
    # Why, as {"says": code, facts ...}: rules.tags makes a sentence of it.
    because = models.JSONField(db_default=models.Value({}, models.JSONField()))
    # 0 to 100. It fades from `as_of` on, unless its source finds it again and again.
    strength = models.SmallIntegerField()
    as_of = models.DateField()
    ongoing = models.BooleanField()
    until = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.TextField(db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tag", "member"], name="segments_bearer_once"),
            models.CheckConstraint(
                name="segments_bearer_source", condition=models.Q(source__in=["segment", "rule", "hand"])
            ),
            models.CheckConstraint(
                name="segments_bearer_strength", condition=models.Q(strength__gte=0, strength__lte=100)
            ),
            models.CheckConstraint(
                name="segments_bearer_ended_by_somebody",
                condition=models.Q(ended_at=None, ended_by="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(ended_by="")),
            ),
        ]
        indexes = [
            # A tag's page counts a quarter of a million bearers and draws a few by chance: without a look at the rows.
            models.Index(
                *("tag", models.Func("member", function="hashint8"), "id"),
                include=["member", "strength", "as_of", "ongoing", "until"],
                condition=models.Q(ended_at=None),
                name="segments_bearer_now",
            ),
        ]


class TagDay(models.Model):
    """How many bore a tag on a day, for its growth."""

    pk = models.CompositePrimaryKey("tag_id", "day")
    tag = models.ForeignKey("segments.Tag", models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    bearers = models.BigIntegerField()
