"""Which coupons a return brought to an end is asked on its page."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("offers", "0009_brought_coupons")]

    operations = [
        migrations.AddIndex(
            model_name="brought",
            index=models.Index(
                condition=models.Q(("gone_by__isnull", False)), fields=["gone_by"], name="offers_brought_gone"
            ),
        ),
    ]
