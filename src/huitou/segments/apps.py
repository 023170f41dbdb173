from django.apps import AppConfig


class SegmentsRoom(AppConfig):
    name = "huitou.segments"
    default_auto_field = "django.db.models.BigAutoField"
