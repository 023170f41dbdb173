from django.apps import AppConfig


class ReceiptsRoom(AppConfig):
    name = "huitou.receipts"
    default_auto_field = "django.db.models.BigAutoField"
