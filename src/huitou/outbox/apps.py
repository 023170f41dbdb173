from django.apps import AppConfig


class OutboxRoom(AppConfig):
    name = "huitou.outbox"
    default_auto_field = "django.db.models.BigAutoField"
