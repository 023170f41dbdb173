"""Points are a way of paying."""

from django.db import migrations, models

NAME = "receipts_tender_kind"


def _check(*kinds: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=models.Q(("kind__in", [*kinds, "other"])), name=NAME)


class Migration(migrations.Migration):
    dependencies = [("receipts", "0016_said")]
    operations = [
        migrations.RemoveConstraint(model_name="tender", name=NAME),
        migrations.AddConstraint(model_name="tender", constraint=_check("cash", "card", "wechat", "alipay", "points")),
    ]
