from django.apps import AppConfig


class InsightRoom(AppConfig):
    name = "huitou.insight"
    default_auto_field = "django.db.models.BigAutoField"
