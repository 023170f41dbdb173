from django.apps import AppConfig


class InboxRoom(AppConfig):
    name = "huitou.inbox"
    default_auto_field = "django.db.models.BigAutoField"
