from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

_NOTHING = models.Value({}, models.JSONField())


class Job(models.Model):
    """What somebody asked to be done with a file or an import, how far it is, and how it ended.

    `batch` is the import that it made, written in the import's own transaction; `target` the import that it undoes or
    mends.
    """

    what = models.CharField(max_length=10)
    kind = models.CharField(max_length=12, db_default="receipts")
    state = models.CharField(max_length=12, db_default="waiting")
    source = models.TextField(db_default="")
    file_name = models.TextField(db_default="")
    path = models.TextField(db_default="")
    mapping = models.JSONField(db_default=_NOTHING)
    reading = models.JSONField(db_default=_NOTHING)
    dry_run = models.BooleanField(db_default=False)
    actor = models.TextField()
    step = models.CharField(max_length=20, db_default="")
    rows_done = models.BigIntegerField(db_default=0)
    rows_total = models.BigIntegerField(db_default=0)
    cancel_asked = models.BooleanField(db_default=False)
    failure = models.JSONField(db_default=_NOTHING)
    report = models.JSONField(db_default=_NOTHING)
    batch = models.ForeignKey("receipts.Import", models.PROTECT, null=True, related_name="+")
    target = models.ForeignKey("receipts.Import", models.PROTECT, null=True, related_name="+", db_index=False)
    asked_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="inbox_job_what_known",
                condition=Q(what__in=["import", "undo", "mend", "refresh", "sample", "rehearse"]),
            ),
            models.CheckConstraint(
                name="inbox_job_state_known",
                condition=Q(state__in=["waiting", "running", "done", "failed", "cancelled"]),
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="inbox_job_open", condition=Q(state__in=["waiting", "running"])),
        ]


class Mapping(models.Model):
    """How the files of one kind of a source are read: columns by field, and everything else that was said or found."""

    source = models.TextField()
    kind = models.CharField(max_length=12)
    columns = models.JSONField()
    reading = models.JSONField(db_default=_NOTHING)
    # All headers of the file that it was kept from, in order: what is missing or new another day is told by them.
    headers = models.JSONField()
    saved_by = models.TextField()
    saved_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "kind"], name="inbox_mapping_once")]


class Drop(models.Model):
    """A folder, here or on another machine, where a till system leaves its files."""

    name = models.TextField(unique=True)
    # A folder, or sftp://user@host:port/path.
    place = models.TextField()
    pattern = models.TextField()
    kind = models.CharField(max_length=12, db_default="receipts")
    source = models.TextField()
    # A file of the same name with this ending says that the file is whole; empty: it is whole when it stops growing.
    marker = models.TextField(db_default="")
    # Our private key: the file where it lies, or the key itself, sealed; its public half is for the other machine. And
    # the host's public key as OpenSSH writes it: nobody else is trusted.
    key_file = models.TextField(db_default="")
    sealed_key = models.BinaryField(null=True)
    public_key = models.TextField(db_default="")
    host_key = models.TextField(db_default="")
    # Nobody looks at it for the time being.
    paused_at = models.DateTimeField(null=True)
    added_by = models.TextField()
    added_at = models.DateTimeField(db_default=Now())
    looked_at = models.DateTimeField(null=True)
    failure = models.JSONField(db_default=_NOTHING)


class DropFile(models.Model):
    """A file that lies in a drop, as it was seen last, and what became of it."""

    drop = models.ForeignKey("inbox.Drop", models.CASCADE, related_name="+")
    name = models.TextField()
    size_bytes = models.BigIntegerField()
    changed_at = models.BigIntegerField()
    """Nanoseconds since 1970, or as exact as the place tells."""
    seen_at = models.DateTimeField()
    """Since when it has this size and time."""
    job = models.ForeignKey("inbox.Job", models.PROTECT, null=True, related_name="+")
    moved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["drop", "name"], condition=Q(moved_at=None), name="inbox_dropfile_lies_once"
            ),
        ]
