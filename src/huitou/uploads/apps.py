from django.apps import AppConfig


class UploadsRoom(AppConfig):
    name = "huitou.uploads"
    default_auto_field = "django.db.models.BigAutoField"
