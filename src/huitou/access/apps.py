from django.apps import AppConfig


class AccessRoom(AppConfig):
    name = "huitou.access"
    default_auto_field = "django.db.models.BigAutoField"
