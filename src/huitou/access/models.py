from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


class User(AbstractBaseUser):
    """A person of the chain who logs in."""

    username = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=80)
    role = models.CharField(max_length=20)
    # Empty: as their browser asks.
    language = models.CharField(max_length=10, db_default="")
    is_active = models.BooleanField(default=True)
    # Plain ids, because access lies below catalogue; empty for roles that see the whole chain.
    store_ids = ArrayField(models.IntegerField(), default=list)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name", "role"]
    objects = BaseUserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="access_user_role_known",
                condition=models.Q(role__in=["administrator", "marketer", "service_agent", "store_manager", "cashier"]),
            ),
            models.CheckConstraint(
                name="access_user_store_role_has_stores",
                condition=~models.Q(role__in=["store_manager", "cashier"]) | ~models.Q(store_ids=[]),
            ),
        ]

    def check_password(self, raw_password: str) -> bool:
        """Whether it is the password. An older hash stays as it is: no page may write passwords (docs/adr/0006)."""
        return check_password(raw_password, self.password)


class AuditEntry(models.Model):
    """Who did what to whom: append only."""

    at = models.DateTimeField(db_default=Now())
    actor = models.TextField()
    action = models.TextField()
    subject = models.TextField()
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "at"], name="access_audit_subject"),
            models.Index(fields=["at", "id"], name="access_audit_at"),
            models.Index(fields=["actor", "at", "id"], name="access_audit_actor"),
            models.Index(fields=["action", "at", "id"], name="access_audit_action"),
        ]


class ApiKey(models.Model):
    """A key of one integration: a till vendor's, a shop platform's."""

    name = models.TextField(unique=True)
    key_hash = models.BinaryField(unique=True)
    prefix = models.CharField(max_length=12)
    # Plain ids, because access lies below catalogue; empty for a key that speaks for the whole chain.
    store_ids = ArrayField(models.IntegerField(), default=list)
    # Empty for a key that may make every call.
    calls = ArrayField(models.CharField(max_length=20), default=list)
    created_at = models.DateTimeField(db_default=Now())
    revoked_at = models.DateTimeField(null=True)
    last_used_day = models.DateField(null=True)
