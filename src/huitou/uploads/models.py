from django.db import models
from django.db.models.functions import Now


class Upload(models.Model):
    """A file that somebody sends, how much of it is here, and what they have said about it so far."""

    owner = models.ForeignKey("access.User", models.CASCADE, related_name="+")
    file_name = models.TextField()
    mark = models.TextField()
    size_bytes = models.BigIntegerField()
    received_bytes = models.BigIntegerField(db_default=0)
    # Of all that was received, so that a file that is chosen again can be told from another one of its name.
    crc32 = models.BigIntegerField(db_default=0)
    answers = models.JSONField(default=dict)
    begun_at = models.DateTimeField(db_default=Now())
    touched_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="uploads_received_within_size",
                condition=models.Q(received_bytes__gte=0, received_bytes__lte=models.F("size_bytes")),
            ),
        ]
        indexes = [models.Index(fields=["owner", "-id"], name="uploads_of_owner")]
