from django.apps import AppConfig


class MembersRoom(AppConfig):
    name = "huitou.members"
    default_auto_field = "django.db.models.BigAutoField"
