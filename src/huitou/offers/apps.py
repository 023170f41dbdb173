from django.apps import AppConfig


class OffersRoom(AppConfig):
    name = "huitou.offers"
    default_auto_field = "django.db.models.BigAutoField"
