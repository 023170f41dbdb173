from django.db import models
from django.db.models.functions import Now


class Fact(models.Model):
    """Something that happened, written in the transaction that made it happen."""

    kind = models.TextField()
    body = models.JSONField()
    created_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True)
    attempts = models.IntegerField(db_default=0)
    next_try_at = models.DateTimeField(db_default=Now())
    last_error = models.TextField(db_default="")

    class Meta:
        indexes = [
            # By id, so that the oldest is found without passing by all that were heard.
            models.Index(fields=["id"], name="outbox_waiting", condition=models.Q(done_at=None)),
        ]
