from django.apps import AppConfig


class LoyaltyRoom(AppConfig):
    name = "huitou.loyalty"
    default_auto_field = "django.db.models.BigAutoField"
